"""Test the choice of the runs that a model has to write."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

import statecode
from statecode.errors import CorpusError, ProgramError
from statecode.evaluation.interpreter.cases import EMBEDDED_CORPUS, held_out_cases, program_case, source_cases, usable
from statecode.programs import load_programs
from statecode.tracing.options import RunOptions


def test_held_out_runs_are_those_of_the_test_split() -> None:
    skipped: Counter[str] = Counter()
    cases = held_out_cases(None, 20, 3, skipped)
    assert len({case.trace.program_id for case in cases}) == len(cases) == 20
    real = {trace.program_id: trace for trace in statecode.read(EMBEDDED_CORPUS, "test")}
    others = {trace.problem_id for trace in statecode.read(EMBEDDED_CORPUS, "train")}
    assert all(case.trace.program_id in real and case.trace.problem_id not in others for case in cases)
    assert [case.name for case in cases] == [case.name for case in held_out_cases(None, 20, 3, Counter())]
    assert [case.name for case in cases] != [case.name for case in held_out_cases(None, 20, 4, Counter())]


def test_generated_programs_have_another_seed_than_training() -> None:
    cases = source_cases("generated:5", 10, RunOptions(), Counter())
    assert len(cases) == 5
    trained = {program.code for program in islice(load_programs("generated:200"), 200)}
    assert trained.isdisjoint(case.trace.code for case in cases)
    same = source_cases("generated:5", 2, RunOptions(), Counter(), generated_seed=0)
    assert len(same) == 2 and all(case.trace.code in trained for case in same)


def test_one_program(tmp_path: Path) -> None:
    path = tmp_path / "twice.py"
    path.write_text("for i in range(2):\n    print(input())\n")
    case, = program_case(path, "a\nb\n", RunOptions(), Counter())
    assert (case.name, case.trace.stdout, case.features) == ("twice#0", "a\nb\n", {"loops"})


def test_runs_that_were_stopped_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "endless.py"
    path.write_text("while True:\n    pass\n")
    skipped: Counter[str] = Counter()
    with pytest.raises(ProgramError, match=r"endless.py: no run can be used \(status of the runs: {'event_limit': 1}\)"):
        program_case(path, "", RunOptions(), skipped)
    trace = statecode.trace("x = 1\n")
    assert list(usable([trace, replace(trace, deterministic=False)], skipped)) == [trace]
    assert skipped == {"event_limit": 1, "not deterministic": 1}


def test_faults_are_reported(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        held_out_cases(tmp_path, 3, 0, Counter())
    with pytest.raises(ProgramError, match="missing.py: cannot be read"):
        program_case(tmp_path / "missing.py", "", RunOptions(), Counter())
