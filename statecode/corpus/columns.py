"""Convert the records of runs to a pyarrow table, and a table to traces, column by column.

A shard holds up to millions of events. Creating a dict for each event would take most of a build's time, so the nested
columns are built from flat lists and offsets: 100,000 events take less than half a second in each direction.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

from statecode.corpus.rows import (
    ADDED_COLUMNS,
    CHANGE_TYPE,
    EVENT_TYPE,
    LIMITS_TYPE,
    SCALARS,
    SCHEMA,
    limits_of,
    scalars_of,
    trace_from,
)
from statecode.machine import garbage_collection_paused
from statecode.records import Change, Event, EventKind, Trace
from statecode.text import well_formed
from statecode.tracing.wire.event_columns import EventColumns, RecordedRun
from statecode.tracing.wire.record import KINDS

_KINDS = {kind.value: kind for kind in EventKind}
_ARRAY_CODES = {pa.int32(): "i", pa.int64(): "q"}
_KIND_NAMES = pa.array([kind.value for kind in KINDS])
_CHANGES = EVENT_TYPE.get_field_index("changes")
_SAME_COLUMNS = frozenset(EVENT_TYPE.names) - {"kind", "changes"}  # equal in `EventColumns`
_new_event, _new_change = partial(tuple.__new__, Event), partial(tuple.__new__, Change)  # from a tuple of the fields


def to_table(runs: Sequence[RecordedRun]) -> pa.Table:
    """Return a table with the columns of SCHEMA and one row per run. Lone surrogates are escaped."""
    scalars = [scalars_of(run.head, len(run)) for run in runs]
    columns = [_array([row[name] for row in scalars], SCHEMA.field(name).type) for name in SCALARS]
    columns.append(pa.array([limits_of(run.head) for run in runs], LIMITS_TYPE))
    columns.append(_lists(map(len, runs), _event_structs([run.events for run in runs]), SCHEMA.field("events").type))
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def from_table(table: pa.Table) -> Iterator[Trace]:
    """Yield the traces of a table that `to_table` returned, or of a slice of it.

    Raises:
        KeyError: the table lacks a column that every version of statecode wrote, or the kind of an event is unknown.
    """
    scalars = with_added_columns(table).select(list(SCALARS)).to_pylist()
    limits = table.column("limits").to_pylist()
    for row, row_limits, events in zip(scalars, limits, _events_of(table.column("events"))):
        yield trace_from(row, row_limits, events)


def with_added_columns(table: pa.Table) -> pa.Table:
    """Return the table, extended by the columns that older versions of statecode did not write.

    `ADDED_COLUMNS` contains these columns with their values, which hold for every run that those versions traced.
    """
    for name, value in ADDED_COLUMNS.items():
        if name not in table.column_names:
            field = SCHEMA.field(name)
            table = table.append_column(field, pa.array([value] * len(table), field.type))
    return table


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return the values as an array of the type `kind`. Lone surrogates, which Arrow rejects, are escaped."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([value if value is None else well_formed(value) for value in values], kind)


def _event_structs(runs: Sequence[EventColumns]) -> pa.StructArray:
    """Return the events of all runs, concatenated."""

    def together(name: str, kind: pa.DataType) -> pa.Array:
        columns = [getattr(run, name) for run in runs]
        if pa.types.is_string(kind):
            return _array(list(chain.from_iterable(columns)), kind)
        code = _ARRAY_CODES[kind]
        data = b"".join([column if isinstance(column, array) else array(code, column) for column in columns])
        return pa.Array.from_buffers(kind, len(data) // array(code).itemsize, [None, pa.py_buffer(data)])

    arrays = {field.name: together(field.name, field.type) for field in EVENT_TYPE if field.name in _SAME_COLUMNS}
    arrays["kind"] = pa.DictionaryArray.from_arrays(together("kind", pa.int32()), _KIND_NAMES).cast(pa.string())
    changes = pa.StructArray.from_arrays(
        [together("change_name", pa.string()), together("change_value", pa.string())], fields=list(CHANGE_TYPE)
    )
    counts = chain.from_iterable([run.change_count for run in runs])
    arrays["changes"] = _lists(counts, changes, EVENT_TYPE.field("changes").type)
    return pa.StructArray.from_arrays([arrays[field.name] for field in EVENT_TYPE], fields=list(EVENT_TYPE))


def _lists(lengths: Iterable[int], values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return an array of the type `kind` with lists of these lengths.

    `values` contains the elements of all lists, concatenated.
    """
    offsets = pa.array(list(accumulate(lengths, initial=0)), pa.int32())
    return pa.ListArray.from_arrays(offsets, values, type=kind)


def _events_of(column: pa.ChunkedArray) -> Iterator[tuple[Event, ...]]:
    """Yield the events of each row of the column `events`."""
    for chunk in column.chunks:
        with garbage_collection_paused():
            events = _flat_events(chunk.flatten())
        yield from _groups(chunk, events)


def _flat_events(events: pa.StructArray) -> tuple[Event, ...]:
    columns: list[Iterable[Any]] = [
        _changes_of(column) if index == _CHANGES else _plain(column) for index, column in enumerate(events.flatten())
    ]
    columns[0] = map(_KINDS.__getitem__, columns[0])
    return tuple(map(_new_event, zip(*columns)))


def _changes_of(lists: pa.ListArray) -> Iterator[tuple[Change, ...]]:
    return _groups(lists, tuple(map(_new_change, zip(*map(_plain, lists.flatten().flatten())))))


def _plain(column: pa.Array) -> list[Any]:
    """Return the values of a column as `to_pylist` does; equal strings are one object, created and hashed once."""
    if not pa.types.is_string(column.type):
        return list(column.to_pylist())
    encoded = column.dictionary_encode(null_encoding="encode")
    return list(map(encoded.dictionary.to_pylist().__getitem__, encoded.indices.to_pylist()))


def _groups(lists: pa.ListArray, values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield a tuple for each list in `lists`; `values` contains the elements of all lists, concatenated."""
    ends = accumulate(_plain(lists.value_lengths()), initial=0)
    start = next(ends)
    for end in ends:
        yield values[start:end]
        start = end
