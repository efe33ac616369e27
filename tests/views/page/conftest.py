"""Fixtures of the tests of the trace page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.records import Trace
from statecode.views.page import page
from tests.support.browser import RecordedPage, chromium_or_skip
from tests.support.trace_page import SAMPLE


@pytest.fixture(scope="module")
def sample() -> Trace:
    return statecode.trace(SAMPLE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    yield from chromium_or_skip()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., RecordedPage]]:
    """Yield a function that opens the page of a trace.

    At the end, check that each page requested only its own file and logged nothing.
    """
    pages: list[RecordedPage] = []

    def open_page(trace: Trace, **context: Any) -> RecordedPage:
        path = tmp_path / f"page{len(pages)}.html"
        path.write_text(page(trace), encoding="utf-8")
        pages.append(RecordedPage(chromium, path, **context))
        return pages[-1]

    yield open_page
    for one in pages:
        assert one.requests == [one.url]
        assert one.console_messages == []
        one.close()
