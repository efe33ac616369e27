"""Events as they stand on the trace channel, checked and made into `Event`s.

A program that is traced can have written them itself, so each is checked for what `statecode.records` and a corpus's
columns promise. This is done by columns, because that leaves the loops to C: a check of each event by itself takes as
long as all the rest.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, count
from operator import le
from typing import Any

from statecode.programs.source_text import well_formed
from statecode.records import Change, Event, EventKind
from statecode.tracing.normalise import Normaliser

MOST = 2**31 - 1
"""The greatest line, depth, or number of a frame or thread: what a column of 32 bits holds."""

_KINDS = list(EventKind)
_TYPES = (
    (int,), (int,), (int,), (int,), (int,), (int,), (str,), (list,), (str, type(None)), (str, type(None)), (int,),
)
_NO_COLUMNS: list[Sequence[Any]] = [() for _ in _TYPES]
_make = tuple.__new__  # what Event._make does, without a Python call for each


def read_events(records: list[Any], stdout: bytes, normaliser: Normaliser) -> tuple[Event, ...]:
    """Make the events of the records before the first that no tracer can have written as an event in its place.

    Whatever the records hold, this raises nothing and takes time in proportion to their size.
    """
    return _make_events(_sound_columns(records), stdout, normaliser)


def _sound_columns(records: list[Any]) -> list[Sequence[Any]]:
    """Give the columns of the events before the first record that is none; the search halves, so it stays linear."""
    columns = _columns(records, 0)
    if columns is not None:
        return columns
    low, high = 0, len(records)  # all below low are events, not all below high are
    while high - low > 1:
        middle = (low + high) // 2
        if _columns(records[low:middle], low) is None:
            high = middle
        else:
            low = middle
    return _columns(records[:low], 0) or _NO_COLUMNS


def _columns(records: list[Any], first: int) -> list[Sequence[Any]] | None:
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
    kinds, lines, from_lines, depths, frames, threads, _, changes, _, _, positions = columns
    possible = (
        min(map(min, (kinds, lines, from_lines, frames, threads, positions))) >= 0
        and max(kinds) < len(_KINDS)
        and max(map(max, (lines, from_lines, frames, threads))) <= MOST
        and all(map(le, map(abs, depths), count(first + 1)))
        and _are_changes(list(chain.from_iterable(changes)))
    )
    return columns if possible else None


def _are_all(values: Iterable[Any], allowed: Sequence[type]) -> bool:
    types = list(map(type, values))
    return sum(map(types.count, allowed)) == len(types)  # several times faster than a set: it compares identities


def _are_changes(pairs: list[Any]) -> bool:
    return _are_all(pairs, (list,)) and {2}.issuperset(map(len, pairs)) and _are_all(chain.from_iterable(pairs), (str,))


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
