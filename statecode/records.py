"""The records of statecode: programs and traces. This module uses only the standard library."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, get_origin, get_type_hints

from statecode.frame_follower import Frame, FrameFollower
from statecode.text import encoded

SCHEMA_VERSION = 5
"""Incremented when fields are added or change their meaning.

Version 2 added differs_at; 3, fidelity and repr_limit; 4, language and metadata; 5, files.
"""

FIDELITIES = ("snoop", "full")
"""`snoop`: values as snoop shows them. `full`: whole values up to a limit, and attributes of objects as changes."""

RECORDED = "recorded"
"""The `origin` of the traces of `statecode.record`."""

REPR_LIMIT = 10_000
"""Default maximum number of characters of a value with the fidelity `full`."""


class EventKind(str, Enum):
    """The kind of an event. The names follow snoop's text."""

    CALL = "call"
    START_GENERATOR = "start_generator"
    REENTER_GENERATOR = "reenter_generator"
    LINE = "line"
    RETURN = "return"
    YIELD = "yield"
    EXCEPTION = "exception"
    COMPREHENSION = "comprehension"  # start of a list, set or dict comprehension in its own frame (Python 3.10, 3.11)
    COMPREHENSION_RESULT = "comprehension_result"

    __hash__ = str.__hash__  # that of Enum is written in Python, and views look up the kind of each event


class Status(str, Enum):
    """The status of a run: how it ended."""

    OK = "ok"
    EXCEPTION = "exception"          # uncaught exception, including SystemExit with a code other than 0
    TIMEOUT = "timeout"              # the wall or CPU time limit was reached
    MEMORY = "memory"                # uncaught MemoryError: an allocation exceeded the limit
    OUTPUT_LIMIT = "output_limit"    # the limit on bytes of output was reached
    EVENT_LIMIT = "event_limit"      # the limit on events or on bytes of the trace was reached
    COMPILE_ERROR = "compile_error"  # the source does not compile; nothing was executed
    KILLED = "killed"                # a signal, or os._exit: the process ended without an end record
    TRACER_ERROR = "tracer_error"    # the tracer failed: the events are a prefix, the rest ran untraced
    TRACER_LOST = "tracer_lost"      # the program replaced the tracer, perhaps for a while: events are missing


class Change(NamedTuple):
    """A variable that is new or has another repr than at the frame's previous event."""

    name: str   # a variable or an expression that snoop watches, such as len(x); in `full` also attributes: self.items
    value: str  # its repr, shortened by snoop's rules; in `full` cut off at repr_limit, see `value_flag`


class Event(NamedTuple):
    """One step of a run: a line, a call, a return, a yield, an exception ..."""

    kind: EventKind
    line: int                         # line of the event, from 1
    from_line: int                    # line of the frame's previous event; its execution made `changes`
    depth: int                        # call depth in this thread, as snoop indents it; 0 is the module
    frame: int                        # number of the frame, in order of first events; a resumed generator keeps it
    thread: int                       # number of the thread, in order of first events; 0 is the main thread
    function: str                     # qualified name, such as Stack.push or main.<locals>.<listcomp>; or <module>
    changes: tuple[Change, ...] = ()  # detected at the event, made by `from_line`
    value: str | None = None          # repr of a returned or yielded value; None also if an exception ends the frame
    detail: str | None = None         # of an exception: its text, then the lines "When calling: ..." if known
    stdout_end: int = 0               # number of characters that the program had written to stdout by then


class ExceptionInfo(NamedTuple):
    """The exception that ended a run."""

    type: str         # qualified name of the class without its module, such as ZeroDivisionError
    message: str      # str(exception)
    line: int | None  # line of the program that raised the exception, or the last one it passed through; None: unknown


class FrameState(NamedTuple):
    """The variables of one live frame, see `Trace.state_at`."""

    frame: int
    thread: int
    function: str
    variables: dict[str, str]  # name → repr
    line: int                  # line of the last event of the frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The resource limits of one run.

    Raises:
        ValueError: a limit is not positive.
    """

    wall_s: float = 10.0
    cpu_s: float = 5.0
    memory_bytes: int = 512 * 2**20
    output_bytes: int = 2**20         # each for stdout, for stderr and for every file that the program writes
    events: int = 10_000
    trace_bytes: int = 64 * 2**20     # of the recorded events, so that large values cannot fill the memory

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"limit {name} must be positive; got {getattr(self, name)}")


def metadata_text(facts: Mapping[str, Any]) -> str | None:
    """Return facts about a program as JSON with sorted keys, so that equal facts have equal texts.

    Returns:
        The text of a JSON object; None if there are no facts.

    Raises:
        ValueError: a value is not representable in JSON, such as NaN.
    """
    try:
        return json.dumps(facts, ensure_ascii=False, allow_nan=False, sort_keys=True) if facts else None
    except (TypeError, RecursionError) as error:
        raise ValueError(f"metadata cannot be written as JSON: {error}") from None


def metadata_facts(text: str) -> dict[str, Any]:
    """Return the facts in the metadata of a program or trace.

    Raises:
        ValueError: the text is not a JSON object.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"metadata must be the text of a JSON object; got {text[:60]!r}")
    return found


MAX_FILES = 128
"""Maximum number of files that a program finds in its folder, and that are kept of those it writes."""

MAX_FILE_BYTES = 4 * 2**20
"""Maximum size of these files together."""


def files_text(files: Mapping[str, str]) -> str:
    """Return the files that a program finds as a JSON object: name → text, sorted by name.

    Raises:
        ValueError: a name is not the name of a file without folders, a text is not a string, or there are too many.
    """
    size_bytes = 0
    for name, text in files.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise ValueError(f"files must map names to texts; got {name!r}: {type(text).__name__}")
        if name in ("", ".", "..") or "/" in name or "\0" in name or len(encoded(name)) > 255:
            raise ValueError(f"files: {name[:60]!r} is not the name of a file; folders are not supported")
        size_bytes += len(encoded(text))
    if len(files) > MAX_FILES or size_bytes > MAX_FILE_BYTES:
        raise ValueError(
            f"files: {len(files):,} files with {size_bytes:,} bytes; at most {MAX_FILES} files with together "
            f"{MAX_FILE_BYTES:,} bytes are possible"
        )
    return json.dumps(files, ensure_ascii=False, sort_keys=True)


def files_of(text: str) -> dict[str, str]:
    """Return the files in a text that `files_text` returned.

    Raises:
        ValueError: the text is not a JSON object, or its files are not valid.
    """
    try:
        files = json.loads(text)
    except (ValueError, RecursionError):
        files = None
    if not isinstance(files, dict):
        raise ValueError(f"files must be the text of a JSON object; got {text[:60]!r}")
    files_text(files)
    return files


_PYTHON = re.compile(r"c?python[\d. ]*|py[23]?", re.IGNORECASE)  # its spellings in data sets


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program with its inputs.

    Raises:
        ValueError: the numbers of inputs and of expected outputs differ, or the metadata or the files are not a JSON
            object.
    """

    program_id: str                    # unique within its source
    problem_id: str                    # the problem that it solves; all programs of a problem are in the same split
    code: str                          # a byte of its file that does not decode is a lone surrogate (surrogateescape)
    inputs: tuple[str, ...] = ("",)    # texts for stdin; there is one run per input
    # one per input: a text, several texts of which each is accepted, or None if unknown
    expected_outputs: tuple[str | tuple[str, ...] | None, ...] | None = None
    label: str | None = None           # such as correct or incorrect
    origin: str = ""                   # its source: embedded, mbpp, a folder name, a host
    license: str | None = None
    url: str | None = None
    language: str = "python"           # spellings such as Python 3.11 are stored as python
    metadata: str | None = None        # facts of its source as a JSON object, in the form of `metadata_text`
    files: str | None = None           # in its folder, in the form of `files_text`; None: it can create no files
    own_text: str | None = None        # `own_text_of(code)` if statecode wrote it; see `may_share_process`

    def __post_init__(self) -> None:
        if _PYTHON.fullmatch(self.language):
            object.__setattr__(self, "language", "python")
        if self.metadata is not None:
            object.__setattr__(self, "metadata", metadata_text(metadata_facts(self.metadata)))
        if self.files is not None:
            object.__setattr__(self, "files", files_text(files_of(self.files)))
        if self.expected_outputs is not None and len(self.expected_outputs) != len(self.inputs):
            raise ValueError(
                f"program {self.program_id}: {len(self.inputs)} inputs but"
                f" {len(self.expected_outputs)} expected outputs"
            )

    @property
    def may_share_process(self) -> bool:
        """True if statecode wrote the program, so that its record is the same after others in one process.

        A copy with another `code` is no program of statecode any more.
        """
        return self.own_text is not None and self.own_text == own_text_of(self.code)

    def accepted_outputs(self, input_index: int) -> tuple[str, ...]:
        """Return the outputs that are accepted for an input; empty if they are unknown."""
        outputs = None if self.expected_outputs is None else self.expected_outputs[input_index]
        return () if outputs is None else (outputs,) if isinstance(outputs, str) else outputs

    def expected_output(self, input_index: int) -> str | None:
        """Return the first of the accepted outputs for an input, or None if they are unknown."""
        return next(iter(self.accepted_outputs(input_index)), None)


def own_text_of(code: str) -> str:
    """Return the value of `Program.own_text` for a program that statecode wrote, a hash of its code."""
    return hashlib.blake2b(code.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


FILE_NAME = "program.py"
"""The name of the program's file in snoop's text, unless the trace was made from a file of the user."""


def file_name_of(path: str) -> str:
    """Return the name of the file at `path` for snoop's text, or FILE_NAME if the text cannot contain the name."""
    name = os.path.basename(path)
    return name if name.isprintable() and name and '"' not in name else FILE_NAME


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """The record of one run.

    Two traces are equal if their `content()` is equal. The other fields describe the program and the way the trace was
    recorded: origin, limits, engine, fidelity, versions.
    """

    program_id: str
    problem_id: str
    input_index: int
    code: str
    stdin: str
    expected_output: str | None = None  # of several accepted outputs the one that the run has, else the first
    verdict: str | None = None      # correct or wrong, set by a build: see `corpus.verdicts`; None: unknown
    label: str | None = None
    origin: str = ""
    license: str | None = None
    url: str | None = None
    language: str = "python"
    metadata: str | None = None     # facts that the source of the program states, as a JSON object; None: no facts

    status: Status
    exception: ExceptionInfo | None = None
    # the reason why events are missing; None if none is missing. It is a limit (events, trace_bytes, output,
    # wall, cpu), a signal (SIGKILL), an exit code before the end, "tracer: ...", or the way the tracer was lost
    truncation: str | None = None
    # False if another run may differ: threads were interleaved, or a run with another hash seed did differ
    deterministic: bool = True
    # index of the first event at which a second run, with another hash seed, differs; len(events) if it differs only
    # after these events; None if both runs are the same or without a second run (see build --verify-determinism)
    differs_at: int | None = None
    stdout: str = ""                # bytes that are not UTF-8 are escaped, as \\xff; so are lone surrogates in values
    stderr: str = ""
    files: str | None = None        # that the run left in its folder: a JSON object, name → text; None: none
    events: tuple[Event, ...] = ()

    limits: Limits = field(default_factory=Limits)
    engine: str = "snoop"
    fidelity: str = "snoop"         # one of FIDELITIES
    repr_limit: int | None = None   # maximum characters of a value; None: shortened by the rules of snoop
    snoop_version: str = ""
    python: str = ""                # major.minor of the interpreter that ran the program
    file_name: str = FILE_NAME      # in snoop's text; another name if one file was traced or recorded; not in corpora
    schema_version: int = SCHEMA_VERSION

    def content(self) -> tuple[Any, ...]:
        """Return the fields that describe the run itself: events, stdout, stderr, status, exception, truncation."""
        return self.events, self.stdout, self.stderr, self.status, self.exception, self.truncation

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return self.content() == other.content()

    def __hash__(self) -> int:
        return hash(self.content())

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain values that JSON can represent: the fields of the trace by name.

        The exception, the limits, each event and each change are dicts as well.
        """
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {
            "status": self.status.value,
            "exception": self.exception and self.exception._asdict(),
            "limits": {name: getattr(self.limits, name) for name in self.limits.__slots__},
            "events": [
                {**event._asdict(), "kind": event.kind.value, "changes": [change._asdict() for change in event.changes]}
                for event in self.events
            ],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Trace:
        """Return the trace of values that `to_dict` returned. Fields that older versions did not have may be missing.

        Raises:
            KeyError: a field is missing that every version had.
            TypeError: there is a field that this version does not have.
            ValueError: the status or the kind of an event is unknown to this version, or a limit is not positive.
        """
        exception = values["exception"]
        return cls(**{
            **values,
            "status": Status(values["status"]),
            "exception": None if exception is None else ExceptionInfo(**exception),
            "limits": Limits(**values["limits"]),
            "events": tuple(
                Event(**{
                    **event,
                    "kind": EventKind(event["kind"]),
                    "changes": tuple(Change(**change) for change in event["changes"]),
                })
                for event in values["events"]
            ),
        })

    def to_json(self) -> str:
        """Return the values of `to_dict` as a JSON object on one line, in ASCII."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str | bytes) -> Trace:
        """Return the trace of a text that `to_json` returned.

        Raises:
            ValueError: the text is not the JSON of a trace, or a later version of statecode wrote it.
        """
        try:
            values = json.loads(text)
            version = values["schema_version"]
            if version <= SCHEMA_VERSION:
                trace = cls.from_dict(values)
                _check_types(trace)
                return trace
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise ValueError(f"not the JSON of a trace: {reason}") from None
        raise ValueError(f"a trace of schema version {version}; this statecode reads versions up to {SCHEMA_VERSION}")

    def state_at(self, k: int) -> list[FrameState]:
        """Return the variables of every live frame at event `k`, including the changes of that event.

        Expressions that snoop watches, such as len(x), are not included. Facts that snoop does not report are missing:
        a deleted variable remains, and the variables of a comprehension appear at its result, each with the list
        of the values that it had.

        With the fidelity `full`, attributes are included as variables with names such as `self.items`. A change of
        `self` removes them; the attributes that `self` still has are changes of the same event. A comprehension has its
        variables like any other frame.

        Args:
            k: index of the event, from 0.

        Returns:
            The frames of the first thread, outermost first, then those of the next thread.

        Raises:
            IndexError: there is no event `k`.
        """
        if not 0 <= k < len(self.events):
            raise IndexError(f"event {k} of {len(self.events)}")
        follower = StateFollower(self.fidelity)
        for event in self.events[: k + 1]:
            follower.advance(event)
        return follower.frames()


class StateFollower:
    """Follow the variables of the live frames from event to event; see `Trace.state_at`.

    Args:
        fidelity: that of the trace.
    """

    def __init__(self, fidelity: str) -> None:
        self._is_full = fidelity == "full"
        self._follower = FrameFollower(Frame)
        self._states: dict[int, FrameState] = {}
        self._leaving: Frame | None = None  # the frame that the last event has left

    def advance(self, event: Event) -> None:
        """Continue with the next event."""
        if self._leaving is not None:
            self._follower.leave(self._leaving)
        frame = self._follower.activate(event.frame, event.thread)
        variables = self._states[event.frame].variables if event.frame in self._states else {}
        if self._is_full:
            _apply_full_changes(variables, event.changes)
        else:
            variables.update((name, value) for name, value in event.changes if name.isidentifier())
        self._states[event.frame] = FrameState(event.frame, event.thread, event.function, variables, event.line)
        self._leaving = frame if event.kind in LEAVING else None

    def frames(self) -> list[FrameState]:
        """Return the live frames at the last event, including one that it leaves; the next `advance` changes them."""
        return [self._states[frame.number] for frame in self._follower.active()]


def _check_types(trace: Trace) -> None:
    """Raise TypeError if a field of a trace, or of a record in it, has another type than the declared one."""
    exceptions = () if trace.exception is None else (trace.exception,)
    changes = (change for event in trace.events for change in event.changes)
    for record, values in ((Trace, (trace,)), (ExceptionInfo, exceptions), (Event, trace.events), (Change, changes)):
        hints = get_type_hints(record)
        types = {name: hint if get_origin(hint) is not tuple else tuple for name, hint in hints.items()}
        for value in values:
            for name, kind in types.items():
                if not isinstance(getattr(value, name), kind):
                    found = type(getattr(value, name)).__name__
                    raise TypeError(f"{record.__name__}.{name} is of the type {found}, expected {kind}")


ENTERING = frozenset({
    EventKind.CALL, EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.COMPREHENSION
})
"""The kinds of events at which a frame enters the stack of its thread."""

LEAVING = frozenset({EventKind.RETURN, EventKind.YIELD, EventKind.COMPREHENSION_RESULT})
"""The kinds of events after which a frame leaves the stack of its thread."""


def _apply_full_changes(variables: dict[str, str], changes: tuple[Change, ...]) -> None:
    """Update the variables with changes of the fidelity `full`: a changed variable loses its recorded attributes."""
    for name, value in changes:
        if name in variables:
            for attribute in [known for known in variables if known.startswith(f"{name}.")]:
                del variables[attribute]
        if all(map(str.isidentifier, name.split("."))):
            variables[name] = value


_SHORTENED = re.compile(r"…\+[0-9]+\+?\Z")
_TEXT_OR_ADDRESS = re.compile(  # quoted text belongs to the program; a quote after a letter is an apostrophe
    r"(?<![A-Za-z0-9_\\])[bB]?(?:'(?:[^'\\\n]|\\.){0,20000}'|\"(?:[^\"\\\n]|\\.){0,20000}\")"
    r"| at 0x(?P<address>[…0-9a-f])"
)


def value_flag(text: str) -> str | None:
    """Return a flag for a value of a trace with the fidelity `full` whose text is incomplete.

    The flag is computed from the text only: it is wrong if a `__repr__` of the program writes such text itself, and it
    does not detect a `__repr__` that omits something. An opaque value in the part that was cut off is not detected.

    Returns:
        `shortened`: the text was cut off at the limit. It ends with `…+N` if N characters are missing, or with `…+N+`
            if more than N are missing.
        `opaque`: the value is, or contains, an object whose repr is only an address, or whose `__repr__` failed.
        None: the value is complete.
    """
    if _SHORTENED.search(text):
        return "shortened"
    if " at 0x" not in text:
        return None
    return "opaque" if any(match["address"] for match in _TEXT_OR_ADDRESS.finditer(text)) else None
