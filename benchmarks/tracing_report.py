"""Compute statistics of the measurements of benchmarks/tracing.py."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace
from typing import Any

QUANTITIES = ("execution", "child", "end_to_end")
LONG = 1_000  # a run with more events is in the set over_1000_events
FEW = 20      # a report on at most so many runs lists each of them
RATIOS = (    # quantity, arm, arm to compare with, target
    ("execution", "native", "settrace", "all, total <= 3"),
    ("child", "native", "bare", "all, median <= 1.15"),
    ("execution", "snoop", "native", "all, total >= 20; over_1000_events, total >= 30"),
    ("tracing", "snoop", "native", "as above, for the time that the tracer adds to the program"),
    ("tracing", "native", "settrace", None),
    ("end_to_end", "fresh", "native trusted", "all, median >= 60"),
    ("end_to_end", "fresh", "native full", "all, median >= 30"),
    ("end_to_end", "fresh", "untraced trusted", None),
    ("end_to_end", "fresh", "untraced full", None),
    ("end_to_end", "native trusted", "untraced trusted", None),
    ("end_to_end", "native full", "untraced full", None),
    ("end_to_end", "native-whole trusted", "native trusted", None),
    ("end_to_end", "snoop trusted", "native-whole trusted", None),
    *(("end_to_end", f"after {arm}", f"before {arm}", "all, median 0.95 to 1.05")
      for arm in ("native trusted", "native full", "snoop trusted", "snoop full")),
    *(("child", f"after {arm}", f"before {arm}", None)
      for arm in ("native trusted", "native full", "snoop trusted", "snoop full")),
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
class Measurement:
    """One run under one arm; times in seconds."""

    execution: float | None = None   # CPU time of the program's main thread; None if the arm does not measure it
    child: float | None = None       # wall time from fork to exit; None if the arm does not measure it
    end_to_end: float | None = None  # wall time of the whole call; None if the arm does not measure it
    events: int = 0                  # counted or recorded by the arm
    page_faults: int = 0             # during the execution
    limit: bool = False              # the run ended at a limit
    failed: bool = False             # the tracer failed, or the program does not compile
    channel_bytes: int = 0           # bytes of events on the channel
    text_bytes: int = 0              # UTF-8 bytes of the recorded values, which channel_bytes contains too
    peak_bytes: int = 0              # peak resident memory


Row = dict[str, Measurement]  # arm -> measurement of one run


def median_of_rounds(rounds: list[Measurement]) -> Measurement:
    """Return one measurement for all rounds.

    Its times are medians. Its `limit` is True if any round ended at a limit. All other fields are those of the last
    round.
    """
    times = {}
    for name in QUANTITIES:
        values = [value for one in rounds if (value := getattr(one, name)) is not None]
        times[name] = statistics.median(values) if values else None
    return replace(rounds[-1], **times, limit=any(one.limit for one in rounds))


def subsets(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the sets of runs that have statistics of their own, by name."""
    without = [row for row in rows if not any_limit(row)]
    return {
        "all": rows, "without_limit": without,
        "over_1000_events": [row for row in rows if events(row) > LONG],
        "over_1000_events_without_limit": [row for row in without if events(row) > LONG],
    }


def any_limit(row: Row) -> bool:
    """Return True if the run ended at a limit under any arm."""
    return any(one.limit for one in row.values())


def events(row: Row) -> int:
    """Return the number of events of the trace: the maximum over the arms that write to the channel."""
    return max(one.events for one in row.values() if one.channel_bytes)


def summary(rows: list[Row]) -> dict[str, Any]:
    """Return medians, means and totals in ms of each quantity and arm, and events per second."""
    result: dict[str, Any] = {"runs": len(rows), "events": sum(map(events, rows))}
    if not rows:
        return result
    for name in QUANTITIES:
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
    """Return for each arm its execution in ms, and the ns per event by which it exceeds the execution under `bare`."""
    bare = row["bare"].execution or 0.0
    return {
        arm: {
            "execution_ms": ms(one.execution), "events": one.events, "limit": one.limit,
            "ns_per_event": round(1e9 * (one.execution - bare) / one.events, 1) if one.events else None,
        }
        for arm, one in row.items() if one.execution is not None
    }


def ratio(rows: list[Row], name: str, arm: str, reference: str) -> dict[str, float] | None:
    """Return the ratios of a quantity under `arm` to the same quantity under `reference`.

    None is returned if there are no runs, or if one of the two arms was not measured.
    """
    if not rows or arm not in rows[0] or reference not in rows[0]:
        return None
    pairs = [(time_of(row, arm, name), time_of(row, reference, name)) for row in rows]
    each = [one / other for one, other in pairs if other > 0]  # "tracing" can be negative, because it is a difference
    total = sum(one for one, _ in pairs) / sum(other for _, other in pairs)
    ratios = {"total": total, "median": statistics.median(each), "mean": statistics.mean(each)}
    return {statistic: round(value, 3) for statistic, value in ratios.items()}


def time_of(row: Row, arm: str, name: str) -> float:
    """Return a quantity of one run in seconds; "tracing" is the execution minus the execution under `bare`."""
    if name == "tracing":
        return float(row[arm].execution or 0) - float(row["bare"].execution or 0)
    return float(getattr(row[arm], name))


def memory(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Return for each engine the bytes per event, without the texts of values.

    They are measured on the channel, and, for runs of more than LONG events, as peak memory beyond that under `bare`.
    """
    result: dict[str, dict[str, float]] = {}
    long = [row for row in rows if events(row) > LONG]
    for engine in [arm for arm in ("native", "snoop") if rows and arm in rows[0]]:
        counted = sum(row[engine].events for row in rows)
        bytes_without_values = sum(row[engine].channel_bytes - row[engine].text_bytes for row in rows)
        result[engine] = {"channel_bytes_per_event": round(bytes_without_values / counted, 1)}
        if long:
            grown = sum(row[engine].peak_bytes - row["bare"].peak_bytes - row[engine].text_bytes for row in long)
            result[engine]["peak_bytes_per_event_over_1000"] = round(grown / sum(row[engine].events for row in long), 1)
    return result


def report(names: list[str], rows: list[Row]) -> dict[str, Any]:
    """Return the whole result, which includes each single run if there are at most FEW runs."""
    each = {name: one_run(row) for name, row in zip(names, rows)} if len(rows) <= FEW else {}
    broken = [row for row in rows if any(one.failed for one in row.values())]
    rows = [row for row in rows if row not in broken]
    sets = subsets(rows)
    return {
        "left_out": len(broken),
        "hit_a_limit": len(rows) - len(sets["without_limit"]),
        "ratios": {
            f"{name}: {arm} / {reference}": {**found, "asked": target}
            for name, arm, reference, target in RATIOS
            if (found := {key: one for key, some in sets.items() if (one := ratio(some, name, arm, reference))})
        },
        "memory": memory(rows),
        "runs": {name: summary(some) for name, some in sets.items()},
        **({"each": each} if each else {}),
    }


def ms(seconds: float) -> float:
    """Convert seconds to milliseconds, rounded to microseconds."""
    return round(1000 * seconds, 3)
