"""Statistics over what benchmarks/tracing.py measured."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace
from typing import Any

MEASURES = ("execution", "child", "end_to_end")
LONG = 1_000  # events
FEW = 20      # runs
RATIOS = (    # measure, arm, arm beside it, what is asked for
    ("execution", "native", "settrace", "all, total <= 3"),
    ("child", "native", "bare", "all, median <= 1.15"),
    ("execution", "snoop", "native", "all, total >= 20; over_1000_events, total >= 30"),
    ("tracing", "snoop", "native", "as above, if only what a tracer adds to the program counts"),
    ("tracing", "native", "settrace", None),
    ("end_to_end", "fresh", "native trusted", "all, median >= 60"),
    ("end_to_end", "fresh", "native full", "all, median >= 30"),
    ("end_to_end", "fresh", "untraced trusted", None),
    ("end_to_end", "fresh", "untraced full", None),
    ("end_to_end", "native trusted", "untraced trusted", None),
    ("end_to_end", "native full", "untraced full", None),
    ("end_to_end", "native-whole trusted", "native trusted", None),
    ("end_to_end", "snoop trusted", "native-whole trusted", None),
    ("execution", "settrace", "bare", None),
    ("execution", "monitoring", "bare", None),
    ("execution", "monitoring_frame", "bare", None),
    ("execution", "monitoring", "settrace", None),
    ("execution", "native", "bare", None),
    ("execution", "snoop", "bare", None),
    ("execution", "snoop", "settrace", None),
    ("execution", "pysnooper", "native", None),
    ("execution", "hunter", "native", None),
    ("execution", "pysnooper", "snoop", None),
    ("execution", "hunter", "snoop", None),
    ("child", "snoop", "bare", None),
    ("child", "snoop", "native", None),
    ("end_to_end", "snoop trusted", "native trusted", None),
    ("end_to_end", "snoop full", "native full", None),
    ("end_to_end", "fresh", "snoop trusted", None),
    ("end_to_end", "fresh", "snoop full", None),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run under one arm, once; seconds."""

    execution: float | None = None   # CPU time; None where the run has no part of that kind
    child: float | None = None
    end_to_end: float | None = None
    events: int = 0                  # that the arm counted or recorded
    page_faults: int = 0             # during the execution
    limit: bool = False              # it ended at one
    failed: bool = False             # the tracer did, or the program does not compile
    channel_bytes: int = 0
    text_bytes: int = 0              # of the recorded values, within the channel's bytes
    peak_bytes: int = 0              # resident memory


Row = dict[str, Measured]  # one run by arm


def middle(several: list[Measured]) -> Measured:
    """The medians of the times, the rest of the last round."""
    times = {}
    for name in MEASURES:
        values = [value for one in several if (value := getattr(one, name)) is not None]
        times[name] = statistics.median(values) if values else None
    return replace(several[-1], **times, limit=any(one.limit for one in several))


def subsets(rows: list[Row]) -> dict[str, list[Row]]:
    """The sets of runs that are told apart."""
    without = [row for row in rows if not any_limit(row)]
    return {
        "all": rows, "without_limit": without,
        "over_1000_events": [row for row in rows if events(row) > LONG],
        "over_1000_events_without_limit": [row for row in without if events(row) > LONG],
    }


def any_limit(row: Row) -> bool:
    """Whether any arm ended at a limit."""
    return any(one.limit for one in row.values())


def events(row: Row) -> int:
    """How many events the trace has."""
    return max(one.events for one in row.values() if one.channel_bytes)


def summary(rows: list[Row]) -> dict[str, Any]:
    """Medians, means and totals in ms of each measure and arm, and events per second."""
    result: dict[str, Any] = {"runs": len(rows), "events": sum(map(events, rows))}
    if not rows:
        return result
    for name in MEASURES:
        result[name + "_ms"] = {
            arm: {"median": ms(statistics.median(times)), "mean": ms(statistics.mean(times)), "total": ms(sum(times))}
            for arm in rows[0] if (times := [time for row in rows if (time := getattr(row[arm], name)) is not None])
        }
    result["page_faults_median"] = {arm: statistics.median(row[arm].page_faults for row in rows) for arm in rows[0]}
    result["events_per_s"] = {
        arm: round(counted / time) for arm in rows[0]
        if (counted := sum(row[arm].events for row in rows)) and (time := sum(row[arm].execution or 0 for row in rows))
    }
    result["ns_per_event_beyond_bare"] = {
        arm: round(1e9 * sum(row[arm].execution - row["bare"].execution for row in rows) / counted, 1)
        for arm in rows[0] if rows[0][arm].execution is not None and (counted := sum(row[arm].events for row in rows))
    }
    return result


def one_run(row: Row) -> dict[str, Any]:
    """Every arm's execution in ms, and what each event of it costs beyond the bare run."""
    bare = row["bare"].execution or 0.0
    return {
        arm: {
            "execution_ms": ms(one.execution), "events": one.events, "limit": one.limit,
            "ns_per_event": round(1e9 * (one.execution - bare) / one.events, 1) if one.events else None,
        }
        for arm, one in row.items() if one.execution is not None
    }


def ratio(rows: list[Row], name: str, arm: str, beside: str) -> dict[str, float] | None:
    """How many times one arm takes what another does."""
    if not rows or arm not in rows[0] or beside not in rows[0]:
        return None
    pairs = [(time_of(row, arm, name), time_of(row, beside, name)) for row in rows]
    each = [one / other for one, other in pairs if other > 0]  # beyond a bare run a floor may take less than nothing
    total = sum(one for one, _ in pairs) / sum(other for _, other in pairs)
    ratios = {"total": total, "median": statistics.median(each), "mean": statistics.mean(each)}
    return {statistic: round(value, 3) for statistic, value in ratios.items()}


def time_of(row: Row, arm: str, name: str) -> float:
    """A measure of one run, s; "tracing" is the execution beyond that of the bare run."""
    if name == "tracing":
        return float(row[arm].execution or 0) - float(row["bare"].execution or 0)
    return float(getattr(row[arm], name))


def memory(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Bytes per event beside the values' own text: on the channel, and at the peak beyond a run without a tracer."""
    result: dict[str, dict[str, float]] = {}
    long = [row for row in rows if events(row) > LONG]
    for engine in [arm for arm in ("native", "snoop") if rows and arm in rows[0]]:
        counted = sum(row[engine].events for row in rows)
        beside = sum(row[engine].channel_bytes - row[engine].text_bytes for row in rows)
        result[engine] = {"channel_bytes_per_event": round(beside / counted, 1)}
        if long:
            grown = sum(row[engine].peak_bytes - row["bare"].peak_bytes - row[engine].text_bytes for row in long)
            result[engine]["peak_bytes_per_event_over_1000"] = round(grown / sum(row[engine].events for row in long), 1)
    return result


def report(names: list[str], rows: list[Row]) -> dict[str, Any]:
    """All that is recorded: a few runs one by one as well."""
    each = {name: one_run(row) for name, row in zip(names, rows)} if len(rows) <= FEW else {}
    broken = [row for row in rows if any(one.failed for one in row.values())]
    rows = [row for row in rows if row not in broken]
    sets = subsets(rows)
    return {
        "left_out": len(broken),
        "hit_a_limit": len(rows) - len(sets["without_limit"]),
        "ratios": {
            f"{name}: {arm} / {beside}": {**found, "asked": asked}
            for name, arm, beside, asked in RATIOS
            if (found := {key: one for key, some in sets.items() if (one := ratio(some, name, arm, beside))})
        },
        "memory": memory(rows),
        "runs": {name: summary(some) for name, some in sets.items()},
        **({"each": each} if each else {}),
    }


def ms(seconds: float) -> float:
    """Milliseconds, to the microsecond."""
    return round(1000 * seconds, 3)
