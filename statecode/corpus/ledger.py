"""What each run cost: one JSON line per run, beside the shard that holds its row.

Times and memory differ from run to run, so they stand here and never in rows. The first line of `ledger/NAME.jsonl`
says how the shard's programs were kept from the machine; each line after it belongs to a row of `data/NAME.parquet`, in
order. A run that was tried again (`--retry`) keeps one line, with the attempts before it listed in `earlier`.
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

    def with_retry(self, entry: LedgerEntry) -> LedgerEntry:
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


def write_ledger(path: Path, entries: Iterable[LedgerEntry], isolation: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write a shard's ledger; `isolation` has what `Isolation.as_dict` gives, more than one after a retry elsewhere."""
    with path.open("w", encoding="ascii") as file:
        file.write(json.dumps({"isolation": list(isolation)}) + "\n")
        file.writelines(entry.line() for entry in entries)


def read_ledger(path: Path) -> list[LedgerEntry]:
    """Read a shard's ledger.

    Raises:
        CorpusError: it is missing or has a line that is no entry.
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
    """Give the states of the isolation in which a shard's programs ran; none where a version before it wrote them.

    Raises:
        CorpusError: the ledger is missing.
    """
    return _isolation_in(next(iter(_lines(path)), "")) or []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); {_FIX_HINT}") from None


def _isolation_in(line: str) -> list[dict[str, Any]] | None:
    """What a ledger's first line says, None where it is the line of a run."""
    try:
        found = json.loads(line)["isolation"]
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, list) else None


_FIX_HINT = "delete the shard's Parquet file and build again"
