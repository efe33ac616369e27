"""A real Chromium for the tests of the trace page: Debian's or another that is installed, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """STATECODE_CHROMIUM, else the first that is on PATH."""
    return os.environ.get("STATECODE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def chromium_or_skip() -> Iterator[Any]:
    """Yield a headless browser; skips, saying why, where Playwright or Chromium is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium, or name one in STATECODE_CHROMIUM")
    with playwright.sync_playwright() as driver:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to be root otherwise
        browser = driver.chromium.launch(executable_path=path, args=root)
        yield browser
        browser.close()


class Watched:
    """One open page with everything that it asked for and complained about."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.url = path.as_uri()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._context = browser.new_context(**context)
        self.page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.url)

    def close(self) -> None:
        """Close it and forget its storage."""
        self._context.close()
