"""Predict the fields of events that the view `compact` omits; its writer and its reader make the same predictions.

A prediction need not be correct. A wrong one costs a few characters, because the writer then writes the field. It never
causes an error as long as the writer and the reader predict the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from statecode.frame_follower import Frame, FrameFollower
from statecode.records import LEAVING, Change, Event, EventKind, ExceptionInfo

BEGIN = Event(
    EventKind.CALL, 0, 0, 0, 0, 0, "<module>",
    (Change("__name__", "'__main__'"), Change("__builtins__", "<module 'builtins' (built-in)>")),
)
"""The first event of almost every run; the view omits it."""

ENTERING = {">": EventKind.CALL, ">*": EventKind.START_GENERATOR, ">>": EventKind.REENTER_GENERATOR,
            ">[": EventKind.COMPREHENSION}
"""The marks of events that enter a frame."""

MARKS = {
    EventKind.LINE: "", EventKind.CALL: ">", EventKind.START_GENERATOR: ">*", EventKind.REENTER_GENERATOR: ">>",
    EventKind.COMPREHENSION: ">[", EventKind.RETURN: "->", EventKind.COMPREHENSION_RESULT: "->", EventKind.YIELD: "=>",
    EventKind.EXCEPTION: "!",
}
"""The mark of each kind of event; a return without a value has the mark ^ instead."""

_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_NESTED = {">": "<lambda>", ">*": "<genexpr>", ">>": "", ">[": "<listcomp>"}


class CompactFrame(Frame):
    """A frame with the state from which the fields and the changes of its next event are predicted."""

    __slots__ = ("advances", "is_comprehension", "lengths")

    def __init__(self, number: int) -> None:
        Frame.__init__(self, number)  # last_line is at least 0, although a forged event may have a negative line
        self.advances = True  # False if from_line does not change when a line runs, as in comprehensions
        self.is_comprehension = False  # True: the frame returns with a COMPREHENSION_RESULT
        self.lengths: dict[str, int] = {}  # x → the last reported len(x); see values.implied_length


Position = tuple[EventKind, int, int, int, int, int, str]
"""The first fields of an event: kind, line, from_line, depth, frame, thread, function."""


class CompactPredictor(FrameFollower[CompactFrame]):
    """Predict the fields of the next event from the source and the call stacks of all threads."""

    def __init__(self, code: str) -> None:
        super().__init__(CompactFrame)
        self.definitions = definitions_of(code)
        self.defined: set[tuple[int, int]] = set()  # (frame, line) of each definition that has run
        self.raised: ExceptionInfo | None = None  # the last exception; predicted to end a run with status exception
        self._raised_text = ""
        self._module_start: tuple[int, int] | None = None  # (frame, line) of a module that starts at a definition
        self._suspended: dict[int, list[CompactFrame]] = {}  # line → suspended generators that yielded there, in order
        self._entered: dict[tuple[str, int], tuple[int, str]] = {}  # mark and line → from_line, function

    def predict_entry(self, mark: str, line: int, thread: int, number: int | None = None) -> Position:
        """Return the predicted fields of an event that enters a frame.

        Args:
            line: line of the event.
            number: number of the frame if it differs from the predicted number, else None.
        """
        stack = self._stacks.get(thread)
        depth = stack[-1].depth + 1 if stack else 0  # `entry_depth`, inline for speed
        if mark == ">>":
            waiting = self._suspended.get(line)
            frame = self.frames.get(number) if number is not None else waiting[-1] if waiting else None
            if frame is not None:
                return ENTERING[mark], line, frame.from_line, depth, frame.number, thread, frame.function
        from_line, function = self._entered.get((mark, line)) or self._predict_function(mark, line, thread)
        number = self.next_number if number is None else number
        return ENTERING[mark], line, from_line, depth, number, thread, function

    def predict_other(self, mark: str, line: int | None, thread: int, number: int | None = None) -> Position:
        """Return the predicted fields of an event that enters no frame.

        Args:
            line: line of a LINE event; None for other events, whose line is predicted.
            number: number of the frame if it differs from the predicted number, else None.
        """
        frame = self.innermost(thread)
        if number is not None:
            frame = self.frames.get(number, frame)
        frame = frame or CompactFrame(0)
        kind = _KINDS[mark]
        if frame.is_comprehension and kind is EventKind.RETURN:
            kind = EventKind.COMPREHENSION_RESULT
        number = frame.number if number is None else number
        line = frame.last_line if line is None else line
        return kind, line, frame.from_line, frame.depth, number, thread, frame.function

    def _predict_function(self, mark: str, line: int, thread: int) -> tuple[int, str]:
        """Return the predicted from_line and function of a frame that starts at `line`."""
        if not self.frames:
            return line, "<module>"
        known = self.definitions.functions.get(line)
        if known and mark in (">", ">*"):
            return known
        top = self.innermost(thread)
        if mark == ">" and top and top.function != "<module>":
            return line, f"{top.function}.<locals>.<lambda>"
        return line, _NESTED[mark]

    def enter(self, mark: str, position: Position) -> CompactFrame:
        """Update the stacks for an event that enters a frame, and return the frame."""
        kind, line, from_line, depth, number, thread, function = position
        if function != "<module>":
            self._entered[mark, line] = from_line, function
        known = self.frames.get(number)
        frame = self.activate(number, thread)
        if known is None:
            frame.is_comprehension = kind is EventKind.COMPREHENSION
        else:
            if frame in self._suspended.get(frame.last_line, ()):
                self._suspended[frame.last_line].remove(frame)
            frame.lengths = {}  # snoop reports all variables of a generator again
        frame.last_line, frame.from_line, frame.depth, frame.function = max(line, 0), from_line, depth, function
        frame.advances = function[-1:] != ">" or not function.endswith(_COMPREHENSIONS)
        if from_line in self.definitions.changes:
            if function == "<module>":
                self._module_start = number, from_line  # Python 3.10 starts a module at its first line
            else:
                self.defined.add((number, from_line))  # the line that defines the frame's own function
        return frame

    def follow(self, event: Event) -> None:
        """Update the stacks for an event that enters no frame."""
        kind = event.kind
        frame = self.activate(event.frame, event.thread)
        frame.last_line, frame.depth, frame.function = max(event.line, 0), event.depth, event.function
        if frame.advances or kind is not EventKind.LINE:
            frame.from_line = event.line
        if kind is EventKind.EXCEPTION:
            self._record_exception(event)
        elif kind in LEAVING:
            self.leave(frame)
            if kind is EventKind.YIELD:
                self.suspend(frame)

    def suspend(self, frame: CompactFrame) -> None:
        """Record that a frame has yielded. Only an event that enters it ends this, unlike in `EventPredictor`."""
        self._suspended.setdefault(frame.last_line, []).append(frame)

    def _add(self, frame: CompactFrame, stack: list[CompactFrame]) -> None:
        """Put a frame on top of a stack, without the frames above it: the frame of the last event is predicted next."""
        if frame in stack:
            del stack[stack.index(frame):]
        stack.append(frame)

    def _record_exception(self, event: Event) -> None:
        """Record an exception. If it propagates through several frames, the line that raised it is kept."""
        text = (event.detail or "").removeprefix("!!! ").partition("\n!!! When ")[0]
        if text != self._raised_text:
            kind, _, message = text.partition(": ")
            self.raised = ExceptionInfo(kind.rpartition(".")[2], message, event.line)
            self._raised_text = text

    def frame_of(self, event: Event) -> CompactFrame:
        """Return the frame of an event; a new frame without state if the frame of the event is unknown."""
        return self.frames.get(event.frame) or CompactFrame(event.frame)

    def expected_changes(self, frame: CompactFrame, line: int) -> tuple[Change, ...]:
        """Return the predicted changes by the definition or import at `line`, and record that this line has run.

        The result is empty if `line` contains no definition or import, or if it has run in this frame before. It is
        also empty once for the line at which a module starts: this line has not run yet, and is not recorded.
        """
        changes = self.definitions.changes.get(line)
        if changes is None or (frame.number, line) in self.defined:
            return ()
        if (frame.number, line) == self._module_start:
            self._module_start = None
            return ()
        self.defined.add((frame.number, line))
        return changes

    @property
    def only_module_runs(self) -> bool:
        """True if the last event is in the main thread and the module's frame is the only frame of this thread.

        If the run then ends with the status ok, the module's return of None is predicted as its last event.
        """
        return self.thread == 0 and self.top is not None and len(self._stacks[0]) == 1 and self.top.number == 0


_KINDS = {"": EventKind.LINE, "->": EventKind.RETURN, "^": EventKind.RETURN, "=>": EventKind.YIELD,
          "!": EventKind.EXCEPTION}


class Definitions(NamedTuple):
    """The functions, classes and imports of a source, by line."""

    functions: dict[int, tuple[int, str]]  # line of def or class → first line including decorators, qualified name
    changes: dict[int, tuple[Change, ...]]  # line of an undecorated definition or an import → the changes by this line


_DEFINITION = re.compile(
    r"""^([ \t]*)(?:
        (?P<decorator>@)
        | (?:async[ \t]+)? (?P<keyword>def|class) [ \t]+ (?P<name>\w+)
        | import [ \t]+ (?P<modules>\w[\w \t,]*)$
        | from [ \t]+ (?P<origin>[\w.]+) [ \t]+import[ \t]+ (?P<parts>\w[\w \t,]*)$
    )""",
    re.MULTILINE | re.VERBOSE,
)
_BUILT_IN = frozenset({"sys", "time", "itertools", "gc", "errno"})
_BUILT_IN_FUNCTIONS = frozenset({"bisect", "cmath", "heapq", "math", "operator"})  # modules that contain mostly these
_FUNCTIONS = frozenset({"cache", "cmp_to_key", "contextmanager", "dataclass", "deepcopy", "field", "fields",
                        "literal_eval", "lru_cache", "namedtuple", "replace", "total_ordering", "wraps"})
_PACKAGES = frozenset({"re", "collections", "json", "asyncio", "logging", "unittest", "urllib", "concurrent"})


@lru_cache(maxsize=16)  # the runs of one program are adjacent in a corpus
def definitions_of(code: str) -> Definitions:
    """Return the definitions of a source, found by lines and indentation; the source need not be valid Python."""
    if "\r" in code:
        code = code.replace("\r\n", "\n").replace("\r", "\n")
    found = Definitions({}, {})
    enclosing: list[tuple[int, str]] = []  # (indentation, prefix of qualified names) of each enclosing definition
    line, counted, decorated = 1, 0, 0
    for match in _DEFINITION.finditer(code):
        line += code.count("\n", counted, match.start())
        counted = match.start()
        if match["decorator"]:
            decorated = decorated or line
        elif match["name"]:
            width = len(match[1].expandtabs())
            while enclosing and enclosing[-1][0] >= width:
                enclosing.pop()
            function = (enclosing[-1][1] if enclosing else "") + match["name"]
            enclosing.append((width, f"{function}.<locals>." if match["keyword"] == "def" else f"{function}."))
            found.functions[line] = decorated or line, function
            if not decorated:
                value = f"function {function} at 0x…" if match["keyword"] == "def" else f"class '__main__.{function}'"
                found.changes[line] = (Change(match["name"], f"<{value}>"),)
            decorated = 0
        else:
            names = (match["modules"] or match["parts"]).split(",")
            found.changes[line] = tuple(_imported(name.split(), match["origin"]) for name in names if name.strip())
    return found


def _imported(words: list[str], origin: str | None) -> Change:
    """Return the predicted change by `import` or `from ... import`.

    The prediction is a module of the standard library; with an origin it is a class, a function or a built-in function.

    Args:
        words: a name, with "as" and another name if there is one.
        origin: the module after `from`; None without `from`.
    """
    name = words[0]
    if origin is None and name in _BUILT_IN:
        value = f"module '{name}' (built-in)"
    elif origin is None:
        value = f"module '{name}' from '<python>/{name}{'/__init__' if name in _PACKAGES else ''}.py'"
    elif origin in _BUILT_IN_FUNCTIONS or name == "reduce":
        value = f"built-in function {name}"
    elif name in _FUNCTIONS:
        value = f"function {name} at 0x…"
    else:
        value = f"class '{origin}.{name}'"
    return Change(words[-1], f"<{value}>")
