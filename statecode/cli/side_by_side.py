"""Print two runs of one program in two columns, one line per event."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.evaluation.interpreter.difference_texts import exception_text, shortened
from statecode.evaluation.interpreter.event_comparison import first_divergence
from statecode.records import ENTERING, Event, EventKind, Trace
from statecode.text import printable
from statecode.views.windows import follows_from_source

NARROWEST = 16  # characters of a column
_WORDS = {
    EventKind.CALL: "call", EventKind.START_GENERATOR: "start", EventKind.REENTER_GENERATOR: "resume",
    EventKind.COMPREHENSION: "start", EventKind.RETURN: "return", EventKind.COMPREHENSION_RESULT: "result",
    EventKind.YIELD: "yield", EventKind.EXCEPTION: "exception",
}


def side_by_side(predicted: Trace, real: Trace | None, width: int) -> Iterator[str]:
    """Yield the lines of the columns: the number of the event, the predicted one, and the real one.

    The line of the first difference is marked by `>` before its number.

    Args:
        real: the real run; None: there is only the column of the model.
        width: number of characters of a line; a column has at least NARROWEST.
    """
    columns = [predicted] if real is None else [predicted, real]
    divergence = None if real is None else first_divergence(real.events, predicted.events)
    count = max(len(trace.events) for trace in columns)
    digits = len(str(max(0, count - 1)))
    column = max(NARROWEST, (width - digits - 1) // len(columns) - 2)
    yield _row(" " * (digits + 1), ["the model", "the run"][:len(columns)], column)
    for number in range(count):
        events = [trace.events[number] if number < len(trace.events) else None for trace in columns]
        mark = ">" if number == divergence else " "
        texts = ["" if event is None else event_text(event) for event in events]
        yield _row(f"{mark}{number:>{digits}}", texts, column)


def event_text(event: Event) -> str:
    """Return one event in one line: its line, its kind with the function, its value, and the changes before it.

    Changes that follow from the source, such as those that define functions, are left out.
    """
    function = f" {event.function}" if event.kind in ENTERING else ""
    word = f" {_WORDS[event.kind]}{function}" if event.kind in _WORDS else ""
    changes = ", ".join(f"{name}={value}" for name, value in event.changes
                        if not follows_from_source(name, value))
    value = "" if event.value is None else f" {event.value}"
    detail = "" if event.detail is None else f" {exception_text(event)}"
    place = "  " * max(0, event.depth) + (f"line {event.line}" if event.line > 0 else "start:")
    return f"{place}{word}{value}{detail}{f'  {changes}' if changes else ''}"


def _row(number: str, texts: list[str], column: int) -> str:
    cells = [shortened(printable(text), column) for text in texts]
    return f"{number}  {'  '.join(cell.ljust(column) for cell in cells)}".rstrip()
