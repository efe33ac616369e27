"""Test programs from MBPP and MBPP+, with the real data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ConfigError, ProgramError
from statecode.programs import load_programs, mbpp
from statecode.programs.mbpp_asserts import calls_of, names_defined
from statecode.records import Program
from statecode.source_tree import parse
from tests.support.parquet_files import as_parquet
from tests.support.paths import SUPPORT


@pytest.fixture(scope="module")
def plus_programs(plus_folder: Path) -> dict[str, Program]:
    return {program.program_id: program for program in mbpp.load_plus(plus_folder)}


def outputs_of(programs: Iterable[Program], hash_seed: int = 0) -> dict[str, str | None]:
    """Return the output of each program by id, None if it fails; all programs run in one interpreter."""
    done = subprocess.run(
        [sys.executable, SUPPORT / "run_programs.py"], text=True, capture_output=True, check=True,
        input=json.dumps([[program.program_id, program.code] for program in programs]),
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    )
    return json.loads(done.stdout)


def task_of(program: Program) -> int:
    return int(program.problem_id.removeprefix("mbpp/"))


def test_mbpp_has_three_programs_for_each_task(programs: dict[str, Program]) -> None:
    assert len(programs) == 974 * 3
    assert list(programs) == [f"mbpp/{task}/{number}" for task in range(1, 975) for number in range(3)]
    assert {program.problem_id for program in programs.values()} == {f"mbpp/{task}" for task in range(1, 975)}
    assert {(program.license, program.origin, program.label, program.inputs) for program in programs.values()} == {
        ("CC-BY-4.0", "mbpp", "correct", ("",))
    }


def test_mbpp_plus_has_a_program_for_each_input_and_shares_the_problems(
    programs: dict[str, Program], plus_programs: dict[str, Program]
) -> None:
    assert len(plus_programs) == 41_015
    problems = {program.problem_id for program in plus_programs.values()}
    assert len(problems) == 378
    assert problems < {program.problem_id for program in programs.values()}
    assert {(program.license, program.origin) for program in plus_programs.values()} == {("Apache-2.0", "mbppplus")}
    assert "mbppplus/2/0" in plus_programs


def test_every_program_compiles(programs: dict[str, Program], plus_programs: dict[str, Program]) -> None:
    for program in [*programs.values(), *plus_programs.values()]:
        parse(program.code)


def test_the_driver_line_has_the_arguments_of_the_assert(programs: dict[str, Program]) -> None:
    def driver(program_id: str) -> str:
        return programs[program_id].code.splitlines()[-1]

    assert driver("mbpp/2/0") == "print(repr(similar_elements((3, 4, 5, 6),(5, 7, 4, 10))))"
    assert driver("mbpp/486/0") == "print(repr(binomial_probability(10, 5, 1.0/3)))"
    assert driver("mbpp/533/1") == 'print(repr(remove_datatype((7, 8, 9, "SR"), str)))'
    assert driver("mbpp/912/0") == "print(repr(int(lobb_num(5, 3))))"
    assert driver("mbpp/927/1") == "print(repr(max_height(root1)))"
    assert driver("mbpp/601/0").startswith("print(repr(max_chain_length([Pair(5, 24), ")
    assert driver("mbpp/596/0") == 'print(repr(tuple_size(("A", 1, "B", 2, "C", 3) )))'


def test_code_and_set_up_keep_their_bytes(programs: dict[str, Program], mbpp_rows: list[dict[str, Any]]) -> None:
    for row in mbpp_rows:
        code = programs[f"mbpp/{row['task_id']}/0"].code
        assert code.startswith(row["code"])
        assert row["test_setup_code"] in code[len(row["code"]):]
    crlf = [program for program in programs.values() if "\r\n" in program.code]
    assert len(crlf) > 2_500
    assert all(program.code.endswith("\r\n") for program in crlf)


def test_most_programs_have_expected_outputs(programs: dict[str, Program], plus_programs: dict[str, Program]) -> None:
    assert programs["mbpp/2/0"].expected_outputs == ("(4, 5)\n",)
    assert programs["mbpp/14/0"].expected_outputs is None         # 240.0 == 240
    assert programs["mbpp/88/0"].expected_outputs is None         # a Counter equals a dict
    assert programs["mbpp/596/0"].expected_outputs is None        # sys.getsizeof differs between Pythons
    assert sum(program.expected_outputs is not None for program in programs.values()) == 2_739
    assert sum(program.expected_outputs is not None for program in plus_programs.values()) == 1_021


def test_calls_per_problem_limits_to_the_first_calls(
    mbpp_folder: Path, plus_folder: Path, plus_programs: dict[str, Program]
) -> None:
    assert len(list(mbpp.load(mbpp_folder, calls_per_problem=1))) == 974
    few = list(load_programs("mbppplus", mbppplus_path=plus_folder, calls_per_problem=5))
    assert Counter(Counter(program.problem_id for program in few).values())[5] > 370
    assert all(plus_programs[program.program_id] == program for program in few)
    with pytest.raises(ConfigError, match="calls_per_problem must be at least 1; got 0"):
        mbpp.load(mbpp_folder, calls_per_problem=0)


# Outputs of the programs


def in_a_fresh_interpreter(program: Program, folder: Path) -> str:
    path = folder / "program.py"
    path.write_bytes(program.code.encode())
    command = [sys.executable, "-I", "-W", "ignore", path]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_sample_prints_what_is_expected_in_fresh_interpreters(
    programs: dict[str, Program], plus_programs: dict[str, Program], tmp_path: Path
) -> None:
    known = [program for program in [*programs.values(), *plus_programs.values()] if program.expected_outputs]
    sample = known[::80]
    assert len(sample) > 40
    for program in sample:
        assert (in_a_fresh_interpreter(program, tmp_path),) == program.expected_outputs, program.program_id


@pytest.mark.one_python
@pytest.mark.parametrize("hash_seed", [0, 7])
def test_every_mbpp_program_prints_what_is_expected(programs: dict[str, Program], hash_seed: int) -> None:
    outputs = outputs_of(programs.values(), hash_seed)
    known = {name: program.expected_outputs[0] for name, program in programs.items() if program.expected_outputs}
    assert {name: outputs[name] for name in known if outputs[name] != known[name]} == {}
    assert [name for name, output in outputs.items() if output is None] == []


@pytest.mark.one_python
def test_the_first_calls_of_mbpp_plus_run_and_print_what_is_expected(plus_folder: Path) -> None:
    programs = {program.program_id: program for program in mbpp.load_plus(plus_folder, calls_per_problem=12)}
    outputs = outputs_of(programs.values())
    known = {name: program.expected_outputs[0] for name, program in programs.items() if program.expected_outputs}
    assert len(known) == 1_021
    assert {name: outputs[name] for name in known if outputs[name] != known[name]} == {}
    assert [name for name, output in outputs.items() if output is None] == []


@pytest.mark.one_python
def test_every_reference_solution_passes_its_asserts(
    mbpp_rows: list[dict[str, Any]], plus_rows: list[dict[str, Any]]
) -> None:
    """Check that the asserts hold, since the expected outputs follow from them; some of them need these imports."""
    def with_asserts(name: str, *parts: str) -> Program:
        return Program(program_id=name, problem_id=name, code="\n".join(("import math, sys", *parts)))

    tests = [
        with_asserts(f"mbpp/{row['task_id']}", row["code"], row["test_setup_code"], *row["test_list"]) for row in mbpp_rows
    ]
    tests += [with_asserts(row["task_id"], row["canonical_solution"], row["assertion"]) for row in plus_rows]
    assert [name for name, output in outputs_of(tests).items() if output is None] == []


@pytest.mark.one_python
def test_each_task_of_the_table_has_another_number_type(
    mbpp_rows: list[dict[str, Any]], plus_rows: list[dict[str, Any]]
) -> None:
    """Check that each task of the table belongs there. The tests above fail if a task is missing."""
    expected, called = {}, []
    rows = [(row["task_id"], row["code"], row["test_list"]) for row in mbpp_rows]
    rows += [(int(row["task_id"][5:]), row["canonical_solution"], [row["assertion"]]) for row in plus_rows]
    for number, (task, code, tests) in enumerate(rows):
        calls = [call for test in tests for call in calls_of(test.strip(), names_defined(code))]
        for index, call in enumerate(calls if task in mbpp.OTHER_NUMBER_TYPE else []):
            name = f"{task}/{number}/{index}"
            expected[name] = f"{call.expected}\n"
            source = f"{code}\nprint(repr({call.expression}))\n"
            called.append(Program(program_id=name, problem_id=name, code=source))
    outputs = outputs_of(called)
    differing = {int(name.split("/")[0]) for name in expected if outputs[name] != expected[name]}
    assert differing == mbpp.OTHER_NUMBER_TYPE


def test_a_program_that_prints_by_itself_has_no_expected_output(tmp_path: Path) -> None:
    row = {"task_id": 1, "code": "def f(x):\n    print(x)\n    return 1", "test_list": ["assert f(2) == 1"]}
    (tmp_path / "mbpp.jsonl").write_text(json.dumps(row))
    (program,) = mbpp.load(tmp_path)
    assert program.expected_outputs is None
    assert program.code == row["code"] + "\nprint(repr(f(2)))\n"  # type: ignore[operator]


# Rows of the Hub, and faulty rows


HUB_TEST = """import numpy as np
from math import inf

def assertion(out, exp, atol):
    assert out == exp

inputs = [[(3, 4), {1}], [(), set()], [(inf, -inf), {1j}], [(nan,), {2}]]
results = [(3, 4), Counter({1: 2}), {5, 6}, 7]
for i, (inp, exp) in enumerate(zip(inputs, results)):
    assertion(set(f(*inp)), set(exp), 0)
"""


def test_a_row_of_the_hubs_mbpp_plus(tmp_path: Path) -> None:
    row = {"task_id": "2", "code": "def f(a, b):\n    return a", "test": HUB_TEST}
    as_parquet([row], tmp_path / "data" / "test-0.parquet")
    loaded = list(mbpp.load_plus(tmp_path))
    drivers = [program.code.splitlines()[-1] for program in loaded]
    assert drivers == [
        "print(repr(f((3, 4), {1})))", "print(repr(f((), set())))",
        "print(repr(f((float('inf'), float('-inf')), {1j})))", "print(repr(f((float('nan'),), {2})))",
    ]
    assert [program.expected_outputs for program in loaded] == [("(3, 4)\n",), None, None, ("7\n",)]
    assert {(program.program_id, program.problem_id) for program in loaded[:1]} == {("mbppplus/2/0", "mbpp/2")}


def test_a_row_of_the_hub_without_results(tmp_path: Path) -> None:
    test = "def ref_func(x): ...\ninputs = [[1]]\nfor inp in inputs:\n    assertion(f(*inp), ref_func(*inp), 0)\n"
    as_parquet([{"task_id": "2", "code": "def f(x): ...", "test": test}], tmp_path / "x.parquet")
    (program,) = mbpp.load_plus(tmp_path / "x.parquet")
    assert (program.code.splitlines()[-1], program.expected_outputs) == ("print(repr(f(1)))", None)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"task_id": "Mbpp/2"}, ':1: no "canonical_solution" field (found: task_id)'),
        ({"task_id": "2", "code": "", "test": "x = 1"}, ':1: "test" has no list of inputs, or calls nothing on them'),
        ({"task_id": "Mbpp/722", "canonical_solution": "", "entry_point": "f", "base_input": [[1]], "plus_input": [],
          "assertion": ""}, ":1: input 0 is not what task 722 takes: "),
    ],
)
def test_faulty_rows_of_mbpp_plus_are_refused(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    (tmp_path / "MbppPlus.jsonl").write_text(json.dumps(row))
    with pytest.raises(ProgramError) as caught:
        list(mbpp.load_plus(tmp_path))
    assert message in str(caught.value)
