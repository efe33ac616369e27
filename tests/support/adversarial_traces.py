"""A strategy for traces that are consistent like those of a program, with values that resemble the syntax of a view.

Each thread has a stack, a frame continues at the line where it stopped, generators are re-entered, and stdout grows.
Therefore most predictions of a view are correct, but each prediction is wrong in some of the traces. The traces of
`invalid_traces` have no such consistency.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace

CODE = """\
import re
from collections import Counter
def f(n):
    for i in range(n):
        yield i


class A:
    @property
    def p(self): return [k for k in (1, 2)]
    def q(self):
        def inner(m): return m
        return inner(1)
xs = [1]
def g(xs): xs.append(A().p); return sorted(xs, key=lambda x: -x)
g(xs)
"""
CODES = (
    "", "\n", "x = 1", "x = 1\n", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "\r\r\n\n\r", "1 x\n2 y\n", "\\\n", "<\n,\n\n", "digits apart\n",
    "x = '''\n\n1 \n'''\n", "x = '\x0c\x1c\x85\u2028'\n", "def x():\n\tpass\ndef x(): pass", "  \n \n", "é = '😀'\n", "class A: pass\r",
)
VALUES = (
    "", " ", "  ", "1", "-12", "0", "'a'", "[]", "[1]", "[1, 2]", "[[1, 2], (3,), {'a': ', '}]", "(1,)", "(1+2j)", "{1: 2}", "{'[': ']'}",
    "[1, 2, ..., 9]", "None", "<function f at 0x…>", "<__main__.A object at 0x…>", "[<A 1>, <B 2>]", "deque([1, 2])", "1234 5  6", "P(x=1, y=2)",
    "a x=1", "a ~x=1", "a ~~x=1", " x=", " ->1", " ~->1", " =>1", " >3 n=4", " !no", "a\nb", "a\n b", "\n", "\n\n", "\n x=1", "\n ~x=1",
    "a\n5", "\n|b", "\nok", "\n@1", "\r", "\r\n", "\v", "\f", "\x1c\x1d\x1e", "\x85", "\u2028\u2029", "\x00", "\\ud800", "'\\n'", '"', "~", "~~",
    ' "x"=1', ' "x\\u0020y"=1', " len(x)=3", " .0=1", "\n When calling: f", "When", "[" * 30, "'" * 9, "x" * 51, "'" + "y" * 60 + "'", "é…😀", "[,]",
)
NAMES = (
    "x", "y", "xs", "len(x)", "len(xs)", "len(y)", ".0", "xs.shape", "é", "f", "A", "re", "Counter", "__name__", "", " ", "x y", "x=", '"', "\\",
    "1", "->", "len(", "len()", "a\nb", "\u2028", "len(x y)",
)
PRINTED = (
    "", "a", "1\n", "12 3\n", "\n", "\n\n", "a\nb", "|x\n", ":", "ok\n", " \n", "\r\n", "\r", "é\u2028\n", "@{}\n", "5\n", "x=1", "->1\n", "\x0c",
)
DETAILS = (
    None, "", "!!! E", "!!! E: ", "!!! E: m", "!!! a.E: m: n", "!!! E: 12\n!!! When calling: f(12)", "!!! E: a\n b\n!!! When x\n!!! When y",
    "!!! E: a\nWhen b", "!!! E: a\n When b", "no", "!!! E: x ->1 y=2", "!!!  E", "!!! When", "\n",
)
LENGTHS = {"[1]": 1, "[1, 2]": 2, "(1,)": 1, "{1: 2}": 1, "[[1, 2], (3,), {'a': ', '}]": 3, "[1, 2, ..., 9]": 40}
DEFINED = {3: (3, "f"), 8: (8, "A"), 10: (9, "A.p"), 11: (11, "A.q"), 12: (12, "A.q.<locals>.inner"), 15: (15, "g")}
FUNCTIONS = ("f", "A", "A.q", "A.q.<locals>.inner", "<lambda>", "<listcomp>", "<genexpr>", "g.<locals>.<lambda>", "", "a\nb", "<module>")

texts = st.sampled_from(VALUES) | st.builds(str.__add__, st.sampled_from(VALUES), st.sampled_from(VALUES)) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=5
)
names = st.sampled_from(NAMES[:8]) | st.sampled_from(NAMES)
changes = st.just([]) | st.lists(st.builds(Change, names, texts | st.sampled_from(tuple(LENGTHS))), max_size=3)
line_numbers = st.integers(0, 17)


class Step(NamedTuple):
    """One step of a generated program. A step that is not possible in the state of the program becomes a call."""

    action: int  # index into ACTIONS
    line: int
    pick: int
    changes: list[Change]
    value: str
    detail: str | None
    printed: str
    function: str


ACTIONS = (
    *6 * ("line",), "call", "call", "start", "comprehension", "return", "return", "yield", "reenter", "raise", "exception", "thread",
)
steps = st.builds(
    Step, st.integers(0, len(ACTIONS) - 1), line_numbers, st.integers(0, 9), changes, texts, st.sampled_from(DETAILS),
    st.sampled_from(PRINTED[:4]) | st.just("") | st.sampled_from(PRINTED), st.just("") | st.just("") | st.sampled_from(FUNCTIONS),
)


class _Program:
    """Convert steps to events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.stdout = ""
        self._stacks: list[list[int]] = [[], [], []]
        self._thread = 0
        self._frames: list[tuple[int, str, bool]] = []  # of each frame: last line, function, is a comprehension
        self._suspended: list[int] = []

    def enter(self, kind: EventKind, line: int, function: str, new_changes: list[Change], number: int | None = None) -> None:
        stack, from_line = self._stacks[self._thread], line
        if not function and number is None:
            line = min(DEFINED, key=lambda known: abs(known - line))
            from_line, function = DEFINED[line]
        if number is None:
            number = len(self._frames)
            self._frames.append((from_line, function, kind is EventKind.COMPREHENSION))
        else:
            line = from_line = self._frames[number][0]
        self.events.append(Event(kind, line, from_line, len(stack), number, self._thread, self._frames[number][1],
                                 tuple(new_changes), None, None, len(self.stdout)))
        stack.append(number)

    def continue_frame(self, kind: EventKind, line: int, new_changes: list[Change], value: str | None, detail: str | None) -> None:
        stack = self._stacks[self._thread]
        number = stack[-1]
        from_line, function, is_comprehension = self._frames[number]
        if kind is not EventKind.LINE:
            line = from_line
        if kind is EventKind.RETURN and is_comprehension:
            kind = EventKind.COMPREHENSION_RESULT
        self._frames[number] = line, function, is_comprehension
        self.events.append(Event(kind, line, from_line, len(stack) - 1, number, self._thread, function, tuple(new_changes),
                                 value, detail, len(self.stdout)))
        if kind not in (EventKind.LINE, EventKind.EXCEPTION):
            stack.pop()
        if kind is EventKind.YIELD:
            self._suspended.append(number)

    def step(self, step: Step) -> None:
        self.stdout += step.printed
        action, stack, new_changes = ACTIONS[step.action], self._stacks[self._thread], step.changes
        if step.pick % 2:
            new_changes = [both for change in new_changes for both in with_length(change)]
        if action == "thread":
            self._thread = step.pick % 3
        elif action == "reenter" and self._suspended:
            number = self._suspended.pop(-1 if step.pick < 7 else 0)
            self.enter(EventKind.REENTER_GENERATOR, 0, "", new_changes, number)
        elif not stack or action in ("call", "start", "comprehension", "reenter"):
            kind = {"start": EventKind.START_GENERATOR, "comprehension": EventKind.COMPREHENSION}.get(action, EventKind.CALL)
            self.enter(kind, step.line, step.function if self._frames else "<module>", new_changes)
        elif action == "line":
            self.continue_frame(EventKind.LINE, step.line, new_changes, None, None)
        elif action == "raise":
            self.continue_frame(EventKind.RETURN, 0, new_changes, None, None)
        elif action == "exception":
            self.continue_frame(EventKind.EXCEPTION, 0, new_changes, None, step.detail)
        else:
            self.continue_frame(EventKind.YIELD if action == "yield" else EventKind.RETURN, 0, new_changes, step.value, None)


def with_length(change: Change) -> list[Change]:
    """Return a change; if `LENGTHS` contains its value, also the change of the length that snoop reports."""
    length = LENGTHS.get(change.value)
    return [change] if length is None else [change, Change(f"len({change.name})", str(length))]


BEGIN = Event(
    EventKind.CALL, 0, 0, 0, 0, 0, "<module>",
    (Change("__name__", "'__main__'"), Change("__builtins__", "<module 'builtins' (built-in)>")),
)


def build_trace(
    steps_: list[Step], begins: int, code: str, stdin: str, status: Status, exception: ExceptionInfo | None, end: str,
    truncation: str | None,
) -> Trace:
    """Return the trace of steps.

    Args:
        begins: 0: the trace does not start with a call of the module; 1: it starts with one without changes; 2: it
            starts with `BEGIN`; 3: like 2, and the module returns at the end if its frame is the only active one of the
            first thread, and this thread ran last.
    """
    program = _Program()
    if begins:
        program.enter(EventKind.CALL, 0, "<module>", list(BEGIN.changes) if begins > 1 else [])
    for step in steps_:
        program.step(step)
    if begins == 3 and program._stacks[0] == [0] and program._thread == 0:
        program.continue_frame(EventKind.RETURN, 0, [], "None", None)
    return Trace(
        program_id="", problem_id="", input_index=0, code=code, stdin=stdin, status=status, exception=exception,
        truncation=truncation, stdout=program.stdout + end, stderr=end, events=tuple(program.events),
    )


printed = st.just("") | st.sampled_from(PRINTED)
exceptions = st.none() | st.builds(
    ExceptionInfo, st.sampled_from(("E", "E.F", "")), texts, st.none() | line_numbers
)
adversarial_traces = st.builds(
    build_trace, st.lists(steps, max_size=12), st.sampled_from((0, 1, 2, 3, 3, 3)), st.just(CODE) | st.sampled_from(CODES), printed,
    st.just(Status.OK) | st.sampled_from(Status), exceptions, printed, st.none() | st.just("events") | texts,
)
