"""The view `full-state`: the source, then each event with all variables of its frame, as on a scratchpad.

       4 | found = evens([3, 4, 6])      the line that runs next; its variables are written above it
    >>> call evens
      * numbers = [3, 4, 6]              a star marks a variable that the event changed
      * len(numbers) = 3
       1 | def evens(numbers):
        numbers = [3, 4, 6]
        len(numbers) = 3
       2 |     return [n for n in numbers if n % 2 == 0]
        ...
    <<< return: [4, 6]
    --- <module>                         the next event is in another frame
        ...
    stdout: 10                           text printed before the next event
    <<< return by exception              a frame ends because of an exception
    status: ok

An exception is written as `!!!` and its text; further lines of the text start with `...`. The view is lossless: fields
that differ from their prediction (see `EventPredictor.residual`) are written before the event, as `@ {"thread": 1}`. A
text that does not fit on one line is written as `~` and a JSON string (see `one_line`).
"""

from __future__ import annotations

from statecode.views.base import ViewFunctions
from statecode.views.full_state.reader import parse, read_events
from statecode.views.full_state.state import state
from statecode.views.full_state.writer import head, segments
from statecode.views.windows import WindowFormat

__all__ = ["FUNCTIONS", "parse", "segments"]

_WINDOWS = WindowFormat(segments, lambda trace: list(head(trace)), state)

FUNCTIONS = ViewFunctions(
    segments=segments, parse=parse, read_events=read_events, windows=_WINDOWS.windows,
    window_context=_WINDOWS.context,
)
