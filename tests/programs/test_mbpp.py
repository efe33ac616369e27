"""Test programs from MBPP and MBPP+, with the real data."""

from __future__ import annotations

import ast
import gzip
import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.errors import ConfigError, ProgramError
from statecode.programs import load_programs, mbpp
from statecode.programs.mbpp_asserts import Call, calls_of, names_defined
from statecode.programs.mbpp_inputs import restore_types
from statecode.programs.python_literals import equal_with_types, parse, read_literal, write_literal
from statecode.records import Program
from tests.support.paths import SUPPORT


@pytest.fixture(scope="module")
def mbpp_folder(statecode_data: Path) -> Path:
    return statecode_data / "mbpp"


@pytest.fixture(scope="module")
def plus_folder(statecode_data: Path) -> Path:
    return statecode_data / "mbppplus"


@pytest.fixture(scope="module")
def programs(mbpp_folder: Path) -> dict[str, Program]:
    return {program.program_id: program for program in mbpp.load(mbpp_folder)}


@pytest.fixture(scope="module")
def plus_programs(plus_folder: Path) -> dict[str, Program]:
    return {program.program_id: program for program in mbpp.load_plus(plus_folder)}


@pytest.fixture(scope="module")
def mbpp_rows(mbpp_folder: Path) -> list[dict[str, Any]]:
    with open(mbpp_folder / "mbpp.jsonl", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def plus_rows(plus_folder: Path) -> list[dict[str, Any]]:
    with gzip.open(plus_folder / "MbppPlus.jsonl.gz", "rt", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


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


# Programs


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
    """The expected outputs follow from the asserts, so the asserts must hold; some of them need these imports."""
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
    """Each task of the table belongs there. The tests above fail if a task is missing."""
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


# The inputs of MBPP+


def test_restored_inputs_have_the_types_of_the_asserts(plus_rows: list[dict[str, Any]]) -> None:
    checked, other_values = 0, set()
    for row in plus_rows:
        task = int(row["task_id"][5:])
        calls = list(calls_of(row["assertion"].strip(), frozenset({row["entry_point"]})))
        assert len(calls) == len(row["base_input"])
        for call, stored in zip(calls, row["base_input"]):
            (statement,) = parse(call.expression).body
            assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            try:
                arguments = [read_literal(argument) for argument in statement.value.args]
            except ValueError:
                assert call.expression in ("is_perfect_square(14*14)", "is_perfect_square(125*125)")
                continue
            checked += 1
            if not equal_with_types(restore_types(task, stored), arguments):
                other_values.add(task)
    assert checked == 1_172
    assert other_values == {87}  # its base_input lacks keys that its asserts have


def test_restored_inputs_satisfy_the_contracts(plus_rows: list[dict[str, Any]]) -> None:
    """MBPP+ has a contract for the arguments of each function; without `restore_types` 52 tasks violate it."""
    assert violated_contracts(plus_rows, restore_types) == {267, 734}  # faults of the data set: floats for an int, empty lists
    unrestored = violated_contracts(plus_rows, lambda task, arguments: arguments)
    assert len(unrestored - {267, 734}) == 52


def violated_contracts(rows: list[dict[str, Any]], restored: Any) -> set[int]:
    violated = set()
    for row in rows:
        task = int(row["task_id"][5:])
        function = contract_of(row)
        for stored in [*row["base_input"], *row["plus_input"]]:
            try:
                function(*restored(task, stored))
            except (AssertionError, AttributeError, TypeError):
                violated.add(task)
    return violated


def contract_of(row: dict[str, Any]) -> Any:
    functions = [node for node in parse(row["canonical_solution"]).body if isinstance(node, ast.FunctionDef)]
    (arguments,) = {ast.unparse(node.args) for node in functions if node.name == row["entry_point"]}
    namespace: dict[str, Any] = {}
    exec(f"import re\nfrom typing import *\ndef contract({arguments}):\n{row['contract'].strip(chr(10))}\n", namespace)
    return namespace["contract"]


@pytest.mark.parametrize(
    ("task", "stored", "expected"),
    [
        (2, [[1, 2], []], [(1, 2), ()]),
        (63, [[[1, 2], [3]]], [[(1, 2), (3,)]]),
        (75, [[[1]], 2], [[(1,)], 2]),
        (98, [[1, 2]], [(1, 2)]),
        (106, [[1], [2]], [[1], (2,)]),
        (115, [[[1, 2], []]], [[{1, 2}, {}]]),
        (124, ["0", "1j"], [0, 1j]),
        (124, ["0.5", "(-0-3j)"], [0.5, complex(-0.0, -3)]),
        (252, [1], [1]),
        (252, ["84.7"], [84.7]),
        (259, [[[1, 2], [3, 4]], [[5, 6]]], [((1, 2), (3, 4)), ((5, 6),)]),
        (278, [[4, 5, [7], 8]], [(4, 5, (7,), 8)]),
        (301, [{"1": {"a": {"2.5": 0}}}], [{1: {"a": {2.5: 0}}}]),
        (307, [["a", [1]], 1, 50], [("a", [1]), 1, 50]),
        (596, [[[1, [2]], "x"]], [((1, (2,)), "x")]),
        (722, [{"a": [6.2, 70]}, 6, 70], [{"a": (6.2, 70)}, 6, 70]),
        (3, [[1]], [[1]]),
    ],
)
def test_each_converter_restores_its_types(task: int, stored: list[Any], expected: list[Any]) -> None:
    assert equal_with_types(restore_types(task, stored), expected)


# Asserts


@pytest.mark.parametrize(
    ("test", "call"),
    [
        ("assert f(1) == 2", ("", "f(1)", "2")),
        ("assert (f(1)) == 'a'", ("", "f(1)", "'a'")),
        ("assert f((1, 2), {3}) == (1,)", ("", "f((1, 2), {3})", "(1,)")),
        ("assert f(1) == {1: 2}", ("", "f(1)", None)),
        ("assert f(1) == [{1}]", ("", "f(1)", None)),
        ("assert f(1) == -2.5", ("", "f(1)", "-2.5")),
        ("assert f(1) == True", ("", "f(1)", "True")),
        ("assert f(1) == None", ("", "f(1)", "None")),
        ("assert f(1) == g", ("", "f(1)", None)),
        ("import math\nassert math.isclose(f(1), 2.0, rel_tol=0.001)", ("import math", "f(1)", None)),
        ("assert set(f('é')) == set([1, 2])", ("", "f('é')", None)),
        ("assert not f(1)", ("", "f(1)", None)),
        ("assert f(1)", ("", "f(1)", None)),
        ("assert int(f(1)) == 2", ("", "int(f(1))", "2")),
        ("assert f(f(1)) == 2", ("", "f(f(1))", "2")),
        ("assert f(1) == f(2)", ("", "f(1) == f(2)", "True")),
        ("assert f(1) < f(2)", ("", "f(1) < f(2)", "True")),
        ("assert f(1) and f(2)", ("", "f(1) and f(2)", None)),
        ("assert not (f(1) or f(2))", ("", "not (f(1) or f(2))", "True")),
        ("assert 2 == len('ab')", ("", "2 == len('ab')", "True")),
        ("x = 1; assert f(x) == 2, 'message'", ("x = 1", "f(x)", "2")),
        ("assert f(\n  'é', 1\n) == 2", ("", "f(\n  'é', 1\n)", "2")),
        ("assert f('\\d') == 2", ("", "f('\\d')", "2")),  # parsing an invalid escape sequence warns
    ],
)
def test_the_call_in_an_assert(test: str, call: tuple[str, str, str | None]) -> None:
    assert list(calls_of(test, frozenset("f"))) == [Call(*call)]


def test_each_assert_of_a_test_is_a_call() -> None:
    test = "assert f(1) == 1\nx = 2\nassert f(x) == 2"
    assert list(calls_of(test, frozenset("f"))) == [Call("", "f(1)", "1"), Call("x = 2", "f(x)", "2")]


def test_a_program_that_prints_by_itself_has_no_expected_output(tmp_path: Path) -> None:
    row = {"task_id": 1, "code": "def f(x):\n    print(x)\n    return 1", "test_list": ["assert f(2) == 1"]}
    (tmp_path / "mbpp.jsonl").write_text(json.dumps(row))
    (program,) = mbpp.load(tmp_path)
    assert program.expected_outputs is None
    assert program.code == row["code"] + "\nprint(repr(f(2)))\n"  # type: ignore[operator]


# Literals

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.sets(scalars) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_literals_are_read_back_with_their_types(value: Any) -> None:
    text = write_literal(value)
    assert equal_with_types(eval(text), value)
    assert equal_with_types(read_literal(ast.parse(text, mode="eval").body), value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.inf, "float('inf')"), (-math.inf, "float('-inf')"), (math.nan, "float('nan')"),
        (set(), "set()"), ({3, 1, 2}, "{1, 2, 3}"), ((1,), "(1,)"), (1j, "1j"), (complex(-0.0, -1), "(-0-1j)"),
        ({"a": (math.nan, [])}, "{'a': (float('nan'), [])}"), (10**400, str(10**400)),
    ],
)
def test_literals_known(value: Any, text: str) -> None:
    assert write_literal(value) == text or isinstance(value, complex)


def test_inf_and_nan_are_read() -> None:
    node = ast.parse("[inf, -inf, nan, {1: -inf}]", mode="eval").body
    assert equal_with_types(read_literal(node), [math.inf, -math.inf, math.nan, {1: -math.inf}])


@pytest.mark.parametrize("text", ["f(1)", "x", "[y for y in z]", "Counter({1: 2})", "__import__('os')", "float(x='1')"])
def test_an_expression_that_is_not_a_literal_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_literal(ast.parse(text, mode="eval").body)


def test_a_type_without_literal_is_refused() -> None:
    with pytest.raises(TypeError, match="no literal for range"):
        write_literal([range(3)])


# Places of the data


def as_parquet(rows: list[dict[str, Any]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)


def hub_cache(home: Path, repository: str, rows_of: dict[str, list[dict[str, Any]]]) -> None:
    """Write a cache folder in the layout of huggingface_hub, which then reads it offline."""
    folder = home / "hub" / f"datasets--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("0" * 40)
    for name, rows in rows_of.items():
        as_parquet(rows, folder / "snapshots" / ("0" * 40) / name)


def test_the_parquet_of_the_hub_has_the_same_programs(
    mbpp_rows: list[dict[str, Any]], programs: dict[str, Program], tmp_path: Path
) -> None:
    splits = {"full/prompt-0.parquet": mbpp_rows[:10], "full/test-0.parquet": mbpp_rows[10:510],
              "full/train-0.parquet": mbpp_rows[600:], "full/validation-0.parquet": mbpp_rows[510:600]}
    hub_cache(tmp_path, "google-research-datasets/mbpp", splits)
    script = "from statecode.programs import load_programs; print(*(p.program_id for p in load_programs('mbpp')))"
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "STATECODE_DATA": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(programs)
    (snapshot,) = (tmp_path / "hub").glob("*/snapshots/*")
    assert list(mbpp.load(snapshot)) == list(programs.values())


def test_without_network_and_copy_the_error_names_a_fix(tmp_path: Path) -> None:
    script = (
        "import sys; from statecode.entry import exit_code_of; from statecode.programs import load_programs;"
        "sys.exit(exit_code_of(lambda: list(load_programs('mbppplus'))))"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "STATECODE_DATA": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert re.fullmatch(
        r"error: evalplus/mbppplus: cannot be fetched from the Hub: .*\. Pass a local copy as mbppplus_path, "
        r"or put it into the folder that STATECODE_DATA names\n", done.stderr,
    )


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


def test_the_data_variable_names_the_default(statecode_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATECODE_DATA", str(statecode_data))
    assert next(load_programs("mbpp")).program_id == "mbpp/1/0"
    assert next(mbpp.load(statecode_data)).program_id == "mbpp/1/0"
    assert next(mbpp.load_plus(statecode_data)).program_id == "mbppplus/2/0"


@pytest.mark.parametrize(
    ("files", "path", "message"),
    [
        ({}, "nosuch", "nosuch: no such file or folder; expected a copy of mbpp"),
        ({"a.txt": ""}, "", "no file of mbpp in this folder (looked for mbpp.jsonl, "),
        ({"a.txt": ""}, "a.txt", "a.txt: expected a .jsonl, .jsonl.gz or .parquet file of mbpp"),
        ({"a.parquet": "no"}, "a.parquet", "a.parquet: cannot be read as Parquet: "),
        ({"a.jsonl": ""}, "a.jsonl", "a.jsonl: no task of mbpp in it"),
        ({"a.jsonl": '{"id": 1}'}, "a.jsonl",
         'a.jsonl:1: no "task_id" field (found: id). Is this the right file?'),
        ({"a.jsonl": '{"task_id": "x", "code": "", "test_list": []}'}, "a.jsonl",
         "a.jsonl:1: task_id 'x' has no number"),
        ({"a.jsonl": '{"task_id": 1, "code": "", "test_list": ["assert ("]}'}, "a.jsonl",
         "a.jsonl:1: an assert does not parse: "),
    ],
)
def test_errors_of_unreadable_data_contain_the_position(
    files: dict[str, str], path: str, message: str, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(ProgramError) as caught:
        list(mbpp.load(tmp_path / path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


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
