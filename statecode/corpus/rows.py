"""Convert a trace to a row of a Parquet file and back, and define the schema.

Statuses, labels and other scalars are columns of their own, so that they can be read without the events. Shards are
read and written with `statecode.corpus.columns`, which does the same conversion for many traces at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from statecode.records import Event, ExceptionInfo, Limits, Status, Trace

CHANGE_TYPE = pa.struct([("name", pa.string()), ("value", pa.string())])

EVENT_TYPE = pa.struct(
    [
        ("kind", pa.string()),
        ("line", pa.int32()),
        ("from_line", pa.int32()),
        ("depth", pa.int32()),
        ("frame", pa.int32()),
        ("thread", pa.int32()),
        ("function", pa.string()),
        ("changes", pa.list_(CHANGE_TYPE)),
        ("value", pa.string()),
        ("detail", pa.string()),
        ("stdout_end", pa.int64()),
    ]
)

LIMITS_TYPE = pa.struct(
    [
        ("wall_s", pa.float64()),
        ("cpu_s", pa.float64()),
        ("memory_bytes", pa.int64()),
        ("output_bytes", pa.int64()),
        ("events", pa.int64()),
        ("trace_bytes", pa.int64()),
    ]
)

SCHEMA = pa.schema(
    [
        ("program_id", pa.string()),
        ("problem_id", pa.string()),
        ("input_index", pa.int32()),
        ("status", pa.string()),
        ("label", pa.string()),
        ("verdict", pa.string()),
        ("exception_type", pa.string()),
        ("exception_message", pa.string()),
        ("exception_line", pa.int32()),
        ("truncation", pa.string()),
        ("deterministic", pa.bool_()),
        ("differs_at", pa.int32()),
        ("event_count", pa.int32()),
        ("origin", pa.string()),
        ("license", pa.string()),
        ("url", pa.string()),
        ("language", pa.string()),
        ("metadata", pa.string()),
        ("engine", pa.string()),
        ("fidelity", pa.string()),
        ("repr_limit", pa.int64()),
        ("snoop_version", pa.string()),
        ("python", pa.string()),
        ("schema_version", pa.int32()),
        ("expected_output", pa.string()),
        ("code", pa.string()),
        ("stdin", pa.string()),
        ("stdout", pa.string()),
        ("stderr", pa.string()),
        ("files", pa.string()),
        ("limits", LIMITS_TYPE),
        ("events", pa.list_(EVENT_TYPE)),
    ]
)

SCALARS: tuple[str, ...] = tuple(field.name for field in SCHEMA if not pa.types.is_nested(field.type))
"""The columns that are not nested: all except `limits` and `events`."""

ADDED_COLUMNS: dict[str, Any] = {
    "differs_at": None, "fidelity": "snoop", "repr_limit": None, "language": "python", "metadata": None,
    "files": None,
}
"""Column → its value for the rows of schema versions without this column. Version 1 has none of these columns."""

_SAME_NAME = tuple(name for name in SCALARS if name in Trace.__slots__ and name != "status")
_NO_EXCEPTION = ExceptionInfo("", "", None)


def scalars_of(trace: Trace, event_count: int) -> dict[str, Any]:
    """Return the values of a trace in the columns of SCALARS, in this order. Lone surrogates are not escaped."""
    exception = trace.exception or _NO_EXCEPTION
    values = {name: getattr(trace, name) for name in _SAME_NAME}
    values |= {
        "status": trace.status.value,
        "exception_type": exception.type if trace.exception else None,
        "exception_message": exception.message if trace.exception else None,
        "exception_line": exception.line,
        "event_count": event_count,
    }
    return {name: values[name] for name in SCALARS}


def limits_of(trace: Trace) -> dict[str, float]:
    """Return the value of a trace in the column `limits`."""
    return {field.name: getattr(trace.limits, field.name) for field in LIMITS_TYPE}


def to_row(trace: Trace) -> dict[str, Any]:
    """Return a trace's row as plain Python values, with the columns in the order of SCHEMA.

    The column `event_count` is computed from the trace; `from_row` ignores it.
    """
    values = trace.to_dict()
    return {**scalars_of(trace, len(trace.events)), "limits": values["limits"], "events": values["events"]}


def from_row(row: Mapping[str, Any]) -> Trace:
    """Return the trace of a row that comes from `to_row`, pyarrow or `datasets` (config `events`).

    Raises:
        KeyError: the row lacks a column that every version of statecode wrote.
        ValueError: the status or the kind of an event is unknown to this version, or a limit is not positive.
    """
    exception = None
    if row["exception_type"] is not None:
        exception = {name: row[f"exception_{name}"] for name in ExceptionInfo._fields}
    nested = {name: row[name] for name in ("status", "limits", "events")}
    return Trace.from_dict({**_same(row), **nested, "exception": exception})


def trace_from(scalars: Mapping[str, Any], limits: Mapping[str, Any], events: tuple[Event, ...]) -> Trace:
    """Return a trace from the columns of SCALARS, the column `limits` and its events."""
    type_name = scalars["exception_type"]
    exception = None
    if type_name is not None:
        exception = ExceptionInfo(type_name, scalars["exception_message"], scalars["exception_line"])
    return Trace(
        **_same(scalars),
        status=Status(scalars["status"]),
        exception=exception,
        limits=Limits(**limits),
        events=events,
    )


def _same(scalars: Mapping[str, Any]) -> dict[str, Any]:
    return {name: scalars[name] for name in _SAME_NAME if name in scalars or name not in ADDED_COLUMNS}
