"""Writes the view `compact`, block by block."""

from __future__ import annotations

from typing import Any

from statecode.records import LEAVING, Change, Event, EventKind, Status, Trace
from statecode.views.compact.predictor import BEGIN, ENTERING, MARKS, CompactPredictor, Frame
from statecode.views.compact.values import (
    digit_separated,
    digits_joined,
    escaped,
    fields_line,
    identity,
    implied_length,
    indented,
    length_of,
    marked_lines,
    number_lines,
    read_detail,
    stop_predicting_lengths,
    write_detail,
    write_name,
)

DIGIT_SEPARATED = "digits apart"
"""The line in the head that says that the digits of values stand one by one."""
OTHER_BEGINNING = "\n@[]"
"""The line that says that the run does not begin as usual."""
OPEN, CLOSED, RETURNED = range(3)
"""Where the text stands: on a line that can go on, on one that cannot, on a return (the caller's line goes on)."""

_LINE, _YIELD, _RESULT = EventKind.LINE, EventKind.YIELD, EventKind.COMPREHENSION_RESULT
_ENTERS = frozenset(ENTERING.values())
_RETURNS = (EventKind.RETURN, EventKind.COMPREHENSION_RESULT)


def render(trace: Trace, spaced_digits: bool = False) -> str:
    """Give the compact text; `spaced_digits` puts spaces between the digits of values, stdin and what is printed."""
    writer = CompactWriter(trace, spaced_digits)
    texts = [writer.head()]
    append, line_starts, predictor = texts.append, _LineStarts(), writer.predictor
    defining, defined = predictor.definitions.changes, predictor.defined
    for event in trace.events[:-1]:  # what most events are is written here; everything else by the writer
        kind, line, from_line, depth, frame, thread, function, changes, value, detail, stdout_end = event
        top = predictor.top
        if (
            top is None or frame != top.number or from_line != top.from_line or depth != top.depth
            or thread != predictor.thread or stdout_end != writer.stdout_written or function != top.function
            or detail is not None or line < 0
            or from_line in defining and (frame, from_line) not in defined
        ):
            append(writer.entering_block(event) if kind in _ENTERS else writer.block(event))
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
    """Line numbers as they stand at the beginning of a line."""

    def __missing__(self, number: int) -> str:
        text = self[number] = f"\n{number}"
        return text


class CompactWriter:
    """Writes a trace block by block."""

    def __init__(self, trace: Trace, spaced_digits: bool) -> None:
        self.predictor = CompactPredictor(trace.code)
        self.cursor = CLOSED
        self.stdout_written = 0  # characters of stdout that are written
        self._trace = trace
        self._spaced_digits = spaced_digits
        self._digits = digit_separated if spaced_digits else identity
        self._read_digits = digits_joined if spaced_digits else identity
        self._value_texts: dict[str, tuple[str, int | None]] = {}
        self._name_texts: dict[str, str] = {}
        self._is_first = True

    def head(self) -> str:
        """The source with line numbers, then stdin."""
        text, stdin = number_lines(self._trace.code), self._digits(self._trace.stdin)
        if stdin:
            text += marked_lines(stdin, "<", ",")[1:] + "\n"
        return f"{text}{DIGIT_SEPARATED}\n" if self._spaced_digits else text

    def block(self, event: Event, is_last: bool = False, is_exact: bool = False) -> str:
        """What is written for the next event; nothing where it is the one expected at the beginning or at the end."""
        predictor, caller = self.predictor, self.predictor.top
        is_first, self._is_first = self._is_first, False
        if is_first and event == BEGIN:
            predictor.enter(">", event[:7])
            return ""
        mark = MARKS[event.kind] if event.kind not in _RETURNS or event.value is not None else "^"
        entering = mark in ENTERING
        deviations = self._deviations(mark, event)
        if is_exact:
            deviations["exact"] = True
        event_text = self._event_text(mark, event, deviations)
        if entering:
            predictor.enter(mark, event[:7])
        frame = predictor.frame_of(event)
        changes = self._changes_at(frame, event, entering, is_first, deviations)
        printed = self._stdout_lines(event.stdout_end, deviations)
        expected = is_last and not deviations and self._is_expected_end(event)
        text = OTHER_BEGINNING if is_first else ""
        if deviations:
            text += fields_line(deviations)
            self.cursor = CLOSED
        if changes and not entering:
            text += ("", f"\n.{frame.last_line}", f"\n{frame.last_line}")[self.cursor] + changes
            self.cursor = OPEN
        elif self.cursor == RETURNED and caller and not (printed or expected or mark == "^"):
            text += f"\n{caller.last_line}"
            self.cursor = OPEN
        text += printed
        if not expected:
            separator = " " if self.cursor == OPEN and not printed and mark not in ("", "^") else "\n"
            text += f"{separator}{mark}{event_text}{changes}" if entering else f"{separator}{mark}{event_text}"
        if not entering:
            predictor.follow(event)
        self.cursor = OPEN if not mark else RETURNED if event.kind in LEAVING and predictor.top else CLOSED
        return text

    def entering_block(self, event: Event) -> str:
        """What `block` writes for an event that enters a frame, faster where that is the one expected."""
        position, caller, mark = event[:7], self.predictor.top, MARKS[event.kind]
        _, line, _, _, _, thread, _, changes, value, detail, stdout_end = event
        if caller is None or stdout_end != self.stdout_written or value is not None or detail is not None or line < 0:
            return self.block(event)
        if thread != self.predictor.thread or position != self.predictor.predict_entry(mark, line, thread):
            return self.block(event)
        lengths: dict[str, int] = {}
        text = self.changes(lengths, changes)
        if text is None:
            return self.block(event, is_exact=True)
        self.predictor.enter(mark, position).lengths = lengths
        separator = (" ", "\n", f"\n{caller.last_line} ")[self.cursor]
        self.cursor = CLOSED
        return f"{separator}{mark}{line}{text}"

    def leaving_block(self, event: Event, top: Frame) -> str:
        """What `block` writes for an event in the top frame, faster where it is a usual return."""
        kind, line, _, _, _, _, _, changes, value, _, _ = event
        if value is None or line != top.last_line or kind not in LEAVING or "\n" in value:
            return self.block(event)
        if kind is not _YIELD and (kind is _RESULT) != top.is_comprehension:
            return self.block(event)
        text = self.changes(top.lengths, changes)
        if text is None:
            return self.block(event, is_exact=True)
        separator = " "
        if self.cursor == RETURNED:
            text = f"\n{line}{text}"
        elif self.cursor == CLOSED and text:
            text = f"\n.{line}{text}"
        elif self.cursor == CLOSED:
            separator = "\n"
        top.from_line = line
        self.predictor.leave(top, kind)
        self.cursor = RETURNED if self.predictor.top else CLOSED
        return f"{text}{separator}{'=>' if kind is _YIELD else '->'}{self._digits(value)}"

    def tail(self) -> str:
        """What was printed after the last event, and how the run ended."""
        trace, predictor = self._trace, self.predictor
        notes: dict[str, Any] = {}
        if trace.status is Status.OK and predictor.only_module_runs:
            notes["open"] = True
        if trace.exception != (predictor.raised if trace.status is Status.EXCEPTION else None):
            notes["exception"] = trace.exception
        if trace.truncation is not None:
            notes["truncation"] = trace.truncation
        printed = marked_lines(self._digits(trace.stdout[self.stdout_written:]), "|", ":")
        errors = marked_lines(self._digits(trace.stderr), "|", ":")
        text = f"{printed}\n{trace.status.value}{fields_line(notes) if notes else ''}{errors}"
        return text if trace.events else OTHER_BEGINNING + text

    def changes(self, lengths: dict[str, int], changes: tuple[Change, ...]) -> str | None:
        """Write changes of a frame with these `lens`; None where what the reader would add to them is wrong."""
        text, written, names = "", self._value_texts, self._name_texts
        missing = hidden = None
        for change in changes:
            name, value = change
            if missing is not None:
                if change == missing:
                    hidden, missing = name, None
                    continue
                if name != missing.name:
                    return None
                missing = None
            elif name == hidden:  # it would be taken for the one that is not written
                return None
            value_text, length = written.get(value) or self._value_text(value)
            text += (names.get(name) or self._name_text(name)) + value_text
            if length != 0 or lengths or name[:4] == "len(":
                missing = implied_length(lengths, name, value, length)
        return text if missing is None else None

    def _value_text(self, value: str) -> tuple[str, int | None]:
        """Write a value; tell its length too."""
        written = self._value_texts[value] = escaped(indented(self._digits(value))), length_of(value)
        return written

    def _name_text(self, name: str) -> str:
        written = self._name_texts[name] = f" {write_name(name)}="
        return written

    def _changes_at(
        self, frame: Frame, event: Event, entering: bool, is_first: bool, deviations: dict[str, Any]
    ) -> str:
        """Write the changes of any event."""
        changes = event.changes
        if entering:
            expected = BEGIN.changes if is_first and event.kind is EventKind.CALL else ()
        else:
            expected = self.predictor.expected_changes(frame, event.from_line)
        if expected and changes == expected:
            return ""
        wrong = "exact" in deviations or expected and not changes
        text = None if wrong else self.changes(frame.lengths, changes)
        if text is not None:
            return text
        stop_predicting_lengths(frame.lengths, changes)
        deviations["exact"] = True
        return "".join(self._name_text(name) + self._value_text(value)[0] for name, value in changes)

    def _deviations(self, mark: str, event: Event) -> dict[str, Any]:
        """The fields that differ from what the mark alone says."""
        predictor, thread, frame, line = self.predictor, event.thread, event.frame, max(event.line, 0)
        deviations: dict[str, Any] = {}
        if mark in ENTERING:
            expected = predictor.predict_entry(mark, line, thread)
            if frame != expected[4]:
                deviations["frame"], expected = frame, predictor.predict_entry(mark, line, thread, frame)
        else:
            shown_line = None if mark else line
            expected = predictor.predict_other(mark, shown_line, thread)
            if frame != expected[4]:
                deviations["frame"], expected = frame, predictor.predict_other(mark, shown_line, thread, frame)
        if thread != predictor.thread:
            deviations["thread"] = thread
        if event[:7] != expected:
            fields = zip(Event._fields, event, expected)
            deviations.update((name, given) for name, given, guess in fields if given != guess)
        return deviations

    def _event_text(self, mark: str, event: Event, deviations: dict[str, Any]) -> str:
        """What stands after the mark; a value or a detail that cannot stand there deviates."""
        text, value, detail = "", None, None
        if mark in ENTERING or not mark:
            text = str(max(event.line, 0))
        elif mark == "!" and event.detail is not None:
            text = write_detail(self._digits(event.detail))
            detail = self._read_digits(read_detail(text))
            if detail != event.detail:
                text = ""
        elif mark in ("->", "=>") and event.value is not None:
            text, value = indented(self._digits(event.value)), event.value
        if value != event.value or mark == "=>" and event.value is None:
            deviations["value"] = event.value
        if detail != event.detail or mark == "!" and event.detail is None:
            deviations["detail"] = event.detail
        return text

    def _stdout_lines(self, end: int, deviations: dict[str, Any]) -> str:
        """What was printed since the last event, in lines."""
        if end == self.stdout_written:
            return ""
        if not self.stdout_written < end <= len(self._trace.stdout):
            deviations["stdout_end"] = end
            return ""
        chunk = self._trace.stdout[self.stdout_written:end]
        self.stdout_written = end
        return marked_lines(self._digits(chunk), "|", ":")

    def _is_expected_end(self, event: Event) -> bool:
        """Whether the last event is the module's return that `ok` tells already."""
        trace = self._trace
        return (
            trace.status is Status.OK and event.kind is EventKind.RETURN and event.value == "None"
            and self.predictor.only_module_runs and self.stdout_written == len(trace.stdout)
        )
