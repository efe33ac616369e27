"""What each run cost: one JSON line per run, beside the shard that holds its row.

Times and memory differ from run to run, so they stand here and never in rows. Line k of `ledger/NAME.jsonl`
belongs to row k of `data/NAME.parquet`; a run that was tried again (`--retry`) keeps one line, with the attempts
before it listed in `earlier`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from statecode.errors import CorpusError
from statecode.records import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one run ended and what it took."""

    status: str
    events: int         # recorded
    wall_s: float
    cpu_s: float
    max_rss_bytes: int
    attempts: int       # starts that the tracer needed: more than 1 where its process had to be replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One run: which it is, how it went, how it went before."""

    program_id: str
    problem_id: str
    input_index: int
    last: Attempt                      # the one whose trace stands in the row
    earlier: tuple[Attempt, ...] = ()  # oldest first

    def again(self, entry: LedgerEntry) -> LedgerEntry:
        """The entry after the same run was tried once more, with the outcome in `entry`."""
        return replace(self, last=entry.last, earlier=(*self.earlier, self.last))

    def line(self) -> str:
        """The JSON line, with the last attempt's fields at top level."""
        fields = {"program_id": self.program_id, "problem_id": self.problem_id, "input_index": self.input_index}
        earlier = [asdict(attempt) for attempt in self.earlier]
        return json.dumps({**fields, **asdict(self.last), **({"earlier": earlier} if earlier else {})}) + "\n"

    @classmethod
    def parse(cls, line: str) -> LedgerEntry:
        """Read what `line` wrote.

        Raises:
            ValueError, TypeError, KeyError: it is something else.
        """
        fields = json.loads(line)
        which = {name: fields.pop(name) for name in ("program_id", "problem_id", "input_index")}
        earlier = tuple(Attempt(**attempt) for attempt in fields.pop("earlier", ()))
        return cls(**which, last=Attempt(**fields), earlier=earlier)


def entry_of(
    trace: Trace, *, wall_s: float, cpu_s: float, max_rss_bytes: int, attempts: int
) -> LedgerEntry:
    """The entry of a run that has just been traced. Times are kept to the microsecond."""
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


def write_ledger(path: Path, entries: Iterable[LedgerEntry]) -> None:
    """Write a shard's ledger."""
    with path.open("w", encoding="ascii") as file:
        file.writelines(entry.line() for entry in entries)


def read_ledger(path: Path) -> list[LedgerEntry]:
    """Read a shard's ledger.

    Raises:
        CorpusError: it is missing or has a line that is no entry.
    """
    entries = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); {_REMEDY}") from None
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(LedgerEntry.parse(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise CorpusError(f"{path}:{number}: no ledger entry: {line[:80]!r}; {_REMEDY}") from None
    return entries


_REMEDY = "delete the shard's Parquet file and build again"
