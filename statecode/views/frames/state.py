"""Write the state at the start of a window of the view `frames`: each live frame as a call with all its variables."""

from __future__ import annotations

from statecode.records import FrameState, Trace
from statecode.views.frames.predictor import SourcePredictor
from statecode.views.frames.tokens import CWM
from statecode.views.frames.writer import FramesWriter
from statecode.views.segments import Kind, Segment


def source(trace: Trace) -> list[Segment]:
    """Return the source and stdin."""
    return FramesWriter(trace, CWM).head()


def state(trace: Trace, event: int, frames: list[FrameState]) -> list[Segment]:
    """Return the live frames before `event`, each with its variables and its line."""
    texts = SourcePredictor(trace.code, CWM)
    segments: list[Segment] = []
    for frame in frames:
        segments.append(Segment(CWM.call, Kind.CONTROL))
        before = "{"
        for name, value in frame.variables.items():
            segments += [Segment(f"{before}{CWM.quoted(name)}: ", Kind.SYNTAX),
                         Segment(CWM.quoted(value), Kind.COPIED_VALUE)]
            before = ", "
        segments += [Segment("}" if frame.variables else "{}", Kind.SYNTAX), Segment(CWM.action, Kind.CONTROL),
                     Segment(texts.text(frame.line), Kind.SOURCE), Segment(CWM.frame, Kind.CONTROL)]
    return segments
