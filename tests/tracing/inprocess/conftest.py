"""Fixture of the tests of in-process recording."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_traces_left_in_the_process() -> Iterator[None]:
    write, hook = sys.stdout.write, threading._trace_hook
    if sys.gettrace() is not None:
        pytest.skip("another tracer is active")
    yield
    assert sys.gettrace() is None
    assert threading._trace_hook is hook
    assert sys.stdout.write == write
