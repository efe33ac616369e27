"""Events as they stand on the trace channel, checked and made into `Event`s.

A program that is traced can have written them itself, so each is checked for what `statecode.records` and a corpus's
columns promise. This is done by columns, because that leaves the loops to C: a check of each event by itself takes as
long as all the rest.

The native engine leaves what follows from the source to `SourceAnalysis`: a function stands as NAME:FIRSTLINE, a call
at its frame's line, and an exception has CODE:LASTI as its value and its text alone as its detail. Such records are
checked for that too, and then completed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, count
from operator import le
from typing import Any

from statecode.records import Change, Event, EventKind
from statecode.text import well_formed
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire.normalise import Normaliser

MOST = 2**31 - 1
"""The greatest line, depth, or number of a frame or thread: what a column of 32 bits holds."""

_KINDS = list(EventKind)
_TYPES = (
    (int,), (int,), (int,), (int,), (int,), (int,), (str,), (list,), (str, type(None)), (str, type(None)), (int,),
)
_NO_COLUMNS: list[Sequence[Any]] = [() for _ in _TYPES]
_EXCEPTION = _KINDS.index(EventKind.EXCEPTION)
_CALLS = [_KINDS.index(kind) for kind in (
    EventKind.CALL, EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.COMPREHENSION,
)]
_FUNCTION = re.compile(r"(.*):([0-9]{1,10})", re.DOTALL)  # as the native engine writes them
_PLACE = re.compile(r"([0-9]{1,10}):(-1|[0-9]{1,10})")    # -1: a generator of Python 3.10 that has not begun
_MOST_ADDED = 2**26  # characters that the source adds to a run's details: they are not held by its limits
_make = tuple.__new__  # what Event._make does, without a Python call for each


def read_events(
    records: list[Any], stdout: bytes, normaliser: Normaliser, analysis: SourceAnalysis | None = None
) -> tuple[Event, ...]:
    """Make the events of the records before the first that no tracer can have written as an event in its place.

    Whatever the records hold, this raises nothing and takes time in proportion to their size; `analysis`, which is
    given where the native engine wrote them, has its own bounds.
    """
    columns = _sound_columns(records, native=analysis is not None)
    if analysis is not None and columns[0]:
        columns = _completed(columns, analysis)
    return _make_events(columns, stdout, normaliser)


def _sound_columns(records: list[Any], native: bool) -> list[Sequence[Any]]:
    """Give the columns of the events before the first record that is none; the search halves, so it stays linear."""
    columns = _columns(records, 0, native)
    if columns is not None:
        return columns
    low, high = 0, len(records)  # all below low are events, not all below high are
    while high - low > 1:
        middle = (low + high) // 2
        if _columns(records[low:middle], low, native) is None:
            high = middle
        else:
            low = middle
    return _columns(records[:low], 0, native) or _NO_COLUMNS


def _columns(records: list[Any], first: int, native: bool) -> list[Sequence[Any]] | None:
    """Turn records into columns if a tracer can have written them as its events number `first` and following.

    A depth counts calls, and each of them was an event of its own.
    """
    if not records:
        return _NO_COLUMNS
    if {*map(type, records)} != {list} or {*map(len, records)} != {len(_TYPES)}:
        return None
    columns: list[Sequence[Any]] = list(zip(*records))
    if not all(map(_are_all, columns, _TYPES)):
        return None
    kinds, lines, from_lines, depths, frames, threads, functions, changes, values, details, positions = columns
    possible = (
        min(map(min, (kinds, lines, from_lines, frames, threads, positions))) >= 0
        and max(kinds) < len(_KINDS)
        and max(map(max, (lines, from_lines, frames, threads))) <= MOST
        and all(map(le, map(abs, depths), count(first + 1)))
        and _are_changes(list(chain.from_iterable(changes)))
        and (not native or _are_native(kinds, functions, values, details))
    )
    return columns if possible else None


def _are_all(values: Iterable[Any], allowed: Sequence[type]) -> bool:
    types = list(map(type, values))
    return sum(map(types.count, allowed)) == len(types)  # several times faster than a set: it compares identities


def _are_changes(pairs: list[Any]) -> bool:
    return _are_all(pairs, (list,)) and {2}.issuperset(map(len, pairs)) and _are_all(chain.from_iterable(pairs), (str,))


def _are_native(kinds: Sequence[int], functions: Sequence[str], values: Sequence[Any], details: Sequence[Any]) -> bool:
    raising = [number for number, kind in enumerate(kinds) if kind == _EXCEPTION] if _EXCEPTION in kinds else ()
    return all(map(_FUNCTION.fullmatch, set(functions))) and all(
        type(values[number]) is str and _PLACE.fullmatch(values[number]) and type(details[number]) is str
        for number in raising
    )


def _completed(columns: list[Sequence[Any]], analysis: SourceAnalysis) -> list[Sequence[Any]]:
    """Complete the native engine's columns by what the source says."""
    kinds, lines, from_lines, depths, frames, threads, functions, changes, values, details, positions = columns
    names = {}
    for text in set(functions):
        name, _, first_line = text.rpartition(":")
        names[text] = analysis.function(name, int(first_line))
    if _EXCEPTION in kinds:
        values, details = _with_nodes(kinds, lines, values, details, analysis)
    if analysis.moves_calls:
        lines = [analysis.call_line(line) if kind in _CALLS else line for kind, line in zip(kinds, lines)]
    functions = list(map(names.__getitem__, functions))
    return [kinds, lines, from_lines, depths, frames, threads, functions, changes, values, details, positions]


def _with_nodes(
    kinds: Sequence[int], lines: Sequence[int], values: Sequence[Any], details: Sequence[Any], analysis: SourceAnalysis
) -> tuple[list[Any], list[Any]]:
    """Put what snoop says about the failing expression where the place in its bytecode stands."""
    values, details, room = list(values), list(details), _MOST_ADDED
    places = {}
    for number, kind in enumerate(kinds):
        if kind == _EXCEPTION:
            code_index, _, lasti = values[number].partition(":")
            places[number] = int(code_index), int(lasti), lines[number]
            values[number] = None
    found = analysis.failing_nodes(places.values())
    for number, place in places.items():
        added = "\n".join(found[place])
        room -= len(added)
        if added and room >= 0:
            details[number] = f"{details[number]}\n{added}" if details[number] else added
    return values, details


def _make_events(raw: list[Sequence[Any]], stdout: bytes, normaliser: Normaliser) -> tuple[Event, ...]:
    kinds, lines, from_lines, depths, frames, threads, functions, changes, values, details, positions = raw
    value_of = normaliser.value
    columns = (
        map(_KINDS.__getitem__, kinds), lines, from_lines, depths, frames, threads, map(well_formed, functions),
        [
            tuple([
                _make(Change, (  # asking first whether a text is ASCII spares nearly all calls
                    name if name.isascii() else well_formed(name),
                    value_of(text if text.isascii() else well_formed(text)),
                ))
                for name, text in pairs
            ]) if pairs else ()
            for pairs in changes
        ],
        [None if text is None else value_of(well_formed(text)) for text in values],
        [None if text is None else value_of(well_formed(text)) for text in details],
        _character_positions(stdout, positions),
    )
    return tuple(map(partial(_make, Event), zip(*columns)))


def _character_positions(data: bytes, positions: Sequence[int]) -> list[int]:
    """Turn positions in bytes, in any order, into positions in the decoded text; those beyond the end are the end."""
    end = len(data)
    within = [position if position < end else end for position in positions]
    if data.isascii():
        return within
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    known, done, characters = {}, 0, 0
    for position in sorted(set(within)):
        characters += len(decoder.decode(data[done:position]))
        known[position], done = characters, position
    return [known[position] for position in within]
