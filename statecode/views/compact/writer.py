"""Writes the view `compact`, block by block."""

from __future__ import annotations

from typing import Any

from statecode.records import LEAVING, Change, Event, EventKind, Status, Trace
from statecode.views.compact.predictor import BEGIN, ENTERING, MARKS, Frame, Stacks
from statecode.views.compact.values import (
    announced,
    folded,
    guarded,
    length_of,
    lines_after,
    numbered,
    owed,
    read_detail,
    same,
    settle,
    spaced,
    unspaced,
    written_detail,
    written_name,
)

SPACED = "digits apart"
"""The line in the head that says that the digits of values stand one by one."""
BEGINS = "\n@[]"
"""The line that says that the run does not begin as usual."""
OPEN, CLOSED, LEFT = range(3)
"""Where the text stands: on a line that can go on, on one that cannot, on a return (the caller's line goes on)."""

_LINE, _YIELD, _RESULT = EventKind.LINE, EventKind.YIELD, EventKind.COMPREHENSION_RESULT
_ENTERS = frozenset(ENTERING.values())
_RETURNS = (EventKind.RETURN, EventKind.COMPREHENSION_RESULT)


def render(trace: Trace, spaced_digits: bool = False) -> str:
    """Give the compact text; `spaced_digits` puts spaces between the digits of values, stdin and what is printed."""
    writer = Writer(trace, spaced_digits)
    texts = [writer.head()]
    append, numbers, stacks = texts.append, _Numbers(), writer.stacks
    defining, defined = stacks.definitions.changes, stacks.defined
    for event in trace.events[:-1]:  # what most events are is written here; everything else by the writer
        kind, line, from_line, depth, frame, thread, function, changes, value, detail, stdout_end = event
        top = stacks.top
        if (
            top is None or frame != top.number or from_line != top.line or depth != top.depth
            or thread != stacks.thread or stdout_end != writer.shown or function != top.function
            or detail is not None or line < 0
            or from_line in defining and (frame, from_line) not in defined
        ):
            append(writer.entered(event) if kind in _ENTERS else writer.block(event))
            continue
        if kind is not _LINE or value is not None:
            append(writer.left(event, top))
            continue
        if changes:
            text = writer.changes(top.lens, changes)
            if text is None:
                append(writer.block(event, is_exact=True))
                continue
            if writer.cursor:
                append(numbers[top.at] if writer.cursor == LEFT else f"\n.{top.at}")
            append(text)
        elif writer.cursor == LEFT:
            append(numbers[top.at])
        append(numbers[line])
        top.at = line
        if top.advances:
            top.line = line
        writer.cursor = OPEN
    texts += (writer.block(event, is_last=True) for event in trace.events[-1:])
    append(writer.tail())
    return "".join(texts)


class _Numbers(dict[int, str]):
    """Line numbers as they stand at the beginning of a line."""

    def __missing__(self, number: int) -> str:
        text = self[number] = f"\n{number}"
        return text


class Writer:
    """Writes a trace block by block."""

    def __init__(self, trace: Trace, spaced_digits: bool) -> None:
        self.stacks = Stacks(trace.code)
        self.cursor = CLOSED
        self.shown = 0  # characters of stdout that are written
        self._trace = trace
        self._spaced_digits = spaced_digits
        self._digits = spaced if spaced_digits else same
        self._read_digits = unspaced if spaced_digits else same
        self._written: dict[str, tuple[str, int | None]] = {}
        self._names: dict[str, str] = {}
        self._is_first = True

    def head(self) -> str:
        """The source with line numbers, then stdin."""
        text, stdin = numbered(self._trace.code), self._digits(self._trace.stdin)
        if stdin:
            text += lines_after(stdin, "<", ",")[1:] + "\n"
        return f"{text}{SPACED}\n" if self._spaced_digits else text

    def block(self, event: Event, is_last: bool = False, is_exact: bool = False) -> str:
        """What is written for the next event; nothing where it is the one expected at the beginning or at the end."""
        stacks, caller = self.stacks, self.stacks.top
        is_first, self._is_first = self._is_first, False
        if is_first and event == BEGIN:
            stacks.enter(">", event[:7])
            return ""
        mark = MARKS[event.kind] if event.kind not in _RETURNS or event.value is not None else "^"
        entering = mark in ENTERING
        deviations = self._deviations(mark, event)
        if is_exact:
            deviations["exact"] = True
        own = self._own_text(mark, event, deviations)
        if entering:
            stacks.enter(mark, event[:7])
        frame = stacks.frame_of(event)
        changes = self._changes_at(frame, event, entering, is_first, deviations)
        printed = self._printed(event.stdout_end, deviations)
        expected = is_last and not deviations and self._is_expected_end(event)
        text = BEGINS if is_first else ""
        if deviations:
            text += announced(deviations)
            self.cursor = CLOSED
        if changes and not entering:
            text += ("", f"\n.{frame.at}", f"\n{frame.at}")[self.cursor] + changes
            self.cursor = OPEN
        elif self.cursor == LEFT and caller and not (printed or expected or mark == "^"):
            text += f"\n{caller.at}"
            self.cursor = OPEN
        text += printed
        if not expected:
            joint = " " if self.cursor == OPEN and not printed and mark not in ("", "^") else "\n"
            text += f"{joint}{mark}{own}{changes}" if entering else f"{joint}{mark}{own}"
        if not entering:
            stacks.follow(event)
        self.cursor = OPEN if not mark else LEFT if event.kind in LEAVING and stacks.top else CLOSED
        return text

    def entered(self, event: Event) -> str:
        """What `block` writes for an event that enters a frame, faster where that is the one expected."""
        place, caller, mark = event[:7], self.stacks.top, MARKS[event.kind]
        _, line, _, _, _, thread, _, changes, value, detail, stdout_end = event
        if caller is None or stdout_end != self.shown or value is not None or detail is not None or line < 0:
            return self.block(event)
        if thread != self.stacks.thread or place != self.stacks.entered(mark, line, thread):
            return self.block(event)
        lens: dict[str, int] = {}
        text = self.changes(lens, changes)
        if text is None:
            return self.block(event, is_exact=True)
        self.stacks.enter(mark, place).lens = lens
        joint = (" ", "\n", f"\n{caller.at} ")[self.cursor]
        self.cursor = CLOSED
        return f"{joint}{mark}{line}{text}"

    def left(self, event: Event, top: Frame) -> str:
        """What `block` writes for an event in the top frame, faster where it is a usual return."""
        kind, line, _, _, _, _, _, changes, value, _, _ = event
        if value is None or line != top.at or kind not in LEAVING or "\n" in value:
            return self.block(event)
        if kind is not _YIELD and (kind is _RESULT) != top.collects:
            return self.block(event)
        text = self.changes(top.lens, changes)
        if text is None:
            return self.block(event, is_exact=True)
        joint = " "
        if self.cursor == LEFT:
            text = f"\n{line}{text}"
        elif self.cursor == CLOSED and text:
            text = f"\n.{line}{text}"
        elif self.cursor == CLOSED:
            joint = "\n"
        top.line = line
        self.stacks.leave(top, kind)
        self.cursor = LEFT if self.stacks.top else CLOSED
        return f"{text}{joint}{'=>' if kind is _YIELD else '->'}{self._digits(value)}"

    def tail(self) -> str:
        """What was printed after the last event, and how the run ended."""
        trace, stacks = self._trace, self.stacks
        notes: dict[str, Any] = {}
        if trace.status is Status.OK and stacks.module_is_left:
            notes["open"] = True
        if trace.exception != (stacks.raised if trace.status is Status.EXCEPTION else None):
            notes["exception"] = trace.exception
        if trace.truncation is not None:
            notes["truncation"] = trace.truncation
        printed = lines_after(self._digits(trace.stdout[self.shown:]), "|", ":")
        errors = lines_after(self._digits(trace.stderr), "|", ":")
        text = f"{printed}\n{trace.status.value}{announced(notes) if notes else ''}{errors}"
        return text if trace.events else BEGINS + text

    def changes(self, lens: dict[str, int], changes: tuple[Change, ...]) -> str | None:
        """Write changes of a frame with these `lens`; None where what the reader would add to them is wrong."""
        text, written, names = "", self._written, self._names
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
            shown, length = written.get(value) or self._write(value)
            text += (names.get(name) or self._write_name(name)) + shown
            if length != 0 or lens or name[:4] == "len(":
                missing = owed(lens, name, value, length)
        return text if missing is None else None

    def _write(self, value: str) -> tuple[str, int | None]:
        """Write a value; tell its length too."""
        written = self._written[value] = guarded(folded(self._digits(value))), length_of(value)
        return written

    def _write_name(self, name: str) -> str:
        written = self._names[name] = f" {written_name(name)}="
        return written

    def _changes_at(
        self, frame: Frame, event: Event, entering: bool, is_first: bool, deviations: dict[str, Any]
    ) -> str:
        """Write the changes of any event."""
        changes = event.changes
        if entering:
            expected = BEGIN.changes if is_first and event.kind is EventKind.CALL else ()
        else:
            expected = self.stacks.expected_changes(frame, event.from_line)
        if expected and changes == expected:
            return ""
        wrong = "exact" in deviations or expected and not changes
        text = None if wrong else self.changes(frame.lens, changes)
        if text is not None:
            return text
        settle(frame.lens, changes)
        deviations["exact"] = True
        return "".join(self._write_name(name) + self._write(value)[0] for name, value in changes)

    def _deviations(self, mark: str, event: Event) -> dict[str, Any]:
        """The fields that differ from what the mark alone says."""
        stacks, thread, frame, line = self.stacks, event.thread, event.frame, max(event.line, 0)
        deviations: dict[str, Any] = {}
        if mark in ENTERING:
            expected = stacks.entered(mark, line, thread)
            if frame != expected[4]:
                deviations["frame"], expected = frame, stacks.entered(mark, line, thread, frame)
        else:
            shown = None if mark else line
            expected = stacks.continued(mark, shown, thread)
            if frame != expected[4]:
                deviations["frame"], expected = frame, stacks.continued(mark, shown, thread, frame)
        if thread != stacks.thread:
            deviations["thread"] = thread
        if event[:7] != expected:
            fields = zip(Event._fields, event, expected)
            deviations.update((name, given) for name, given, guess in fields if given != guess)
        return deviations

    def _own_text(self, mark: str, event: Event, deviations: dict[str, Any]) -> str:
        """What stands after the mark; a value or a detail that cannot stand there deviates."""
        text, value, detail = "", None, None
        if mark in ENTERING or not mark:
            text = str(max(event.line, 0))
        elif mark == "!" and event.detail is not None:
            text = written_detail(self._digits(event.detail))
            detail = self._read_digits(read_detail(text))
            if detail != event.detail:
                text = ""
        elif mark in ("->", "=>") and event.value is not None:
            text, value = folded(self._digits(event.value)), event.value
        if value != event.value or mark == "=>" and event.value is None:
            deviations["value"] = event.value
        if detail != event.detail or mark == "!" and event.detail is None:
            deviations["detail"] = event.detail
        return text

    def _printed(self, end: int, deviations: dict[str, Any]) -> str:
        """What was printed since the last event, in lines."""
        if end == self.shown:
            return ""
        if not self.shown < end <= len(self._trace.stdout):
            deviations["stdout_end"] = end
            return ""
        chunk = self._trace.stdout[self.shown:end]
        self.shown = end
        return lines_after(self._digits(chunk), "|", ":")

    def _is_expected_end(self, event: Event) -> bool:
        """Whether the last event is the module's return that `ok` tells already."""
        trace = self._trace
        return (
            trace.status is Status.OK and event.kind is EventKind.RETURN and event.value == "None"
            and self.stacks.module_is_left and self.shown == len(trace.stdout)
        )
