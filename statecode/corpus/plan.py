"""Plan a corpus: count the programs of a source and divide their runs into shards.

The programs are streamed twice: `scan` counts them and computes a fingerprint, then `plan_shards` yields shards. At
most one unfinished shard per split is in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field, fields, replace
from typing import TYPE_CHECKING

from statecode import left_out
from statecode.corpus.problems import ProblemCounts
from statecode.corpus.splits import SplitRule, default_rule, rebalance
from statecode.errors import CorpusError
from statecode.records import Program
from statecode.text import well_formed

if TYPE_CHECKING:
    from statecode.tracing.options import RunOptions
    from statecode.tracing.sandbox.isolation import Isolation

RUNS_PER_SHARD = 256
SMALL_CORPUS = 20_000  # problems; a corpus with more is not rebalanced, because no split is likely to be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStream:
    """Programs that can be streamed more than once; each pass yields the same programs in the same order."""

    name: str                              # for the manifest and for messages: embedded, mbpp, a file name
    open: Callable[[], Iterable[Program]]  # starts a new pass


@dataclass(frozen=True, slots=True)
class Run:
    """One program on one of its inputs."""

    program: Program
    input_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """The runs of one shard, in the order of its rows."""

    split: str
    index: int  # of the shard within its split, from 0
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """Return the file name of the shard without its suffix."""
        return shard_name(self.split, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The counts, the fingerprint and the splits of a source."""

    fingerprint: str  # hash over every field of every program, in order
    programs: int
    rule: SplitRule   # already rebalanced: as few empty splits as the number of problems allows
    problems: Counter[str] = field(default_factory=Counter)  # split → number of problems
    runs: Counter[str] = field(default_factory=Counter)      # split → number of runs
    counts: ProblemCounts = field(default_factory=ProblemCounts)
    left_out: Mapping[str, int] = field(default_factory=dict)  # reason → files that the source left out

    @property
    def total_runs(self) -> int:
        """Return the number of rows that the corpus will have."""
        return sum(self.runs.values())

    @property
    def empty_splits(self) -> list[str]:
        """Return the requested splits without runs."""
        return [split for split in self.rule.requested if not self.runs[split]]

    def shards(self, runs_per_shard: int) -> dict[str, int]:
        """Return the number of shards of each split that is not empty."""
        return {split: -(-runs // runs_per_shard) for split, runs in self.runs.items() if runs}


def shard_name(split: str, index: int) -> str:
    """Return the common name of a shard's files, such as train-00000."""
    return f"{split}-{index:05d}"


def with_program_check(source: ProgramStream, options: RunOptions, isolation: Isolation) -> ProgramStream:
    """Return a source of the same programs that checks each of them during iteration.

    The iteration raises IsolationError at the first program that must not run with `isolation`, and ConfigError at the
    first program whose language is not that of the engine in `options`.
    """

    def programs() -> Iterator[Program]:
        for program in source.open():
            options.check_language(program)
            for input_index in range(len(program.inputs)):
                isolation.check(program, input_index, options.finds_files(program))
            yield program

    return replace(source, open=programs)


def scan(source: ProgramStream, rule: SplitRule | None = None) -> Scan:
    """Stream the programs once and return their counts, fingerprint and splits.

    Args:
        rule: by default the rule that `default_rule` returns for the number of problems.

    Raises:
        CorpusError: there is no program, no program has an input, or two programs have the same program_id.
    """
    fingerprint = Fingerprint()
    first_seen: dict[bytes, int] = {}
    counts = ProblemCounts()
    with left_out.counted() as files:
        for number, program in enumerate(source.open(), start=1):
            _check_unique(program, number, first_seen)
            fingerprint.add(program)
            counts.add(program)
    runs_of = counts.runs
    if not sum(runs_of.values()):
        raise CorpusError(f"{source.name}: no programs to run; pass a source with at least one program and one input")
    rule = rule or default_rule(len(runs_of))
    adjusted = rebalance(rule, runs_of) if len(runs_of) <= SMALL_CORPUS else rule
    problems: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for problem_id, count in runs_of.items():
        split = adjusted.split_of(problem_id)
        problems[split] += 1
        runs[split] += count
    return Scan(
        fingerprint=fingerprint.hexdigest(), programs=len(first_seen), rule=adjusted, problems=problems, runs=runs,
        counts=counts, left_out=files,
    )


def plan_shards(
    programs: Iterable[Program], rule: SplitRule, runs_per_shard: int = RUNS_PER_SHARD
) -> Iterator[ShardPlan]:
    """Yield the plan of each shard: `runs_per_shard` runs of one split, or fewer in the last shard of a split.

    The programs are consumed lazily: at most one unfinished shard per split is in memory. The same programs result in
    the same shards.
    """
    unfinished: dict[str, list[Run]] = {}  # split → runs of the next shard
    emitted: Counter[str] = Counter()
    for program in programs:
        split = rule.split_of(well_formed(program.problem_id))
        runs = unfinished.setdefault(split, [])
        for input_index in range(len(program.inputs)):
            runs.append(Run(program, input_index))
            if len(runs) == runs_per_shard:
                yield ShardPlan(split=split, index=emitted[split], runs=tuple(runs))
                emitted[split] += 1
                runs.clear()
    for split, runs in unfinished.items():
        if runs:
            yield ShardPlan(split=split, index=emitted[split], runs=tuple(runs))


_FIRST_FIELDS = 9  # of the first version of `Program`, up to `url`


class Fingerprint:
    """A running hash over programs. It is equal for streams of equal programs in the same order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, program: Program) -> None:
        """Update the hash with every field of a program.

        Newer fields count only if they differ from their defaults, so that a new field changes no fingerprint.
        `own_text` does not count: it changes no row.
        """
        values = list(astuple(program))
        newer = zip(fields(program)[_FIRST_FIELDS:], values[_FIRST_FIELDS:])
        stated = [[field.name, value] for field, value in newer
                  if value != field.default and field.name != "own_text"]
        self._hash.update(json.dumps(values[:_FIRST_FIELDS] + stated).encode("ascii") + b"\n")

    def hexdigest(self) -> str:
        """Return the hash of the programs added so far, as 32 hex digits."""
        return self._hash.hexdigest()[:32]


def _check_unique(program: Program, number: int, first_seen: dict[bytes, int]) -> None:
    """Raise CorpusError if an earlier program has the same id. `first_seen` maps digests of ids to program numbers."""
    key = hashlib.sha256(program.program_id.encode("utf-8", "surrogatepass")).digest()[:12]
    if key in first_seen:
        raise CorpusError(
            f"programs {first_seen[key]} and {number} of the source both have the program_id "
            f"{program.program_id!r}; ids must be unique, rename one of them"
        )
    first_seen[key] = number
