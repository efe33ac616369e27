"""Write the view `compact`, block by block."""

from __future__ import annotations

from typing import Any

from statecode.records import LEAVING, Change, Event, EventKind, Status, Trace
from statecode.views.compact.predictor import BEGIN, ENTERING, MARKS, CompactFrame, CompactPredictor
from statecode.views.compact.source_lines import number_lines
from statecode.views.compact.tracebacks import error_lines
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
    read_detail,
    shortened,
    stop_predicting_lengths,
    write_detail,
    write_name,
)

DIGIT_SEPARATED = "digits apart"
"""The line in the head of a text whose digits are separated by spaces."""
OTHER_BEGINNING = "\n@[]"
"""The line before the first event of a run that does not begin with `BEGIN`."""
OPEN, CLOSED, RETURNED = range(3)
"""The state of the last written line.

OPEN: changes or an event can be appended to the line. CLOSED: nothing can be appended. RETURNED: the line is a return;
the caller's line continues, and its number is written again before its changes.
"""

_YIELD, _RESULT = EventKind.YIELD, EventKind.COMPREHENSION_RESULT
_RETURNS = (EventKind.RETURN, EventKind.COMPREHENSION_RESULT)


class CompactWriter:
    """Write a trace block by block."""

    def __init__(self, trace: Trace, spaced_digits: bool) -> None:
        self.predictor = CompactPredictor(trace.code)
        self.cursor = CLOSED
        self.stdout_written = 0  # characters of stdout written so far
        self._trace = trace
        self._spaced_digits = spaced_digits
        self._digits = digit_separated if spaced_digits else identity
        self._read_digits = digits_joined if spaced_digits else identity
        self._value_texts: dict[str, tuple[str, int | None]] = {}
        self._name_texts: dict[str, str] = {}
        self._is_first = True

    def head(self) -> str:
        """Return the source with line numbers, then stdin."""
        text, stdin = number_lines(self._trace.code), self._digits(self._trace.stdin)
        if stdin:
            text += marked_lines(stdin, "<", ",")[1:] + "\n"
        return f"{text}{DIGIT_SEPARATED}\n" if self._spaced_digits else text

    def block(self, event: Event, is_last: bool = False, is_exact: bool = False) -> str:
        """Return the text of the next event; empty for a first or last event that the reader can infer.

        Args:
            is_last: True for the last event of the trace.
            is_exact: True to write all changes, because the reader would predict a len(x) wrong.
        """
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
        is_implied = is_last and not deviations and self._is_expected_end(event)
        text = OTHER_BEGINNING if is_first else ""
        if deviations:
            text += fields_line(deviations)
            self.cursor = CLOSED
        if changes and not entering:
            text += ("", f"\n.{frame.last_line}", f"\n{frame.last_line}")[self.cursor] + changes
            self.cursor = OPEN
        elif self.cursor == RETURNED and caller and not (printed or is_implied or mark == "^"):
            text += f"\n{caller.last_line}"
            self.cursor = OPEN
        text += printed
        if not is_implied:
            separator = " " if self.cursor == OPEN and not printed and mark not in ("", "^") else "\n"
            text += f"{separator}{mark}{event_text}{changes}" if entering else f"{separator}{mark}{event_text}"
        if not entering:
            predictor.follow(event)
        self.cursor = OPEN if not mark else RETURNED if event.kind in LEAVING and predictor.top else CLOSED
        return text

    def entering_block(self, event: Event) -> str:
        """Return `block(event)` for an event that enters a frame; faster if the event is as predicted."""
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

    def leaving_block(self, event: Event, top: CompactFrame) -> str:
        """Return `block(event)` for an event in the top frame; faster if it leaves the frame as predicted."""
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
        self.predictor.leave(top)
        if kind is _YIELD:
            self.predictor.suspend(top)
        self.cursor = RETURNED if self.predictor.top else CLOSED
        return f"{text}{separator}{'=>' if kind is _YIELD else '->'}{shortened(self._digits(value))}"

    def tail(self) -> str:
        """Return the output after the last event, the status with its deviations, and stderr."""
        trace, predictor = self._trace, self.predictor
        deviations: dict[str, Any] = {}
        if trace.status is Status.OK and predictor.only_module_runs:
            deviations["open"] = True
        if trace.exception != (predictor.raised if trace.status is Status.EXCEPTION else None):
            deviations["exception"] = trace.exception
        if trace.truncation is not None:
            deviations["truncation"] = trace.truncation
        printed = marked_lines(self._digits(trace.stdout[self.stdout_written:]), "|", ":")
        errors = error_lines(self._digits(trace.stderr), trace.code)
        text = f"{printed}\n{trace.status.value}{fields_line(deviations) if deviations else ''}{errors}"
        return text if trace.events else OTHER_BEGINNING + text

    def changes(self, lengths: dict[str, int], changes: tuple[Change, ...]) -> str | None:
        """Return the text of changes without their implied lengths; None if the reader would add wrong lengths.

        Args:
            lengths: `CompactFrame.lengths` of the frame; updated by this method.
        """
        text, written, names = "", self._value_texts, self._name_texts
        implied = omitted = None
        for change in changes:
            name, value = change
            if implied is not None:
                if change == implied:
                    omitted, implied = name, None
                    continue
                if name != implied.name:
                    return None
                implied = None
            elif name == omitted:  # the reader would take it for the implied length
                return None
            value_text, length = written.get(value) or self._value_text(value)
            text += (names.get(name) or self._name_text(name)) + value_text
            if length != 0 or lengths or name[:4] == "len(":
                implied = implied_length(lengths, name, value, length)
        return text if implied is None else None

    def _value_text(self, value: str) -> tuple[str, int | None]:
        """Return the text of a value and the result of `length_of(value)`."""
        written = self._value_texts[value] = escaped(indented(shortened(self._digits(value)))), length_of(value)
        return written

    def _name_text(self, name: str) -> str:
        written = self._name_texts[name] = f" {write_name(name)}="
        return written

    def _changes_at(
        self, frame: CompactFrame, event: Event, entering: bool, is_first: bool, deviations: dict[str, Any]
    ) -> str:
        """Return the text of the changes of an event; add the deviation `exact` if all changes must be written."""
        changes = event.changes
        if entering:
            expected = BEGIN.changes if is_first and event.kind is EventKind.CALL else ()
        else:
            expected = self.predictor.expected_changes(frame, event.from_line)
        if expected and changes == expected:
            return ""
        is_exact = "exact" in deviations or expected and not changes
        text = None if is_exact else self.changes(frame.lengths, changes)
        if text is not None:
            return text
        stop_predicting_lengths(frame.lengths, changes)
        deviations["exact"] = True
        return "".join(self._name_text(name) + self._value_text(value)[0] for name, value in changes)

    def _deviations(self, mark: str, event: Event) -> dict[str, Any]:
        """Return the fields of an event that differ from those predicted by its mark and line."""
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
            deviations.update((name, actual) for name, actual, predicted in fields if actual != predicted)
        return deviations

    def _event_text(self, mark: str, event: Event, deviations: dict[str, Any]) -> str:
        """Return the text after the mark of an event.

        If this text cannot express the value or the detail of the event, add the field to `deviations`.
        """
        text, value, detail = "", None, None
        if mark in ENTERING or not mark:
            text = str(max(event.line, 0))
        elif mark == "!" and event.detail is not None:
            text = write_detail(self._digits(event.detail))
            detail = self._read_digits(read_detail(text))
            if detail != event.detail:
                text = ""
        elif mark in ("->", "=>") and event.value is not None:
            text, value = indented(shortened(self._digits(event.value))), event.value
        if value != event.value or mark == "=>" and event.value is None:
            deviations["value"] = event.value
        if detail != event.detail or mark == "!" and event.detail is None:
            deviations["detail"] = event.detail
        return text

    def _stdout_lines(self, end: int, deviations: dict[str, Any]) -> str:
        """Return the output since the last event as marked lines; if `end` is invalid, add it to `deviations`."""
        if end == self.stdout_written:
            return ""
        if not self.stdout_written < end <= len(self._trace.stdout):
            deviations["stdout_end"] = end
            return ""
        chunk = self._trace.stdout[self.stdout_written:end]
        self.stdout_written = end
        return marked_lines(self._digits(chunk), "|", ":")

    def _is_expected_end(self, event: Event) -> bool:
        """Return True if the last event is the module's return of None, which the reader infers from the status ok."""
        trace = self._trace
        return (
            trace.status is Status.OK and event.kind is EventKind.RETURN and event.value == "None"
            and self.predictor.only_module_runs and self.stdout_written == len(trace.stdout)
        )
