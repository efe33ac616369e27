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


@pytest.fixture(autouse=True)
def repr_failures_end_with_the_test() -> Iterator[None]:
    """Forget the classes whose repr failed during the test, which cheap_repr suppresses for the rest of the process.

    A dict that another thread changes during its repr is such a failure.
    """
    yield
    cheap_repr = sys.modules.get("cheap_repr")  # imported by the first recording
    if cheap_repr is not None:
        cheap_repr.suppressed_classes.clear()
