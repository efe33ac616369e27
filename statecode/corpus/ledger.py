"""The ledger of a shard: the cost of each run, one JSON line per run, beside the Parquet file with the rows.

Time and memory differ from run to run, so they are recorded here and never in rows. The first line of
`ledger/NAME.jsonl` contains the isolation of the shard's programs; each further line belongs to a row of
`data/NAME.parquet`, in order. A run that was retried (`--retry`) also has one line; its field `earlier` lists the
attempts before the last one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from statecode.errors import CorpusError
from statecode.records import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The status and the cost of tracing a run once. Each retry of the run is another `Attempt`."""

    status: str
    events: int         # number of recorded events
    wall_s: float
    cpu_s: float
    max_rss_bytes: int
    attempts: int       # starts of the run within this `Attempt`; more than 1 if a tracing process was replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """The entry of one run: its identity, the last attempt, and the attempts before it."""

    program_id: str
    problem_id: str
    input_index: int
    last: Attempt                      # the trace of this attempt is the row
    earlier: tuple[Attempt, ...] = ()  # oldest first

    def with_retry(self, entry: LedgerEntry) -> LedgerEntry:
        """Return this entry with the last attempt of `entry`, a retry of the same run, as its last attempt.

        The previous last attempt is appended to `earlier`.
        """
        return replace(self, last=entry.last, earlier=(*self.earlier, self.last))

    def line(self) -> str:
        """Return the entry as a JSON line, with the fields of the last attempt at the top level."""
        fields = {"program_id": self.program_id, "problem_id": self.problem_id, "input_index": self.input_index}
        earlier = [asdict(attempt) for attempt in self.earlier]
        return json.dumps({**fields, **asdict(self.last), **({"earlier": earlier} if earlier else {})}) + "\n"

    @classmethod
    def parse(cls, line: str) -> LedgerEntry:
        """Return the entry of a line that the method `line` returned.

        Raises:
            ValueError, TypeError, KeyError: the line is not an entry.
        """
        fields = json.loads(line)
        which = {name: fields.pop(name) for name in ("program_id", "problem_id", "input_index")}
        earlier = tuple(Attempt(**attempt) for attempt in fields.pop("earlier", ()))
        return cls(**which, last=Attempt(**fields), earlier=earlier)


def entry_of(
    trace: Trace, *, wall_s: float, cpu_s: float, max_rss_bytes: int, attempts: int
) -> LedgerEntry:
    """Return the entry of a run that has just been traced. Times are rounded to microseconds."""
    last = Attempt(
        status=trace.status.value,
        events=len(trace.events),
        wall_s=round(wall_s, 6),
        cpu_s=round(cpu_s, 6),
        max_rss_bytes=max_rss_bytes,
        attempts=attempts,
    )
    return LedgerEntry(
        program_id=trace.program_id, problem_id=trace.problem_id, input_index=trace.input_index, last=last
    )


def write_ledger(path: Path, entries: Iterable[LedgerEntry], isolation: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write the ledger of a shard.

    Args:
        isolation: the results of `Isolation.as_dict`, one per isolation under which runs of the shard were executed;
            more than one if runs were retried under another isolation.
    """
    with path.open("w", encoding="ascii") as file:
        file.write(json.dumps({"isolation": list(isolation)}) + "\n")
        file.writelines(entry.line() for entry in entries)


def read_ledger(path: Path) -> list[LedgerEntry]:
    """Read the entries of a shard's ledger.

    Raises:
        CorpusError: the file is missing or has a line that is not an entry.
    """
    entries = []
    for number, line in enumerate(_lines(path), start=1):
        if number == 1 and _isolation_in(line) is not None:
            continue
        try:
            entries.append(LedgerEntry.parse(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise CorpusError(f"{path}:{number}: no ledger entry: {line[:80]!r}; {_FIX_HINT}") from None
    return entries


def read_isolation(path: Path) -> list[dict[str, Any]]:
    """Read the isolations under which a shard's programs ran.

    Returns:
        The results of `Isolation.as_dict`; an empty list for ledgers of schema version 1, which did not record them.

    Raises:
        CorpusError: the ledger is missing or cannot be read.
    """
    return _isolation_in(next(iter(_lines(path)), "")) or []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); {_FIX_HINT}") from None


def _isolation_in(line: str) -> list[dict[str, Any]] | None:
    """Return the isolations in the first line of a ledger; None if the line is the entry of a run."""
    try:
        found = json.loads(line)["isolation"]
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, list) else None


_FIX_HINT = "delete the shard's Parquet file and build again"
