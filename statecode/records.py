"""The records that flow through statecode: programs in, traces out. Standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

SCHEMA_VERSION = 3
"""Raised when the meaning or the set of the fields below changes; 2: differs_at; 3: fidelity, repr_limit."""

FIDELITIES = ("snoop", "full")
"""How values are read: as snoop reads them, or whole up to a limit, with attributes of objects as changes too."""

REPR_LIMIT = 10_000
"""Characters of a value that the fidelity `full` keeps where nothing else is asked for."""


class EventKind(str, Enum):
    """What happened, in the words of snoop's text."""

    CALL = "call"
    START_GENERATOR = "start_generator"
    REENTER_GENERATOR = "reenter_generator"
    LINE = "line"
    RETURN = "return"
    YIELD = "yield"
    EXCEPTION = "exception"
    COMPREHENSION = "comprehension"  # a list, set or dict comprehension starts in a frame of its own (before 3.12)
    COMPREHENSION_RESULT = "comprehension_result"


class Status(str, Enum):
    """How a run ended."""

    OK = "ok"
    EXCEPTION = "exception"          # an exception reached the top, SystemExit with a code other than 0 included
    TIMEOUT = "timeout"              # the wall or the CPU limit
    MEMORY = "memory"                # MemoryError reached the top: the program asked for more than the limit
    OUTPUT_LIMIT = "output_limit"
    EVENT_LIMIT = "event_limit"      # the event limit or the limit on the trace's bytes
    COMPILE_ERROR = "compile_error"  # the source does not compile; nothing ran
    KILLED = "killed"                # a signal, or os._exit: the process ended before its end was recorded
    TRACER_ERROR = "tracer_error"    # the tracer failed: a prefix of the events, then the end of an untraced run
    TRACER_LOST = "tracer_lost"      # the program removed or replaced the tracer; its events are a prefix


class Change(NamedTuple):
    """A variable that is new or reads differently than at the frame's previous event."""

    name: str   # as the program spells it, or an expression that snoop watches, such as len(x); self.items in `full`
    value: str  # its repr, shortened as snoop shortens it; in `full` cut at the limit, see `value_flag`


class Event(NamedTuple):
    """One thing that the tracer was told."""

    kind: EventKind
    line: int                         # 1-based line where the event fires
    from_line: int                    # the frame's line at its previous event: the one that made `changes`
    depth: int                        # depth of calls in this thread as snoop indents them; 0 is the module
    frame: int                        # number of the frame, in order of first event; a resumed generator keeps its own
    thread: int                       # number of the thread, in order of first event; 0 is the main thread
    function: str                     # qualified name, such as Stack.push or main.<locals>.<listcomp>; <module> at top
    changes: tuple[Change, ...] = ()  # found when the event fires, made by `from_line`
    value: str | None = None          # repr of what is returned or yielded; None where a frame ends by an exception
    detail: str | None = None         # at EXCEPTION: its text, then the lines "When calling: ..." if known
    stdout_end: int = 0               # characters of stdout that the program had written then


class ExceptionInfo(NamedTuple):
    """The exception that ended a run."""

    type: str         # the class's qualified name without its module, such as ZeroDivisionError
    message: str      # str(exception)
    line: int | None  # the line of the program where it was raised or last passed through, None if unknown


class FrameState(NamedTuple):
    """The variables of one live frame, as `Trace.state_at` gives them."""

    frame: int
    thread: int
    function: str
    variables: dict[str, str]  # name → repr


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use."""

    wall_s: float = 10.0
    cpu_s: float = 5.0
    memory_bytes: int = 512 * 2**20
    output_bytes: int = 2**20         # of stdout, of stderr and of each file that the program writes
    events: int = 10_000
    trace_bytes: int = 64 * 2**20     # of the recorded events, so that huge values cannot fill the memory

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"limit {name} must be positive; got {getattr(self, name)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program with the inputs that it is run on."""

    program_id: str                    # unique in its source
    problem_id: str                    # what it solves; splits go by this, so that no problem is in two splits
    code: str
    inputs: tuple[str, ...] = ("",)    # stdin texts; each gives one run
    expected_outputs: tuple[str | None, ...] | None = None  # one per input, or None where nothing is known
    label: str | None = None           # such as correct or incorrect
    origin: str = ""                   # where it comes from: embedded, mbpp, a folder's name, a host
    license: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if self.expected_outputs is not None and len(self.expected_outputs) != len(self.inputs):
            raise ValueError(
                f"program {self.program_id}: {len(self.inputs)} inputs but"
                f" {len(self.expected_outputs)} expected outputs"
            )

    def expected_output(self, input_index: int) -> str | None:
        """What input `input_index` should print, or None where nothing is known."""
        return None if self.expected_outputs is None else self.expected_outputs[input_index]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """What one program did on one input.

    Two traces are equal when their `content()` is: where a program comes from, the limits, the engine, the fidelity
    and the versions say how a trace was made, not what happened.
    """

    program_id: str
    problem_id: str
    input_index: int
    code: str
    stdin: str
    expected_output: str | None = None
    label: str | None = None
    origin: str = ""
    license: str | None = None
    url: str | None = None

    status: Status
    exception: ExceptionInfo | None = None
    # why the events stop early: a limit (events, trace_bytes, output, wall, cpu), a signal (SIGKILL), an exit code
    # before the end, "tracer: ...", or how the tracer was lost
    truncation: str | None = None
    # False where another run may differ: threads were interleaved, or a run with another hash seed did differ
    deterministic: bool = True
    # first event that the run with another hash seed did not have, len(events) where only what came after them
    # differs; None where the two runs were the same or nobody looked (`statecode build --verify-determinism`)
    differs_at: int | None = None
    stdout: str = ""                # bytes that are no UTF-8 stand escaped, as \\xff; so do lone surrogates in values
    stderr: str = ""
    events: tuple[Event, ...] = ()

    limits: Limits = field(default_factory=Limits)
    engine: str = "snoop"
    fidelity: str = "snoop"         # one of FIDELITIES
    repr_limit: int | None = None   # characters of a value that are kept; None where snoop's rules shorten it
    snoop_version: str = ""
    python: str = ""                # major.minor of the interpreter that ran the program
    schema_version: int = SCHEMA_VERSION

    def content(self) -> tuple[Any, ...]:
        """What happened: events, stdout, stderr, status, exception, truncation."""
        return self.events, self.stdout, self.stderr, self.status, self.exception, self.truncation

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return self.content() == other.content()

    def __hash__(self) -> int:
        return hash(self.content())

    @property
    def verdict(self) -> str | None:
        """`correct` or `wrong` by comparing stdout with the expected output, None where that is unknown.

        Trailing white space of lines and trailing empty lines do not count, as contest judges have it. A run that was
        cut off by a limit on the program (time, memory, output) is wrong whatever it printed before; one that was cut
        off because its record was full is unknown.
        """
        if self.expected_output is None or self.status is Status.EVENT_LIMIT:
            return None
        ended = (Status.OK, Status.EXCEPTION, Status.TRACER_ERROR, Status.TRACER_LOST)
        same = _judged(self.stdout) == _judged(self.expected_output)
        return "correct" if same and self.status in ended else "wrong"

    def state_at(self, k: int) -> list[FrameState]:
        """Give the variables of every live frame when event `k` fires, outermost first, threads in order.

        The changes of event `k` are included; expressions that snoop watches, such as len(x), are left out. What snoop
        does not report is not known here either: a deleted variable stays, and a comprehension's variables appear at
        its result, as the list of their values.

        With the fidelity `full` attributes are variables too, by names such as `self.items`; a change of `self` ends
        them, and those that it still has are changes of the same event. A comprehension has its variables as any frame.

        Raises:
            IndexError: there is no event `k`.
        """
        if not 0 <= k < len(self.events):
            raise IndexError(f"event {k} of {len(self.events)}")
        stacks: dict[int, list[int]] = {}
        states: dict[int, FrameState] = {}
        leaving: Event | None = None
        for event in self.events[: k + 1]:
            if leaving is not None:
                stacks[leaving.thread].remove(leaving.frame)
            stack = stacks.setdefault(event.thread, [])
            variables = states[event.frame].variables if event.frame in states else {}
            if self.fidelity == "full":
                _apply_whole(variables, event.changes)
            else:
                variables.update((name, value) for name, value in event.changes if name.isidentifier())
            states[event.frame] = FrameState(event.frame, event.thread, event.function, variables)
            if event.frame not in stack:
                stack.append(event.frame)
            leaving = event if event.kind in LEAVING else None
        return [states[frame] for thread in sorted(stacks) for frame in stacks[thread]]


LEAVING = frozenset({EventKind.RETURN, EventKind.YIELD, EventKind.COMPREHENSION_RESULT})
"""The kinds of event at which a frame leaves its thread's stack."""


def _apply_whole(variables: dict[str, str], changes: tuple[Change, ...]) -> None:
    for name, value in changes:
        if name in variables:
            for attribute in [known for known in variables if known.startswith(f"{name}.")]:
                del variables[attribute]
        if all(map(str.isidentifier, name.split("."))):
            variables[name] = value


_SHORTENED = re.compile(r"…\+[0-9]+\+?\Z")
_TEXT_OR_ADDRESS = re.compile(  # texts in quotes are the program's own; a quote after a letter is an apostrophe
    r"(?<![A-Za-z0-9_\\])[bB]?(?:'(?:[^'\\\n]|\\.){0,20000}'|\"(?:[^\"\\\n]|\\.){0,20000}\")"
    r"| at 0x(?P<address>[…0-9a-f])"
)


def value_flag(text: str) -> str | None:
    """Tell whether a value of a trace with the fidelity `full` says less than there was.

    Returns:
        `shortened`: it was cut at the limit and ends with `…+N`, N characters left out, or `…+N+`, more than N;
        `opaque`: it is, or holds, what has no reading but an address, or whose `__repr__` failed;
        None: it is whole.

    Told from the text alone: a `__repr__` of the program's that writes such things itself is flagged too, and one that
    leaves something out is not. What is opaque behind the cut is not seen.
    """
    if _SHORTENED.search(text):
        return "shortened"
    if " at 0x" not in text:
        return None
    return "opaque" if any(match["address"] for match in _TEXT_OR_ADDRESS.finditer(text)) else None


def _judged(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]
