"""Test the problem_ids and labels of the programs in a folder, and the warnings about them."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

import pytest

from statecode.errors import ConfigError, ProgramError
from statecode.programs.folder import load
from statecode.programs.folder_problems import ProblemIdWarning
from tests.support.program_folders import contest_tree, put


def test_regular_expressions_find_problems_and_labels(tmp_path: Path) -> None:
    programs = list(load(contest_tree(tmp_path), problem_from="^Code/(?P<problem>[^/]+)/", label_from="_(?P<label>[a-z]+)/"))
    assert Counter(program.problem_id for program in programs) == {f"p{number:03}": 3 for number in range(10)}
    assert Counter(program.label for program in programs) == {"accepted": 20, "wrong": 10}


def test_a_label_that_is_not_found_is_none(tmp_path: Path) -> None:
    put(tmp_path, {"good_1.py": "", "2.py": ""})
    assert [program.label for program in load(tmp_path, label_from="^(?P<label>[a-z]+)_")] == [None, "good"]


def test_a_path_without_problem_is_an_error(tmp_path: Path) -> None:
    put(contest_tree(tmp_path), {"notes/y.py": ""})
    with pytest.raises(ProgramError, match=r"finds no problem in the path notes/y\.py\. Change the regular expression"):
        list(load(tmp_path, problem_from="Code/(?P<problem>[^/]+)"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"problem_from": "("}, r"--problem-from '\(': not a regular expression: missing \)"),
        ({"problem_from": "Code/([^/]+)"}, r"no group \(\?P<problem>\.\.\.\), which finds the problem in a path"),
        ({"label_from": "(?P<problem>.)"}, r"no group \(\?P<label>"),
        ({"problem_from": "(?P<problem>.)", "problem_by": "top"}, "come from problem_by and from problem_from; use one"),
    ],
)
def test_invalid_options_are_refused(tmp_path: Path, options: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(contest_tree(tmp_path, 1, 1), **options)


def test_programs_with_a_problem_each_in_nested_folders_are_reported_with_a_remedy(tmp_path: Path) -> None:
    contest_tree(tmp_path)
    with pytest.warns(ProblemIdWarning) as found:
        assert len({program.problem_id for program in load(tmp_path)}) == 30
    assert str(found[0].message) == (
        "30 of 30 programs in nested folders have a problem_id of their own, such as 'Code/p000/Python/s0_accepted': programs of one "
        "problem may be in different splits. Name the part of the path that is the problem, as in --problem-from "
        "'^[^/]+/(?P<problem>[^/]+)/', which finds 10 problems; --dry-run prints the ids"
    )
    assert len({program.problem_id for program in load(tmp_path, problem_from="^[^/]+/(?P<problem>[^/]+)/")}) == 10


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [("Code/p001", ""), ("Code", "^(?P<problem>[^/]+)/, which finds 10 problems"), ("", "^([^/]+/){2}(?P<problem>")],
)
def test_the_suggestion_fits_the_depth_of_the_tree(tmp_path: Path, folder: str, pattern: str) -> None:
    contest_tree(tmp_path / "archive" if not folder else tmp_path)
    expected = ProblemIdWarning if pattern else None
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        list(load(tmp_path / folder))
    assert [one.category for one in found] == [expected] * bool(pattern)
    assert all(pattern in str(one.message).replace("'", "") for one in found)


@pytest.mark.parametrize(
    "options", [{"problem_by": "folder"}, {"problem_by": "file"}, {"problem_from": r"s(?P<problem>\d+)"}]
)
def test_ids_that_were_chosen_are_not_reported(tmp_path: Path, options: dict[str, str]) -> None:
    assert len({program.problem_id for program in load(contest_tree(tmp_path), **options)}) == 30


def test_small_and_flat_folders_are_not_reported(tmp_path: Path) -> None:
    assert len(list(load(contest_tree(tmp_path / "small", 4, 4)))) == 16
    put(tmp_path / "flat", {f"problem{number}/x.py": "" for number in range(50)})
    assert len(list(load(tmp_path / "flat"))) == 50


def test_labels_that_are_found_nowhere_are_reported(tmp_path: Path) -> None:
    with pytest.warns(ProblemIdWarning, match="--label-from '@.*finds no label in 4 paths; change the regular expression"):
        list(load(contest_tree(tmp_path, 2, 2), label_from="@(?P<label>.)"))
