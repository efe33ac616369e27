"""Count the events of code that runs in the process of the test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

FILE_NAME = "counted.py"


def counted(run: Callable[[], Any]) -> tuple[Any, int]:
    """Return the result of a call, and the number of events in frames of code with the file name FILE_NAME."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != FILE_NAME:
            return None
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return run(), count
    finally:
        sys.settrace(before)
