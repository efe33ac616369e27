"""The ledger of a shard: the cost of each run, one JSON line per run, beside the Parquet file with the rows.

Time and memory differ from run to run, so they are recorded here and never in rows. The first line of
`ledger/NAME.jsonl` contains the isolation of the shard's programs, and the size and the checksum of
`data/NAME.parquet`; each further line belongs to a row of this file, in order. A run that was retried
(`--retry`) also has one line; its field `earlier` lists the attempts before the last one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from statecode.errors import CorpusError
from statecode.input_files import PROGRAM_BYTES, open_file, snapshot_root
from statecode.tracing.wire.event_columns import RecordedRun

_LINE_BYTES = PROGRAM_BYTES  # of a ledger
_BLOCK_BYTES = 2**20


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
        entry = cls(**which, last=Attempt(**fields), earlier=earlier)
        texts = (entry.program_id, entry.problem_id, *(attempt.status for attempt in (entry.last, *earlier)))
        numbers = [(attempt.events, attempt.wall_s, attempt.cpu_s, attempt.max_rss_bytes, attempt.attempts)
                   for attempt in (entry.last, *earlier)]
        if not all(isinstance(text, str) for text in texts) or not isinstance(entry.input_index, int):
            raise TypeError("an id or a status is no text, or the index of the input is no number")
        if not all(isinstance(number, (int, float)) for row in numbers for number in row):
            raise TypeError("a cost is no number")
        return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardFile:
    """The facts of a Parquet file from which its loss or damage follows."""

    rows: int
    bytes: int
    sha256: str  # in hex digits

    @classmethod
    def of(cls, file: BinaryIO, rows: int) -> ShardFile:
        """Return the facts of an open file."""
        return cls(rows=rows, bytes=os.fstat(file.fileno()).st_size, sha256=sha256(file))


def sha256(file: BinaryIO) -> str:
    """Return the SHA-256 of the rest of a file, in hex digits."""
    digest = hashlib.sha256()
    for block in iter(partial(file.read, _BLOCK_BYTES), b""):
        digest.update(block)
    return digest.hexdigest()


def entry_of(
    run: RecordedRun, *, wall_s: float, cpu_s: float, max_rss_bytes: int, attempts: int
) -> LedgerEntry:
    """Return the entry of a run that has just been traced. Times are rounded to microseconds."""
    head = run.head
    last = Attempt(
        status=head.status.value,
        events=len(run),
        wall_s=round(wall_s, 6),
        cpu_s=round(cpu_s, 6),
        max_rss_bytes=max_rss_bytes,
        attempts=attempts,
    )
    return LedgerEntry(
        program_id=head.program_id, problem_id=head.problem_id, input_index=head.input_index, last=last
    )


def write_ledger(
    path: Path, entries: Iterable[LedgerEntry], isolation: Sequence[Mapping[str, Any]] = (),
    file: ShardFile | None = None,
) -> None:
    """Write the ledger of a shard.

    Args:
        isolation: the results of `Isolation.as_dict`, one per isolation under which runs of the shard were executed;
            more than one if runs were retried under another isolation.
        file: facts of the Parquet file; None as in ledgers of older versions.
    """
    first = {"isolation": list(isolation), **({} if file is None else {"file": asdict(file)})}
    with path.open("w", encoding="ascii") as lines:
        lines.write(json.dumps(first) + "\n")
        lines.writelines(entry.line() for entry in entries)


def read_ledger(path: Path) -> list[LedgerEntry]:
    """Read the entries of a shard's ledger.

    Raises:
        CorpusError: the file is missing or has a line that is not an entry.
    """
    entries = []
    for number, line in enumerate(_lines(path), start=1):
        if number == 1 and _first_line(line):
            continue
        try:
            entries.append(LedgerEntry.parse(line))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise CorpusError(f"{path}:{number}: no ledger entry: {line[:80]!r}; {_FIX_HINT}") from None
    return entries


def read_isolation(path: Path) -> list[dict[str, Any]]:
    """Read the isolations under which a shard's programs ran.

    Returns:
        The results of `Isolation.as_dict`; an empty list for ledgers of schema version 1, which did not record them.

    Raises:
        CorpusError: the ledger is missing or cannot be read.
    """
    return list(_first_line(next(iter(_lines(path)), "")).get("isolation", ()))


def read_shard_file(path: Path) -> ShardFile | None:
    """Return the facts of a shard's Parquet file from its ledger; None if an older version wrote it.

    Raises:
        CorpusError: the ledger is missing or cannot be read.
    """
    first = _first_line(next(iter(_lines(path)), ""))
    try:
        return ShardFile(**first["file"]) if "file" in first else None
    except TypeError:
        raise CorpusError(f"{path}:1: no size and checksum of the shard; {_FIX_HINT}") from None


def _lines(path: Path) -> Iterator[str]:
    try:
        with open_file(path, snapshot_root(path.parent.parent)) as file:
            for line in iter(partial(file.readline, _LINE_BYTES), b""):
                yield line.decode("ascii").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not ASCII"
        raise CorpusError(f"{path}: cannot be read ({reason}); {_FIX_HINT}") from None


def _first_line(line: str) -> dict[str, Any]:
    """Return the first line of a ledger; an empty dict if the line is the entry of a run."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or not isinstance(found.get("isolation"), list):
        return {}
    return found if all(map(_is_isolation, found["isolation"])) else {}


def _is_isolation(state: Any) -> bool:
    """Return True if a value of a ledger, which may be hostile, is a result of `Isolation.as_dict`."""
    if not isinstance(state, dict) or not isinstance(state.get("mode"), str):
        return False
    layers, packages = state.get("layers"), state.get("packages", [])
    return isinstance(layers, dict) and isinstance(packages, list) and all(
        isinstance(text, str) for text in (*layers.values(), *packages)
    )


_FIX_HINT = "run the build again"
