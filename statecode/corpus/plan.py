"""From a stream of programs to shards: what there is, and which runs go into which file.

The programs are streamed twice, first to count and fingerprint them (`survey`), then to cut shards (`plan_shards`).
Neither holds more than a shard per split of them in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING

from statecode.corpus.splits import SplitRule, default_rule, rebalance
from statecode.errors import CorpusError
from statecode.records import Program
from statecode.text import well_formed

if TYPE_CHECKING:
    from statecode.tracing.sandbox.isolation import Isolation

RUNS_PER_SHARD = 256
SMALL_CORPUS = 20_000  # problems; above this no requested split of at least 0.1% can plausibly be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSource:
    """Programs that can be streamed more than once, always the same in the same order."""

    name: str                              # for the manifest and for messages: embedded, mbpp, a file's name
    open: Callable[[], Iterable[Program]]  # starts a new pass


@dataclass(frozen=True, slots=True)
class Run:
    """One program on one of its inputs."""

    program: Program
    input_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """The runs that one file holds, in the order of its rows."""

    split: str
    index: int  # of the split's shards, from 0
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """The file name without its ending."""
        return shard_name(self.split, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a source holds."""

    fingerprint: str  # hash over every field of every program, in order
    programs: int
    rule: SplitRule   # rebalanced: no requested split is empty where that can be helped
    problems: Counter[str] = field(default_factory=Counter)  # split → count
    runs: Counter[str] = field(default_factory=Counter)      # split → count

    @property
    def total_runs(self) -> int:
        """Rows that the corpus will have."""
        return sum(self.runs.values())

    @property
    def empty_splits(self) -> list[str]:
        """Splits that were asked for and get nothing."""
        return [split for split in self.rule.requested if not self.runs[split]]

    def shards(self, runs_per_shard: int) -> dict[str, int]:
        """The number of files of each split that is not empty."""
        return {split: -(-runs // runs_per_shard) for split, runs in self.runs.items() if runs}


def shard_name(split: str, index: int) -> str:
    """The name that a shard's files share, such as train-00000."""
    return f"{split}-{index:05d}"


def check_permitted(source: ProgramSource, isolation: Isolation) -> ProgramSource:
    """The same source; it raises IsolationError at the first program that must not run in `isolation`."""

    def programs() -> Iterator[Program]:
        for program in source.open():
            for input_index in range(len(program.inputs)):
                isolation.check(program, input_index)
            yield program

    return replace(source, open=programs)


def scan(source: ProgramSource, rule: SplitRule | None = None) -> Scan:
    """Stream the programs once and say what they are; without a rule, their number decides the fractions.

    Raises:
        CorpusError: there is no program, none with an input, or two share a program_id.
    """
    fingerprint = Fingerprint()
    first_seen: dict[bytes, int] = {}
    runs_of: Counter[str] = Counter()  # problem_id → runs
    for number, program in enumerate(source.open(), start=1):
        _check_unique(program, number, first_seen)
        fingerprint.add(program)
        runs_of[well_formed(program.problem_id)] += len(program.inputs)
    if not sum(runs_of.values()):
        raise CorpusError(f"{source.name}: no programs to run; give a source with at least one program and one input")
    rule = rule or default_rule(len(runs_of))
    adjusted = rebalance(rule, runs_of) if len(runs_of) <= SMALL_CORPUS else rule
    problems: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for problem_id, count in runs_of.items():
        split = adjusted.split_of(problem_id)
        problems[split] += 1
        runs[split] += count
    return Scan(
        fingerprint=fingerprint.hexdigest(), programs=len(first_seen), rule=adjusted, problems=problems, runs=runs
    )


def plan_shards(
    programs: Iterable[Program], rule: SplitRule, runs_per_shard: int = RUNS_PER_SHARD
) -> Iterator[ShardPlan]:
    """Cut the stream into shards of `runs_per_shard` runs of one split each; the last of a split may hold fewer.

    Lazy: at most one unfinished shard per split is in memory. The same programs give the same shards.
    """
    waiting: dict[str, list[Run]] = {}
    emitted: Counter[str] = Counter()
    for program in programs:
        split = rule.split_of(well_formed(program.problem_id))
        runs = waiting.setdefault(split, [])
        for input_index in range(len(program.inputs)):
            runs.append(Run(program, input_index))
            if len(runs) == runs_per_shard:
                yield ShardPlan(split=split, index=emitted[split], runs=tuple(runs))
                emitted[split] += 1
                runs.clear()
    for split, runs in waiting.items():
        if runs:
            yield ShardPlan(split=split, index=emitted[split], runs=tuple(runs))


class Fingerprint:
    """A running hash over programs; two streams with equal programs in equal order have equal ones."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, program: Program) -> None:
        """Take in one program, every field of it."""
        self._hash.update(json.dumps(astuple(program)).encode("ascii") + b"\n")

    def hexdigest(self) -> str:
        """The hash of what was added so far, as 32 hex digits."""
        return self._hash.hexdigest()[:32]


def _check_unique(program: Program, number: int, first_seen: dict[bytes, int]) -> None:
    key = hashlib.sha256(program.program_id.encode("utf-8", "surrogatepass")).digest()[:12]
    if key in first_seen:
        raise CorpusError(
            f"programs {first_seen[key]} and {number} of the source both have the program_id "
            f"{program.program_id!r}; give each program an id of its own"
        )
    first_seen[key] = number
