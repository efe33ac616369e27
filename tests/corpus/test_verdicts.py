"""Test the verdict of a run: the rules of the comparison, several accepted outputs, and checkers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.corpus.build import build
from statecode.corpus.verdicts import OutputComparison
from statecode.errors import ConfigError, InputError
from statecode.programs import jsonl
from statecode.records import Program, Status
from tests.support.corpus_samples import SETTINGS, run_command, trace

SORTED = Program(
    program_id="sorted", problem_id="sorted", code="print(*sorted(map(int, input().split())))", inputs=("2 1", "1 1")
)


def verdict(stdout: str, *accepted: str, status: Status = Status.OK, **rules: Any) -> str | None:
    return OutputComparison(**rules).judge(trace(stdout=stdout, status=status), accepted).verdict


def has_the_numbers(stdin: str, stdout: str, expected: str | None) -> bool:
    return sorted(stdin.split()) == stdout.split()


def fails(stdin: str, stdout: str, expected: str | None) -> bool:
    raise ValueError("no number")


@pytest.mark.parametrize(
    ("stdout", "expected", "status", "found"),
    [
        ("7\n", "7", Status.OK, "correct"),
        ("7  \n\n", "7\n", Status.OK, "correct"),
        (" 7\n", "7\n", Status.OK, "wrong"),
        ("7\n\n8\n", "7\n8\n", Status.OK, "wrong"),
        ("7\n", "8\n", Status.OK, "wrong"),
        ("7\n", "7\n", Status.EXCEPTION, "correct"),
        ("7\n", "7\n", Status.TIMEOUT, "wrong"),
        ("7\n", "7\n", Status.TRACER_ERROR, "correct"),
        ("7\n", "8\n", Status.TRACER_LOST, "wrong"),
        ("7\n", "7\n", Status.EVENT_LIMIT, None),
        ("Yes\n", "YES\n", Status.OK, "wrong"),
        ("3.0\n", "3.000000\n", Status.OK, "wrong"),
    ],
)
def test_white_space_at_the_end_of_lines_is_ignored(stdout: str, expected: str, status: Status, found: str | None) -> None:
    assert verdict(stdout, expected, status=status) == found
    assert verdict(stdout, status=status) is None, "the expected output is unknown"


@pytest.mark.parametrize(
    ("stdout", "expected", "found"),
    [
        ("3.0", "3.000000", "correct"),
        ("3", "3.0", "correct"),
        ("-0.0", "0.0", "correct"),
        ("1e-3", "0.001", "correct"),
        ("[0.5, 0.25]", "[0.50, 0.25000001]", "correct"),
        ("0.333333", "0.3333333333", "correct"),
        ("1000000.5", "1000001.0", "correct"),              # relative to large numbers
        ("0.1", "0.2", "wrong"),
        ("3.0 4", "3.0", "wrong"),
        ("3.0\n4.0", "3.0", "wrong"),
        ("12345678901", "12345678902", "wrong"),            # whole numbers are exact
        ("x 1.0", "y 1.0", "wrong"),
        ("nan", "1.0", "wrong"),
        ("1" * 400 + ".5", "1.5", "wrong"),
        ("Yes 1.0", "yes 1.00", "wrong"),
    ],
)
def test_numbers_may_differ_by_the_tolerance(stdout: str, expected: str, found: str) -> None:
    assert verdict(stdout, expected, float_tolerance=1e-6) == found
    assert verdict(stdout.upper(), expected.lower(), float_tolerance=1e-6, ignore_case=True) == (
        "correct" if stdout.startswith("Yes") else found
    )


def test_a_tolerance_of_zero_compares_values() -> None:
    assert verdict("3.0", "3.00", float_tolerance=0.0) == "correct"
    assert verdict("3.0", "3.01", float_tolerance=0.0) == "wrong"


def test_the_row_has_the_accepted_output_that_was_printed() -> None:
    judged = OutputComparison().judge(trace(stdout="2 1\n", expected_output="1 2"), ("1 2", "2 1"))
    assert (judged.verdict, judged.expected_output) == ("correct", "2 1")
    judged = OutputComparison().judge(trace(stdout="3\n", expected_output="1 2"), ("1 2", "2 1"))
    assert (judged.verdict, judged.expected_output) == ("wrong", "1 2")


def test_a_checker_decides_alone() -> None:
    seen = []

    def checker(stdin: str, stdout: str, expected: str | None) -> bool | None:
        seen.append((stdin, stdout, expected))
        return {"good": True, "bad": False}.get(stdout)

    assert [verdict(text, checker=checker) for text in ("good", "bad", "other")] == ["correct", "wrong", None]
    assert verdict("bad", "x", "y", checker=checker) == "wrong"
    assert verdict("good", checker=checker, status=Status.TIMEOUT) == "wrong"
    assert verdict("good", checker=checker, status=Status.EVENT_LIMIT) is None
    assert seen == [("", "good", None), ("", "bad", None), ("", "other", None), ("", "bad", "x"), ("", "bad", "y")]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"float_tolerance": -1.0}, "the float tolerance must be a number from 0; got -1.0"),
        ({"float_tolerance": float("nan")}, "the float tolerance must be a number from 0; got nan"),
        ({"checker": "equal"}, "the checker must be a function of stdin, stdout and expected output; got 'equal'"),
        ({"checker": fails, "ignore_case": True}, "a checker compares the output itself; leave out the float tolerance .*"),
    ],
)
def test_invalid_rules_are_refused(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        OutputComparison(**rules)


@pytest.mark.parametrize(
    ("checker", "message"),
    [
        (fails, "the checker raised ValueError for p, input 0: no number"),
        (lambda *texts: 1, "the checker returned 1 for p, input 0; expected True, False or None"),
    ],
)
def test_a_checker_that_fails_is_an_error_of_the_user(checker: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        verdict("7", "7", checker=checker)


def test_a_build_calls_the_checker_and_its_name_is_a_setting(tmp_path: Path) -> None:
    report = build([SORTED], tmp_path / "corpus", checker=has_the_numbers, **SETTINGS)  # type: ignore[arg-type]
    assert [row.verdict for row in statecode.read(tmp_path / "corpus")] == ["correct", "correct"]
    assert report.manifest.settings["checker"] == "tests.corpus.test_verdicts.has_the_numbers"


@pytest.mark.parametrize(
    ("checker", "message"),
    [
        (fails, "the checker raised ValueError for sorted, input 0: no number"),
        (lambda *texts: True, "the checker cannot be sent to the workers of a build (Can't"),
    ],
)
def test_a_build_stops_if_the_checker_fails(tmp_path: Path, checker: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}"):
        build([SORTED], tmp_path / "corpus", checker=checker, **SETTINGS)  # type: ignore[arg-type]


def test_the_command_has_the_rules_and_a_file_several_outputs(tmp_path: Path) -> None:
    programs = [
        Program(program_id="float", problem_id="a", code="print(1 / 4, 'YES')", expected_outputs=("0.2500 Yes",)),
        Program(program_id="any", problem_id="a", code="print(2)", expected_outputs=(("1", "2"),)),
    ]
    jsonl.write(tmp_path / "p.jsonl", programs)
    assert list(jsonl.load(tmp_path / "p.jsonl")) == [
        Program(**{**{name: getattr(each, name) for name in Program.__slots__}, "origin": "p.jsonl"}) for each in programs
    ]
    arguments = ["build", "--programs", tmp_path / "p.jsonl", "--out", tmp_path / "out", "--workers", 1, "--quiet"]
    done = run_command(*arguments, "--float-tolerance", "1e-6", "--ignore-case")
    assert done.returncode == 0
    rows = {row.program_id: (row.verdict, row.expected_output) for row in statecode.read(tmp_path / "out")}
    assert rows == {"float": ("correct", "0.2500 Yes"), "any": ("correct", "2")}
    done = run_command(*arguments)
    assert done.returncode == 2 and "its float tolerance is 1e-06, yours None" in done.stderr
