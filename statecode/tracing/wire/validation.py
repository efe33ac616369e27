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
from statecode.tracing.wire.reader import EventRecords
from statecode.tracing.wire.record import EVENT_TYPES, KINDS, MAX_INT32, EventRecord

_EXCEPTION = KINDS.index(EventKind.EXCEPTION)
_CALLS = [KINDS.index(kind) for kind in (
    EventKind.CALL, EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.COMPREHENSION,
)]
_FUNCTION = re.compile(r"(.*):([0-9]{1,10})", re.DOTALL)    # NAME:FIRSTLINE, as the native engine writes it
_LOCATION = re.compile(r"([0-9]{1,10}):(-1|[0-9]{1,10})")  # CODE:LASTI; -1: an unstarted generator of Python 3.10
_MAX_ADDED_CHARACTERS = 2**26  # maximum added to the details of a run; the run's limits do not count them


def read_events(
    records: EventRecords, stdout: bytes, normaliser: Normaliser, analysis: SourceAnalysis | None = None
) -> EventColumns:
    """Convert records to columns, up to the first record that no tracer can have written as an event at its position.

    The function raises no exception. Its time is proportional to the size of the records, whatever they contain.

    Args:
        records: the records of the channel before the end record; columns are checked already, see `reader`.
        stdout: the output of the run; the records contain byte positions in it.
        analysis: analysis of the source, if the native engine wrote the records, else None. The time of the analysis
            has bounds of its own.
    """
    columns = valid_columns(records) if isinstance(records, list) else records
    if analysis is not None:
        columns = _first_events(columns, _count_native(columns))
    if analysis is not None and columns.kind:
        columns = _complete_columns(columns, analysis)
    return _normalised(columns, stdout, normaliser)


def valid_columns(records: list[Any]) -> EventColumns:
    """Return the columns of all records before the first invalid one, found by a binary search in linear time.

    The form that only the native engine writes is not checked.
    """
    columns = _columns(records, 0)
    if columns is not None:
        return columns
    low, high = 0, len(records)  # all records below low are valid, not all below high are
    while high - low > 1:
        middle = (low + high) // 2
        if _columns(records[low:middle], low) is None:
            high = middle
        else:
            low = middle
    return _columns(records[:low], 0) or EventColumns()


def _columns(records: list[Any], first: int) -> EventColumns | None:
    """Return the columns of the records, or None if a record is invalid.

    Args:
        first: number of the first record among the events of the run. It bounds the depth: a depth counts calls, and
            each call was an event.
    """
    if not records:
        return EventColumns()
    if {*map(type, records)} != {list} or {*map(len, records)} != {len(EVENT_TYPES)}:
        return None
    columns: Any = EventRecord._make(zip(*records))
    if not all(map(_all_have_types, columns, EVENT_TYPES)):
        return None
    limited = (columns.line, columns.from_line, columns.frame, columns.thread)
    pairs = list(chain.from_iterable(columns.changes))
    valid = (
        min(map(min, (columns.kind, *limited, columns.stdout_end))) >= 0
        and max(columns.kind) < len(KINDS)
        and max(map(max, limited)) <= MAX_INT32
        and all(map(le, map(abs, columns.depth), count(first + 1)))
        and _are_changes(pairs)
    )
    if not valid:
        return None
    names, values = list(zip(*pairs)) or ((), ())
    return EventColumns(
        kind=columns.kind, line=columns.line, from_line=columns.from_line, depth=columns.depth, frame=columns.frame,
        thread=columns.thread, function=columns.function, change_count=list(map(len, columns.changes)),
        change_name=names, change_value=values, value=columns.value, detail=columns.detail,
        stdout_end=columns.stdout_end,
    )


def _all_have_types(values: Iterable[Any], allowed: Sequence[type]) -> bool:
    """Return True if the type of each value is one of `allowed`, which are distinct."""
    types = list(map(type, values))
    return sum(map(types.count, allowed)) == len(types)  # several times faster than a set of types


def _are_changes(pairs: list[Any]) -> bool:
    """Return True if each item is a list of two strings."""
    if not _all_have_types(pairs, (list,)) or not {2}.issuperset(map(len, pairs)):
        return False
    return _all_have_types(chain.from_iterable(pairs), (str,))


def _count_native(columns: EventColumns) -> int:
    """Return the number of events before the first whose function or exception has not the native engine's form."""
    foreign = {text for text in set(columns.function) if not _FUNCTION.fullmatch(text)}
    end = len(columns.function)
    if foreign:
        end = next(number for number, text in enumerate(columns.function) if text in foreign)
    for number in _exceptions(columns):
        value, detail = columns.value[number], columns.detail[number]
        if type(value) is not str or not _LOCATION.fullmatch(value) or type(detail) is not str:
            return min(number, end)
    return end


def _exceptions(columns: EventColumns) -> Sequence[int]:
    """Return the numbers of the exception events."""
    if _EXCEPTION not in columns.kind:
        return ()
    return [number for number, kind in enumerate(columns.kind) if kind == _EXCEPTION]


def _first_events(columns: EventColumns, end: int) -> EventColumns:
    """Return the columns of the first `end` events."""
    if end == len(columns.kind):
        return columns
    changes = sum(columns.change_count[:end])
    ends = dict.fromkeys(columns._fields, end) | {"change_name": changes, "change_value": changes}
    first: list[Any] = [column[:ends[name]] for name, column in zip(columns._fields, columns)]
    return EventColumns(*first)


def _complete_columns(columns: EventColumns, analysis: SourceAnalysis) -> EventColumns:
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


def _add_expressions(columns: EventColumns, analysis: SourceAnalysis) -> EventColumns:
    """Replace the bytecode location of each exception by the text that snoop shows about the expression that raised it.

    Returns:
        The columns, in which the value of an exception is None, and the text is appended to its detail.
    """
    values, details, room = list(columns.value), list(columns.detail), _MAX_ADDED_CHARACTERS
    places = {}
    for number in _exceptions(columns):
        code_index, _, lasti = str(values[number]).partition(":")
        places[number] = int(code_index), int(lasti), columns.line[number]
        values[number] = None
    found = analysis.find_exception_expressions(places.values())
    for number, place in places.items():
        added = "\n".join(found[place])
        room -= len(added)
        if added and room >= 0:
            details[number] = f"{details[number]}\n{added}" if details[number] else added
    return columns._replace(value=values, detail=details)


def _normalised(columns: EventColumns, stdout: bytes, normaliser: Normaliser) -> EventColumns:
    """Return valid columns with normalised, well-formed texts and positions in characters."""
    return columns._replace(
        function=_well_formed(columns.function),
        change_name=_well_formed(columns.change_name),
        change_value=_normalised_texts(columns.change_value, normaliser),
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
