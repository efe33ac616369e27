"""Specification of the wire: the records that the process of a traced program writes for the supervisor.

The records are in a memory file, the channel. It starts with the number of bytes of the records that follow: `HEADER`,
8 bytes, little endian. Each record is one line of JSON. The lines are ASCII: other characters are `\\uXXXX` escapes.

An event is an array with the fields of `EventRecord`, in this order:

    kind, line, from_line, depth, frame, thread, function, changes, value, detail, stdout_end

The last line is the end record, an object with the fields of `EndRecord`. It is missing if the process was killed. One
example of each kind of event, and two end records:

    call                  [0,1,1,1,1,0,"Stack.push",[["item","'a'"]],null,null,0]
    start_generator       [1,4,4,1,2,0,"squares",[["n","3"]],null,null,0]
    reenter_generator     [2,5,5,1,2,0,"squares",[],null,null,0]
    line                  [3,6,5,1,2,0,"squares",[["i","1"],["items","[0, 1]"],["len(items)","2"]],null,null,0]
    return                [4,6,6,1,2,0,"squares",[],"None",null,5]
    yield                 [5,6,6,1,2,0,"squares",[],"1",null,5]
    exception             [6,9,9,0,0,0,"<module>",[],null,"!!! KeyError: 'x'\\n!!! When subscripting: names['x']",5]
    comprehension         [7,8,8,1,3,0,"<listcomp>",[],null,null,5]
    comprehension_result  [8,8,8,1,3,0,"<listcomp>",[["n","2"]],"[0, 1, 4]",null,5]
    end                   {"exception":["KeyError","'x'",9],"compile_error":false,"tracer_lost":false}
    end                   {"limit":"events"}

This format is complete: an engine in another language or process can write it. The engine `native` writes fewer facts,
and the supervisor adds them from the source: see `validation`. Its header in C, `record_format.h`, is made from this
module by `make_header`.

The child process imports this module. The functions that write use no builtins, because a program can replace them.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from statecode.records import EventKind, ExceptionInfo
from statecode.text import well_formed

HEADER = struct.Struct("<Q")
"""The start of a channel: the committed length, in bytes of complete lines after the header."""

HEADER_BYTES = HEADER.size

KINDS = tuple(EventKind)
"""The kinds of events; a record contains the index of its kind."""

MAX_INT32 = 2**31 - 1
"""The maximum line, depth, frame number and thread number: the columns of a corpus hold 32 bits."""

EVENT_BYTES = 64
"""The cost of an event without its texts, in bytes."""

LIMIT_EVENTS, LIMIT_TRACE_BYTES = "events", "trace_bytes"
LIMITS = (LIMIT_EVENTS, LIMIT_TRACE_BYTES)
"""The limits at which an engine stops, exactly before the event that would exceed one; fields of `records.Limits`."""

FAILURE_EXIT_CODE = 70
"""The exit code of a child that fails by an error of this package, before or after the program runs."""


class EventRecord(NamedTuple):
    """One event on the wire. The fields have the names and the meaning of those of `records.Event`, except as stated.

    The numbers are not negative, except the depth.
    """

    kind: int                 # index in KINDS
    line: int                 # at most MAX_INT32, and so are the other numbers up to `thread`
    from_line: int
    depth: int                # its absolute value is at most the number of events so far, including this one
    frame: int
    thread: int
    function: str             # native: the name of the code object and its first line, NAME:FIRSTLINE
    changes: list[list[str]]  # pairs of name and value
    value: str | None         # native, for an exception: number of the code object and bytecode offset, CODE:LASTI
    detail: str | None        # native: without the lines about the expression that raised
    stdout_end: int           # number of bytes, not characters, that the program had written to stdout by then


@dataclass(frozen=True, kw_only=True)
class EndRecord:
    """The last record. On the wire a field may be missing; it then has its default."""

    exception: ExceptionInfo | None = None    # that the program did not catch; an array of type, message and line
    limit: str | None = None                  # one of LIMITS if it was reached; never null on the wire
    compile_error: bool = False               # the source does not compile; `exception` is the error
    tracer_error: str | None = None           # the error that stopped the engine
    tracer_lost: bool = False                 # the program removed or replaced the tracer
    first_perturbed_event: int | None = None  # number of events before it; None: no such event is known

    def fields(self) -> dict[str, Any]:
        """Return the fields to write: all but those that are None."""
        return {name: value for name, value in self.__dict__.items() if value is not None}


def _json_types(annotation: Any) -> tuple[type, ...]:
    """Return the types of the values that `json.loads` returns for a field with this annotation."""
    alternatives = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    types: list[type] = [get_origin(alternative) or alternative for alternative in alternatives]
    return tuple(list if issubclass(type_, tuple) else type_ for type_ in types)


EVENT_TYPES = tuple(map(_json_types, get_type_hints(EventRecord).values()))
"""The types that each field of an event record may have after parsing, in the order of the fields."""

_END_TYPES = {name: _json_types(annotation) for name, annotation in get_type_hints(EndRecord).items()}

encode = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":")).encode
"""Return a record as JSON, without the newline that ends its line."""


def event_cost(texts: list[str]) -> int:
    """Return the bytes that an event counts against `trace_bytes`: 64, plus the bytes of its texts as JSON strings.

    Args:
        texts: names and values of changes; for an exception its message, but not the expression that raised it.
    """
    brackets_and_commas = len(texts) + 1
    return EVENT_BYTES + (len(encode(texts)) - brackets_and_commas if texts else 0)


def read_end_record(fields: dict[str, Any], event_count: int) -> EndRecord | None:
    """Return the end record, or None if no engine can have written these fields; unknown fields are ignored.

    Args:
        event_count: number of event records before it.
    """
    known = {name: fields[name] for name in _END_TYPES if name in fields}
    if not all(type(value) in _END_TYPES[name] for name, value in known.items()):
        return None
    if not 0 <= (known.get("first_perturbed_event") or 0) <= event_count:
        return None
    if known.get("limit", LIMIT_EVENTS) not in LIMITS:
        return None
    if known.get("exception") is not None:
        if list(map(type, known["exception"][:2])) != [str, str] or len(known["exception"]) != 3:
            return None
        known["exception"] = exception_info(*known["exception"])
    return EndRecord(**known)


def exception_info(type_name: str, message: str, line: Any) -> ExceptionInfo:
    """Return the exception of a trace; its line is None if `line` is not a valid line number.

    The program can assign any object to the line of a SyntaxError, so an invalid line does not prove a forgery.
    """
    is_valid = type(line) is int and 0 <= line <= MAX_INT32
    return ExceptionInfo(well_formed(type_name), well_formed(message), line if is_valid else None)
