"""Start an installed Chromium with Playwright, for the tests of the trace page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """Return the path in STATECODE_CHROMIUM, else the path of the first browser of `NAMES` on PATH, else None."""
    return os.environ.get("STATECODE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def chromium_or_skip() -> Iterator[Any]:
    """Yield a headless browser, or skip the test with a reason if Playwright or Chromium is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium, or set STATECODE_CHROMIUM to its path")
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # as root, Chromium does not start with its sandbox
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


class RecordedPage:
    """An open page that records its requests, console messages and uncaught errors."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.url = path.as_uri()
        self.requests: list[str] = []
        self.console_messages: list[str] = []
        self._context = browser.new_context(**context)
        self.page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.console_messages.append(message.text))
        self.page.on("pageerror", lambda error: self.console_messages.append(str(error)))
        self.page.goto(self.url)

    def close(self) -> None:
        """Close the page and discard its storage."""
        self._context.close()
