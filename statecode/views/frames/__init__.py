"""The view `frames`: calls, lines, returns and exceptions in the prompt format of Meta's Code World Model (CWM).

    <|trace_context_start|>SOURCE<|frame_sep|>
    <|call_sep|>LOCALS<|action_sep|>LINE<|frame_sep|>
    <|line_sep|>LOCALS<|action_sep|>LINE<|frame_sep|>
    <|return_sep|><|action_sep|>LINE<|arg_sep|>VALUE<|frame_sep|>
    <|exception_sep|><|action_sep|>LINE<|arg_sep|>VALUE<|frame_sep|>
    <|end_of_text|>

The text does not contain the line breaks above. LOCALS is a JSON object with the variables and their reprs; ".."
replaces a repr that has not changed. VALUE is a JSON string, or null for a frame that ends because of an exception.
LINE is a line of the source with its newline. Source of the format: PROMPTING_GUIDE.md of
https://github.com/facebookresearch/cwm.

Information that this format lacks is written as one more <|arg_sep|> with a JSON object. The object of an event
contains:

- the fields that differ from their prediction, see `EventPredictor.residual`; the line is predicted from its text
- `stdout`: the text printed before the event
- `kind`: the kind of an event that is not a CALL, LINE, RETURN or EXCEPTION

The object of the head contains `stdin` if it is not empty. If the source contains a special token, SOURCE is empty and
the object of the head contains the source as `code`; LINE is then empty for a line that contains a special token. The
object of the end contains the rest of stdout, stderr, and the status unless it is ok. A return or an exception that has
changes is written with LOCALS as well. A changed value whose repr is `..` is written in brackets, as [".."]. In a JSON
text, the `<` of a special token is written as \\u003c.
"""

from __future__ import annotations

from statecode.views.base import ViewFunctions
from statecode.views.frames.reader import parse, read_events
from statecode.views.frames.state import source, state
from statecode.views.frames.writer import segments
from statecode.views.windows import WindowFormat

__all__ = ["FUNCTIONS", "parse", "segments"]

_WINDOWS = WindowFormat(segments, source, state)

FUNCTIONS = ViewFunctions(
    segments=segments, parse=parse, read_events=read_events, windows=_WINDOWS.windows,
    window_context=_WINDOWS.context,
)
