"""The programs on which engines are compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from statecode.programs import load_programs
from statecode.records import Program
from tests.support.paths import GOLDEN
from tests.support.random_programs import seeded_programs

SOON = 25      # every so many-th embedded program is compared in the quick tests
RANDOM = 1000

Run = tuple[Program, int]


def embedded(data: Path) -> Iterator[Program]:
    yield from load_programs("embedded")


def golden(data: Path) -> Iterator[Program]:
    for path in sorted(GOLDEN.glob("*.py")):
        yield made(f"golden/{path.stem}", path.read_text(encoding="utf-8"))


def randomly_made(data: Path) -> Iterator[Program]:
    for number, source in enumerate(seeded_programs(RANDOM)):
        yield made(f"random/{number}", source)


def mbpp(data: Path) -> Iterator[Program]:
    yield from load_programs("mbpp", mbpp_path=str(data / "mbpp" / "mbpp.jsonl"))


def mbppplus(data: Path) -> Iterator[Program]:
    path = str(data / "mbppplus" / "MbppPlus.jsonl.gz")
    yield from load_programs("mbppplus", mbppplus_path=path, calls_per_problem=1)


def cruxeval(data: Path) -> Iterator[Program]:
    """Each function with the one call that its row has."""
    with open(data / "cruxeval" / "cruxeval-first400.jsonl", encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield made(f"cruxeval/{row['id']}", f"{row['code']}\nprint(repr(f({row['input']})))\n")


WITHOUT_DATA: dict[str, Callable[[Path], Iterator[Program]]] = {
    "embedded": embedded, "golden": golden, "random": randomly_made,
}
OF_DATA: dict[str, Callable[[Path], Iterator[Program]]] = {"mbpp": mbpp, "mbppplus": mbppplus, "cruxeval": cruxeval}


def made(name: str, code: str) -> Program:
    return Program(program_id=name, problem_id=name, code=code)


def runs_of(programs: Iterator[Program]) -> list[Run]:
    return [(program, index) for program in programs for index in range(len(program.inputs))]


def quick_runs() -> list[Run]:
    """A few of each kind that need no data."""
    quick = [*list(embedded(GOLDEN))[::SOON], *golden(GOLDEN)]
    quick += [made(f"random/{number}", source) for number, source in enumerate(seeded_programs(50))]
    return [(program, 0) for program in quick]
