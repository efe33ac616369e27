"""Check the event records of a channel, and convert them to the columns of a run's events.

A traced program can have written the records itself, so each record is checked against the ranges of values that
`statecode.records` and the columns of a corpus allow. The check works on columns, so that its loops run in C: a check
of one event after the other would take as long as all other work of the supervisor.

The native engine does not record facts that follow from the source; `SourceAnalysis` adds them. In its records a
function is NAME:FIRSTLINE and a call has the line of its frame. An exception has CODE:LASTI as its value (index of a
code object, and bytecode offset), and only its message as its detail. This form is checked as well, before the facts
are added. Records of other engines are complete, as `record` specifies.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from itertools import chain, count
from operator import le
from typing import Any

from statecode.records import EventKind
from statecode.text import well_formed
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire.event_columns import EventColumns
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.record import EVENT_TYPES, KINDS, MAX_INT32, EventRecord

Columns = Any
"""An `EventRecord` whose fields are columns: the values of that field in all records."""

_NO_COLUMNS: Columns = EventRecord._make(() for _ in EVENT_TYPES)
_EXCEPTION = KINDS.index(EventKind.EXCEPTION)
_CALLS = [KINDS.index(kind) for kind in (
    EventKind.CALL, EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.COMPREHENSION,
)]
_FUNCTION = re.compile(r"(.*):([0-9]{1,10})", re.DOTALL)    # NAME:FIRSTLINE, as the native engine writes it
_LOCATION = re.compile(r"([0-9]{1,10}):(-1|[0-9]{1,10})")  # CODE:LASTI; -1: an unstarted generator of Python 3.10
_MAX_ADDED_CHARACTERS = 2**26  # maximum added to the details of a run; the run's limits do not count them


def read_events(
    records: list[Any], stdout: bytes, normaliser: Normaliser, analysis: SourceAnalysis | None = None
) -> EventColumns:
    """Convert records to columns, up to the first record that no tracer can have written as an event at its position.

    The function raises no exception. Its time is proportional to the size of the records, whatever they contain.

    Args:
        records: the records of the channel before the end record.
        stdout: the output of the run; the records contain byte positions in it.
        analysis: analysis of the source, if the native engine wrote the records, else None. The time of the analysis
            has bounds of its own.
    """
    columns = _valid_columns(records, native=analysis is not None)
    if analysis is not None and columns.kind:
        columns = _complete_columns(columns, analysis)
    return _normalised(columns, stdout, normaliser)


def _valid_columns(records: list[Any], native: bool) -> Columns:
    """Return the columns of all records before the first invalid one, found by a binary search in linear time."""
    columns = _columns(records, 0, native)
    if columns is not None:
        return columns
    low, high = 0, len(records)  # all records below low are valid, not all below high are
    while high - low > 1:
        middle = (low + high) // 2
        if _columns(records[low:middle], low, native) is None:
            high = middle
        else:
            low = middle
    return _columns(records[:low], 0, native) or _NO_COLUMNS


def _columns(records: list[Any], first: int, native: bool) -> Columns | None:
    """Return the columns of the records, or None if a record is invalid.

    Args:
        first: number of the first record among the events of the run. It bounds the depth: a depth counts calls, and
            each call was an event.
    """
    if not records:
        return _NO_COLUMNS
    if {*map(type, records)} != {list} or {*map(len, records)} != {len(EVENT_TYPES)}:
        return None
    columns: Columns = EventRecord._make(zip(*records))
    if not all(map(_all_have_types, columns, EVENT_TYPES)):
        return None
    limited = (columns.line, columns.from_line, columns.frame, columns.thread)
    valid = (
        min(map(min, (columns.kind, *limited, columns.stdout_end))) >= 0
        and max(columns.kind) < len(KINDS)
        and max(map(max, limited)) <= MAX_INT32
        and all(map(le, map(abs, columns.depth), count(first + 1)))
        and _are_changes(list(chain.from_iterable(columns.changes)))
        and (not native or _are_native(columns))
    )
    return columns if valid else None


def _all_have_types(values: Iterable[Any], allowed: Sequence[type]) -> bool:
    """Return True if the type of each value is one of `allowed`, which are distinct."""
    types = list(map(type, values))
    return sum(map(types.count, allowed)) == len(types)  # several times faster than a set of types


def _are_changes(pairs: list[Any]) -> bool:
    """Return True if each item is a list of two strings."""
    if not _all_have_types(pairs, (list,)) or not {2}.issuperset(map(len, pairs)):
        return False
    return _all_have_types(chain.from_iterable(pairs), (str,))


def _are_native(columns: Columns) -> bool:
    """Return True if functions and exceptions have the form that the native engine writes."""
    kinds, values, details = columns.kind, columns.value, columns.detail
    raising = [number for number, kind in enumerate(kinds) if kind == _EXCEPTION] if _EXCEPTION in kinds else ()
    return all(map(_FUNCTION.fullmatch, set(columns.function))) and all(
        type(values[number]) is str and _LOCATION.fullmatch(values[number]) and type(details[number]) is str
        for number in raising
    )


def _complete_columns(columns: Columns, analysis: SourceAnalysis) -> Columns:
    """Complete the native engine's columns: qualified names, lines of calls, expressions that raised exceptions."""
    names = {}
    for text in set(columns.function):
        name, _, first_line = text.rpartition(":")
        names[text] = analysis.qualified_name(name, int(first_line))
    if _EXCEPTION in columns.kind:
        columns = _add_expressions(columns, analysis)
    if analysis.has_decorator_lines:
        columns = columns._replace(line=[
            analysis.call_line(line) if kind in _CALLS else line for kind, line in zip(columns.kind, columns.line)
        ])
    return columns._replace(function=list(map(names.__getitem__, columns.function)))


def _add_expressions(columns: Columns, analysis: SourceAnalysis) -> Columns:
    """Replace the bytecode location of each exception by the text that snoop shows about the expression that raised it.

    Returns:
        The columns, in which the value of an exception is None, and the text is appended to its detail.
    """
    values, details, room = list(columns.value), list(columns.detail), _MAX_ADDED_CHARACTERS
    places = {}
    for number, kind in enumerate(columns.kind):
        if kind == _EXCEPTION:
            code_index, _, lasti = values[number].partition(":")
            places[number] = int(code_index), int(lasti), columns.line[number]
            values[number] = None
    found = analysis.find_exception_expressions(places.values())
    for number, place in places.items():
        added = "\n".join(found[place])
        room -= len(added)
        if added and room >= 0:
            details[number] = f"{details[number]}\n{added}" if details[number] else added
    return columns._replace(value=values, detail=details)


def _normalised(columns: Columns, stdout: bytes, normaliser: Normaliser) -> EventColumns:
    """Convert valid columns to those of events with normalised, well-formed texts."""
    names, values = list(zip(*chain.from_iterable(columns.changes))) or ((), ())
    return EventColumns(
        kind=columns.kind,
        line=columns.line,
        from_line=columns.from_line,
        depth=columns.depth,
        frame=columns.frame,
        thread=columns.thread,
        function=_well_formed(columns.function),
        change_count=list(map(len, columns.changes)),
        change_name=_well_formed(names),
        change_value=_normalised_texts(values, normaliser),
        value=_normalised_texts(columns.value, normaliser),
        detail=_normalised_texts(columns.detail, normaliser),
        stdout_end=_character_positions(stdout, columns.stdout_end),
    )


def _well_formed(texts: Sequence[str]) -> Sequence[str]:
    return texts if "".join(texts).isascii() else list(map(well_formed, texts))


def _normalised_texts(texts: Sequence[Any], normaliser: Normaliser) -> Sequence[Any]:
    """Return the texts normalised and well-formed; None remains None."""
    together, may_change = "".join(filter(None, texts)), normaliser.may_change
    if together.isascii() and not may_change(together):  # true for the values of most runs
        return texts
    return [
        text if text is None or text.isascii() and not may_change(text) else normaliser.value(well_formed(text))
        for text in texts
    ]


def _character_positions(data: bytes, positions: Sequence[int]) -> Sequence[int]:
    """Convert byte positions, in any order, to character positions in the decoded text.

    A position beyond the end becomes the length of the text.
    """
    end = len(data)
    if max(positions, default=0) <= end:
        within = positions
    else:
        within = [position if position < end else end for position in positions]
    if data.isascii():
        return within
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    characters_before, decoded, characters = {}, 0, 0
    for position in sorted(set(within)):
        characters += len(decoder.decode(data[decoded:position]))
        characters_before[position], decoded = characters, position
    return [characters_before[position] for position in within]
