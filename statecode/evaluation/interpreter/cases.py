"""The cases of the interpreter evaluation: real runs whose traces a model has to write, from corpora and new runs."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from statecode.corpus.reader import read
from statecode.dataset.source import EMBEDDED_CORPUS
from statecode.errors import CorpusError, ProgramError
from statecode.evaluation.interpreter.program_features import features_of
from statecode.evaluation.interpreter.short_programs import short_programs
from statecode.input_files import read_named
from statecode.programs import load_programs
from statecode.programs.source_text import decode_source
from statecode.progress import progress_bar
from statecode.records import Program, Status, Trace
from statecode.tracing.options import RunOptions
from statecode.tracing.runner import SandboxRunner

HELD_OUT = "held-out"
SHORT = "short"
HELD_OUT_SPLIT = "test"
GENERATED_SEED = 1_000_003
"""Seed of `generated:N` in evaluations, so that the programs are not those that a model was trained on by default."""
_USED = (Status.OK, Status.EXCEPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCase:
    """One real run that a model has to reproduce."""

    name: str                # see `name_of_run`; unique in an evaluation
    trace: Trace             # the real run
    features: frozenset[str]  # of the program, see `program_features`


def name_of_run(program_id: str, input_index: int = 0) -> str:
    """Return the name of the run of a program on one of its inputs."""
    return f"{program_id}#{input_index}"


def case_of(trace: Trace) -> RunCase:
    """Return the case of a real run."""
    return RunCase(name=name_of_run(trace.program_id, trace.input_index), trace=trace, features=features_of(trace.code))


def held_out_cases(folder: Path | None, programs: int, seed: int, skipped: Counter[str]) -> list[RunCase]:
    """Return one run of each of `programs` random programs in the test split of a corpus.

    Args:
        folder: a corpus folder; None: the corpus that is part of statecode.
        seed: seed of the random choice.
        skipped: receives the number of runs that are not used, by status: the run was stopped, or the program does not
            compile. Runs that depend on the hash seed or on threads count as `not deterministic`.

    Raises:
        CorpusError: the folder is not a corpus, or no run of its test split can be used.
    """
    by_program: dict[str, list[Trace]] = {}
    for trace in usable(read(folder or EMBEDDED_CORPUS, HELD_OUT_SPLIT), skipped):
        by_program.setdefault(trace.program_id, []).append(trace)
    if not by_program:
        raise CorpusError(f"{folder or 'embedded'}: no run of the split {HELD_OUT_SPLIT} can be used ({dict(skipped)})")
    chance = random.Random(seed)
    names = chance.sample(sorted(by_program), min(programs, len(by_program)))
    return [case_of(chance.choice(by_program[name])) for name in names]


def source_cases(
    source: str, programs: int, options: RunOptions, skipped: Counter[str], **source_options: Any
) -> list[RunCase]:
    """Run the first `programs` programs of a source on their first input, and return the runs.

    Args:
        source: a source of `statecode.programs.load_programs`.
        skipped: as in `held_out_cases`.
        source_options: options of the source. `generated:N` has the seed GENERATED_SEED by default.

    Raises:
        ProgramError: the source does not exist, or none of its runs can be used.
        IsolationError: the programs are untrusted and this machine cannot isolate them.
    """
    if source.startswith("generated:"):
        source_options = {"generated_seed": GENERATED_SEED, **source_options}
    return run_cases(islice(load_programs(source, **source_options), programs), source, options, skipped)


def short_cases(count: int, options: RunOptions, skipped: Counter[str]) -> list[RunCase]:
    """Run the first `count` programs of `short_programs`, and return the runs.

    Raises:
        IsolationError: see `source_cases`.
    """
    return run_cases(short_programs(count), SHORT, options, skipped)


def program_case(path: Path, stdin: str, options: RunOptions, skipped: Counter[str]) -> list[RunCase]:
    """Run the program in a file on one input, and return the run.

    Raises:
        ProgramError: the file cannot be read, or the run cannot be used.
        IsolationError: see `source_cases`.
    """
    try:
        code = decode_source(read_named(path))
    except OSError as error:
        raise ProgramError(f"{path}: cannot be read: {error.strerror}") from None
    program = Program(program_id=path.stem, problem_id=path.stem, code=code, inputs=(stdin,))
    return run_cases([program], str(path), options, skipped)


def run_cases(
    programs: Iterable[Program], source: str, options: RunOptions, skipped: Counter[str]
) -> list[RunCase]:
    """Run programs on their first input, and return the runs that can be used.

    Args:
        source: their origin, for messages.
        skipped: as in `held_out_cases`.

    Raises:
        ProgramError: no run can be used.
        IsolationError: see `source_cases`.
    """
    with SandboxRunner(options) as runner:
        traces = (runner.run(program).trace for program in progress_bar(programs, "tracing", "programs"))
        cases = [case_of(trace) for trace in usable(traces, skipped)]
    if not cases:
        raise ProgramError(f"{source}: no run can be used (status of the runs: {dict(skipped) or 'no program'})")
    return cases


def usable(traces: Iterable[Trace], skipped: Counter[str]) -> Iterator[Trace]:
    """Yield the traces that a model can be expected to write: complete and deterministic ones; count the others."""
    for trace in traces:
        if trace.status not in _USED or trace.truncation is not None:
            skipped[trace.status.value] += 1
        elif not trace.deterministic:
            skipped["not deterministic"] += 1
        else:
            yield trace
