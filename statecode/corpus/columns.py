"""Many traces as one pyarrow table and back, column by column.

A shard holds up to millions of events. A dict for each of them would take most of a build's time, so the nested columns
are made from flat lists and offsets: 100,000 events take under half a second each way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from statecode.records import Change, Event, EventKind, Trace
from statecode.text import well_formed

_KINDS = {kind.value: kind for kind in EventKind}
_CHANGES = EVENT_TYPE.get_field_index("changes")


def to_table(traces: Sequence[Trace]) -> pa.Table:
    """Make the table of SCHEMA that holds one row per trace."""
    scalars = [scalars_of(trace) for trace in traces]
    columns = [_array([row[name] for row in scalars], SCHEMA.field(name).type) for name in SCALARS]
    columns.append(pa.array([limits_of(trace) for trace in traces], LIMITS_TYPE))
    columns.append(_event_lists([trace.events for trace in traces]))
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def from_table(table: pa.Table) -> Iterator[Trace]:
    """Give the traces of a table that `to_table` made, or of a part of it with every column.

    Raises:
        KeyError: a column is missing that every version of statecode wrote, or an event's kind is unknown.
    """
    scalars = with_added_columns(table).select(list(SCALARS)).to_pylist()
    limits = table.column("limits").to_pylist()
    for row, row_limits, events in zip(scalars, limits, _events_of(table.column("events"))):
        yield trace_from(row, row_limits, events)


def with_added_columns(table: pa.Table) -> pa.Table:
    """Add the columns that older versions of statecode did not write, with what was so then in each row."""
    for name, value in ADDED_COLUMNS.items():
        if name not in table.column_names:
            field = SCHEMA.field(name)
            table = table.append_column(field, pa.array([value] * len(table), field.type))
    return table


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([value if value is None else well_formed(value) for value in values], kind)


def _event_lists(traces: Sequence[Sequence[Event]]) -> pa.Array:
    columns = _transposed(chain.from_iterable(traces), len(EVENT_TYPE))
    changes = columns[_CHANGES]
    arrays = [_array(column, field.type) for column, field in zip(columns, EVENT_TYPE) if field.name != "changes"]
    names, values = _transposed(chain.from_iterable(changes), len(CHANGE_TYPE))
    pairs = pa.StructArray.from_arrays(
        [_array(names, pa.string()), _array(values, pa.string())], fields=list(CHANGE_TYPE)
    )
    arrays.insert(_CHANGES, _lists(changes, pairs, EVENT_TYPE.field("changes").type))
    events = pa.StructArray.from_arrays(arrays, fields=list(EVENT_TYPE))
    return _lists(traces, events, SCHEMA.field("events").type)


def _transposed(records: Iterable[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*records)) or [()] * width


def _lists(groups: Iterable[Sequence[Any]], values: pa.Array, kind: pa.DataType) -> pa.Array:
    offsets = pa.array(accumulate(map(len, groups), initial=0), pa.int32())
    return pa.ListArray.from_arrays(offsets, values, type=kind)


def _events_of(column: pa.ChunkedArray) -> Iterator[tuple[Event, ...]]:
    for chunk in column.chunks:
        yield from _groups(chunk, _flat_events(chunk.flatten()))


def _flat_events(events: pa.StructArray) -> list[Event]:
    fields = [events.field(index) for index in range(len(EVENT_TYPE))]
    kinds = [_KINDS[kind] for kind in fields[0].to_pylist()]
    changes = _changes_of(fields[_CHANGES])
    plain: list[Iterable[Any]] = [field.to_pylist() for field in fields[1:] if not pa.types.is_list(field.type)]
    plain.insert(_CHANGES - 1, changes)
    return list(map(Event, kinds, *plain))


def _changes_of(lists: pa.ListArray) -> Iterator[tuple[Change, ...]]:
    pairs = lists.flatten()
    changes = list(map(Change, pairs.field(0).to_pylist(), pairs.field(1).to_pylist()))
    return _groups(lists, changes)


def _groups(lists: pa.ListArray, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Cut the flattened values of `lists` into its lists again."""
    ends = accumulate(lists.value_lengths().to_pylist(), initial=0)
    start = next(ends)
    for end in ends:
        yield tuple(values[start:end])
        start = end
