"""Test the short programs: they run, are short and different, and no generated program equals one of them."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from statecode.corpus.duplicates import normalised_digest
from statecode.evaluation.interpreter.cases import short_cases
from statecode.evaluation.interpreter.short_programs import TEMPLATES, short_programs
from statecode.programs import load_programs
from statecode.tracing.options import RunOptions


def test_the_programs_are_the_same_for_a_seed_and_have_no_open_places() -> None:
    programs = list(short_programs(240))
    assert programs == list(short_programs(240)) and programs[:60] == list(short_programs(60))
    assert programs != list(short_programs(240, seed=1))
    assert len({(program.code, program.inputs) for program in programs}) == 240
    assert all("|" not in program.code and ".." not in program.code for program in programs)
    assert min(Counter(program.problem_id for program in programs).values()) >= 4
    assert len({program.problem_id for program in programs}) == len(TEMPLATES)


def test_the_runs_are_short_and_print_something() -> None:
    skipped: Counter[str] = Counter()
    cases = short_cases(120, RunOptions(), skipped)
    assert len(cases) == 120 and not skipped
    assert all(case.trace.status.value == "ok" and case.trace.stdout for case in cases)
    assert max(len(case.trace.events) for case in cases) <= 40
    # computed by hand
    change = next(case for case in cases if case.trace.code.startswith("total = "))
    total, each = (int(line.split(" = ")[1]) for line in change.trace.code.splitlines()[:2])
    assert change.trace.stdout == f"{total // each}\n{total % each}\n"


def test_no_generated_program_is_one_of_them() -> None:
    ours = {normalised_digest(program.code) for program in short_programs(240)}
    generated = islice(load_programs("generated:3000", generated_levels="1-4"), 3000)
    assert ours.isdisjoint(normalised_digest(program.code) for program in generated)
