"""The programs with which the tests compare engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from statecode.programs import load_programs
from statecode.records import Program
from tests.support.paths import GOLDEN
from tests.support.random_programs import seeded_programs

EMBEDDED_STEP = 25      # the quick tests use every 25th embedded program
RANDOM_PROGRAMS = 1000

QUIXBUGS_CASES = 3      # test cases per program of QuixBugs
QUIXBUGS_CALLS = """
for case in {arguments}:
    try:
        result = {name}(*case)
        print(list(result) if hasattr(result, "__next__") else result)
    except Exception as error:
        print(type(error).__name__)
"""
QUIXBUGS_TOO_LONG = {  # they do not end, or have exponential time
    "python_programs/bitcount.py", "python_programs/find_first_in_sorted.py", "python_programs/sqrt.py",
    "python_programs/levenshtein.py", "correct_python_programs/levenshtein.py",
}

Run = tuple[Program, int]


def embedded_programs(data: Path) -> Iterator[Program]:
    yield from load_programs("embedded")


def golden_programs(data: Path) -> Iterator[Program]:
    for path in sorted(GOLDEN.glob("*.py")):
        yield program_of(f"golden/{path.stem}", path.read_text(encoding="utf-8"))


def random_programs(data: Path) -> Iterator[Program]:
    for number, source in enumerate(seeded_programs(RANDOM_PROGRAMS)):
        yield program_of(f"random/{number}", source)


def mbpp(data: Path) -> Iterator[Program]:
    yield from load_programs("mbpp", mbpp_path=str(data / "mbpp" / "mbpp.jsonl"))


def mbppplus(data: Path) -> Iterator[Program]:
    path = str(data / "mbppplus" / "MbppPlus.jsonl.gz")
    yield from load_programs("mbppplus", mbppplus_path=path, calls_per_problem=1)


def cruxeval(data: Path) -> Iterator[Program]:
    """Yield one program per row: the row's function, and a line that prints the repr of the result of a call."""
    with open(data / "cruxeval" / "cruxeval-first400.jsonl", encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield program_of(f"cruxeval/{row['id']}", f"{row['code']}\nprint(repr(f({row['input']})))\n")


def quixbugs(data: Path) -> Iterator[Program]:
    """Yield the faulty and the correct programs, each with calls of its first test cases.

    Programs over graphs have no test cases in JSON, and programs that run too long are left out.
    """
    for path in sorted((data / "quixbugs").glob("*python_programs/*.py")):
        cases = data / "quixbugs" / "json_testcases" / f"{path.stem}.json"
        if cases.is_file() and path.relative_to(data / "quixbugs").as_posix() not in QUIXBUGS_TOO_LONG:
            arguments = [json.loads(line)[0] for line in cases.read_text(encoding="utf-8").splitlines()[:QUIXBUGS_CASES]]
            calls = QUIXBUGS_CALLS.format(name=path.stem, arguments=arguments)
            yield program_of(f"quixbugs/{path.parent.name}/{path.stem}", path.read_text(encoding="utf-8") + calls)


WITHOUT_DATA: dict[str, Callable[[Path], Iterator[Program]]] = {
    "embedded": embedded_programs, "golden": golden_programs, "random": random_programs,
}
WITH_DATA: dict[str, Callable[[Path], Iterator[Program]]] = {"mbpp": mbpp, "mbppplus": mbppplus, "cruxeval": cruxeval, "quixbugs": quixbugs}


def program_of(name: str, code: str) -> Program:
    return Program(program_id=name, problem_id=name, code=code)


def runs_of(programs: Iterator[Program]) -> list[Run]:
    return [(program, index) for program in programs for index in range(len(program.inputs))]


def quick_runs() -> list[Run]:
    """Return runs of some embedded, all golden and 50 random programs, each on its first input, without data sets."""
    programs = [*list(embedded_programs(GOLDEN))[::EMBEDDED_STEP], *golden_programs(GOLDEN)]
    programs += [program_of(f"random/{number}", source) for number, source in enumerate(seeded_programs(50))]
    return [(program, 0) for program in programs]
