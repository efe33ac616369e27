"""Test the embedded programs: their number, their variety, and their labels."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from statecode.programs import embedded
from statecode.records import Program

PROGRAMS = list(embedded.load())

RUNNER = """
import gc, json, os, signal, sys, types
import concurrent.futures, dataclasses, fractions  # many programs import these; loading them once is faster

with open("jobs.json", encoding="utf-8") as file:
    jobs = json.load(file)
codes = []
gc.freeze()  # the children share the memory of loaded modules
for number, (source, _) in enumerate(jobs):
    pid = os.fork()
    if pid == 0:
        break
    codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
else:
    with open("codes.json", "w") as file:
        json.dump(codes, file)
    sys.exit()

# The child of job `number` continues here, prepared like a new interpreter.
signal.alarm(20)
WRITE = os.O_WRONLY | os.O_CREAT
for fd, (name, flags) in enumerate([("in", os.O_RDONLY), ("out", WRITE), ("err", WRITE)]):
    os.dup2(os.open(f"{number}.{name}", flags), fd)
sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
runner = sys.modules["__main__"]
sys.modules["__main__"] = types.ModuleType("__main__")
exec(compile(source, "program.py", "exec"), vars(sys.modules["__main__"]))
"""
"""A script that runs the jobs of jobs.json, each in a forked child, which is faster than new interpreters."""


class Run(NamedTuple):
    """The result of one program on one input."""

    program: Program
    input_index: int
    exit_code: int
    stdout: str
    stderr: str

    @property
    def passed(self) -> bool:
        return _normalised_lines(self.stdout) == _normalised_lines(self.program.expected_output(self.input_index) or "")

    @property
    def run_id(self) -> str:
        return f"{self.program.program_id}[{self.input_index}]"


def _normalised_lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _start(folder: Path, jobs: list[tuple[Program, int]]) -> subprocess.Popen[bytes]:
    folder.mkdir()
    (folder / "jobs.json").write_text(json.dumps([[program.code, index] for program, index in jobs]), encoding="utf-8")
    (folder / "runner.py").write_text(RUNNER, encoding="utf-8")
    for number, (program, index) in enumerate(jobs):
        (folder / f"{number}.in").write_text(program.inputs[index], encoding="utf-8")
    warnings = "default,ignore::ResourceWarning"  # contest programs do not close open(0)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": warnings, "PYTHONUTF8": "1"}
    return subprocess.Popen([sys.executable, "runner.py"], cwd=folder, env=environment)


def _collect(folder: Path, jobs: list[tuple[Program, int]]) -> list[Run]:
    codes = json.loads((folder / "codes.json").read_text())
    return [
        Run(program, index, code, *((folder / f"{number}.{name}").read_text("utf-8") for name in ("out", "err")))
        for number, ((program, index), code) in enumerate(zip(jobs, codes, strict=True))
    ]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Run every program on every input, with the interpreter of this test, in two processes."""
    jobs = [(program, index) for program in PROGRAMS for index in range(len(program.inputs))]
    halves = {tmp_path_factory.mktemp("runs") / str(i): jobs[i::2] for i in (0, 1)}
    processes = [_start(folder, half) for folder, half in halves.items()]
    assert [process.wait() for process in processes] == [0, 0]
    return [run for folder, half in halves.items() for run in _collect(folder, half)]


def _by_problem() -> dict[str, list[Program]]:
    problems = defaultdict(list)
    for program in PROGRAMS:
        problems[program.problem_id].append(program)
    return problems


class _Anonymous(ast.NodeTransformer):
    """Replaces names by the position of their first use; removes constants and docstrings."""

    def __init__(self) -> None:
        self.positions: dict[str, str] = {}

    def _position(self, name: str) -> str:
        return self.positions.setdefault(name, f"name{len(self.positions)}")

    def generic_visit(self, node: ast.AST) -> ast.AST:
        scopes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, scopes) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        for field in ("id", "arg", "name", "attr", "asname", "module"):
            if isinstance(getattr(node, field, None), str):
                setattr(node, field, self._position(getattr(node, field)))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [self._position(name) for name in node.names]
        if isinstance(node, ast.JoinedStr):
            node.values = [value for value in node.values if not isinstance(value, ast.Constant)]
        if isinstance(node, ast.Constant):
            node.value = None
        return super().generic_visit(node)


def normalised(code: str) -> str:
    """Return the same text for programs that differ only in names, constants, comments and layout."""
    return ast.dump(_Anonymous().visit(ast.parse(code)))


def _uses(program: Program, *kinds: type[ast.AST]) -> bool:
    return any(isinstance(node, kinds) for node in ast.walk(ast.parse(program.code)))


def _imports(program: Program, *modules: str) -> bool:
    for node in ast.walk(ast.parse(program.code)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] in modules for name in names):
            return True
    return False


def test_normalised_ignores_names_constants_and_layout_only() -> None:
    code = 'def f(n):\n    """Doubles."""\n    return n * 2\nprint(f"{f(1)} apples")\n'
    renamed = 'def twice(x): return x * 3  # comment\nprint(f"{twice(5)}")\n'
    other = 'def f(n):\n    return n + n\nprint(f"{f(1)} apples")\n'
    assert normalised(code) == normalised(renamed) != normalised(other)
    assert normalised("a = b\nb = a") != normalised("a = b\na = b")


def test_numbers_of_programs_problems_and_runs() -> None:
    assert len(PROGRAMS) >= 250
    assert len({program.program_id for program in PROGRAMS}) == len(PROGRAMS)
    assert len(_by_problem()) >= 60
    assert sum(len(program.inputs) for program in PROGRAMS) > 1_000
    assert all(program.origin == "embedded" and program.license == "MIT" for program in PROGRAMS)
    assert all(program.program_id.split("/")[0] == program.problem_id for program in PROGRAMS)


def test_each_problem_has_2_to_6_solutions_two_of_them_correct_and_3_to_8_inputs() -> None:
    bad = []
    for problem, solutions in _by_problem().items():
        correct = sum(program.label == "correct" for program in solutions)
        inputs = solutions[0].inputs
        enough = 2 <= len(solutions) <= 6 and correct >= 2 and 3 <= len(inputs) <= 8
        if not enough or len(set(inputs)) < len(inputs):
            bad.append(f"{problem}: {len(solutions)} solutions, {correct} correct, {len(inputs)} inputs")
    assert bad == []


def test_problem_json_describes_the_solutions_of_its_folder() -> None:
    for path in sorted(embedded.FOLDER.glob("*/problem.json")):
        problem = json.loads(path.read_text("utf-8"))
        assert {"title", "statement", "inputs", "expected_outputs", "wrong", "topics"} == set(problem), path
        assert problem["title"] and problem["statement"] and problem["topics"], path
        assert all((path.parent / f"{stem}.py").is_file() and why for stem, why in problem["wrong"].items()), path


def test_no_two_programs_have_the_same_normalised_code() -> None:
    programs_of_code = defaultdict(list)
    for program in PROGRAMS:
        programs_of_code[normalised(program.code)].append(program.program_id)
    assert [programs for programs in programs_of_code.values() if len(programs) > 1] == []


def test_kinds_of_programs() -> None:
    labels = Counter(program.label for program in PROGRAMS)
    assert set(labels) == {"correct", "incorrect"}
    assert labels["incorrect"] >= 10
    assert sum(_uses(program, ast.ClassDef) for program in PROGRAMS) >= 60
    generators = [program for program in PROGRAMS if _uses(program, ast.Yield, ast.YieldFrom)]
    threads = [program for program in PROGRAMS if _imports(program, "threading", "concurrent")]
    deep = [program for program in threads if "setrecursionlimit" in program.code]
    assert len({program.program_id for program in generators + threads}) >= 20
    assert len(threads) >= 10 and len(deep) >= 3
    assert sum(_uses(program, ast.Match) for program in PROGRAMS) >= 5
    assert sum(_uses(program, ast.AsyncFunctionDef) for program in PROGRAMS) >= 2


@pytest.mark.one_python
def test_correct_programs_print_the_expected_output_on_every_input(runs: list[Run]) -> None:
    assert [run.run_id for run in runs if run.program.label == "correct" and not run.passed] == []


@pytest.mark.one_python
def test_incorrect_programs_fail_on_some_input_and_are_not_killed(runs: list[Run]) -> None:
    incorrect = {run.program.program_id for run in runs if run.program.label == "incorrect"}
    assert incorrect - {run.program.program_id for run in runs if not run.passed} == set()
    assert [run.run_id for run in runs if run.exit_code < 0] == []


@pytest.mark.one_python
def test_stderr_contains_uncaught_exceptions_only(runs: list[Run]) -> None:
    assert [run.run_id for run in runs if run.stderr and run.exit_code == 0] == []
    assert [run.run_id for run in runs if "Warning" in run.stderr] == []


@pytest.mark.one_python
def test_at_least_30_programs_end_in_an_exception_on_some_input(runs: list[Run]) -> None:
    assert len({run.program.program_id for run in runs if run.exit_code != 0}) >= 30
