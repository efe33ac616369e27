"""Render a whole text of the view `compact`, faster than block by block."""

from __future__ import annotations

from statecode.records import ENTERING, EventKind, Trace
from statecode.views.compact.writer import OPEN, RETURNED, CompactWriter

_LINE = EventKind.LINE


def render(trace: Trace, spaced_digits: bool = False) -> str:
    """Return the compact text of a trace.

    Args:
        spaced_digits: True to separate the digits of values, stdin and output by spaces.
    """
    writer = CompactWriter(trace, spaced_digits)
    texts = [writer.head()]
    append, line_starts, predictor = texts.append, _LineStarts(), writer.predictor
    defining, defined = predictor.definitions.changes, predictor.defined
    for event in trace.events[:-1]:  # LINE events are written inline, for speed
        kind, line, from_line, depth, frame, thread, function, changes, value, detail, stdout_end = event
        top = predictor.top
        if (
            top is None or frame != top.number or from_line != top.from_line or depth != top.depth
            or thread != predictor.thread or stdout_end != writer.stdout_written or function != top.function
            or detail is not None or line < 0
            or from_line in defining and (frame, from_line) not in defined
        ):
            append(writer.entering_block(event) if kind in ENTERING else writer.block(event))
            continue
        if kind is not _LINE or value is not None:
            append(writer.leaving_block(event, top))
            continue
        if changes:
            text = writer.changes(top.lengths, changes)
            if text is None:
                append(writer.block(event, is_exact=True))
                continue
            if writer.cursor:
                append(line_starts[top.last_line] if writer.cursor == RETURNED else f"\n.{top.last_line}")
            append(text)
        elif writer.cursor == RETURNED:
            append(line_starts[top.last_line])
        append(line_starts[line])
        top.last_line = line
        if top.advances:
            top.from_line = line
        writer.cursor = OPEN
    texts += (writer.block(event, is_last=True) for event in trace.events[-1:])
    append(writer.tail())
    return "".join(texts)


class _LineStarts(dict[int, str]):
    """A cache: line number → a newline and the number."""

    def __missing__(self, number: int) -> str:
        text = self[number] = f"\n{number}"
        return text
