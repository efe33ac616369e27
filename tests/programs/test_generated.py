"""Test the source `generated`: its programs end, print, differ, and are the same on every Python."""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import os
import re
from collections import Counter
from collections.abc import Callable

import pytest

from statecode.cli import main
from statecode.corpus.duplicates import normalised_digest
from statecode.errors import ConfigError, ProgramError
from statecode.programs import load_programs
from statecode.programs.generated import LEAST_EVENTS, LEVELS, digests, faults
from statecode.programs.generated.program import LEVELS as PARTS
from statecode.programs.generated.program import write
from statecode.programs.generated.stream import generate
from statecode.programs.generated.writer import Writer
from statecode.records import Program, Status
from statecode.tracing import SandboxRunner
from tests.support import dead_assignments
from tests.support.counted_events import FILE_NAME, counted
from tests.support.paths import ROOT
from tests.support.samples import sampled

GOLDEN = "0bdfb93cd91c40b0514688e4e35b7ad53bdcba78084fd0dbdff18bfd09762c2d"
"""The hash of 1,000 programs. A change to the generator changes it; another Python never does."""

OUTPUTS = "b06e5f263ba4c40cef5c81f2bad639fd64ceb6d1e3c4170fd97e9f5e04da2029"
"""The hash of what 60 programs print."""


def facts(program: Program) -> dict[str, object]:
    return json.loads(program.metadata or "")


def test_the_same_programs_on_every_python() -> None:
    whole = hashlib.sha256()
    for program in load_programs("generated:1000"):
        whole.update(repr((program.program_id, program.code, program.inputs, program.metadata)).encode())
    assert whole.hexdigest() == GOLDEN


def test_a_larger_number_begins_with_the_same_programs() -> None:
    few, more = list(load_programs("generated:20")), list(load_programs("generated:60"))
    assert more[:20] == few and len(more) == 60


def test_programs_are_streamed() -> None:
    first = next(load_programs("generated:999999999999"))
    assert first == next(load_programs("generated:1"))


def test_other_seeds_levels_and_bounds_yield_other_programs() -> None:
    sources = [{}, {"generated_seed": 1}, {"generated_levels": "2-5"}, {"generated_events": 50}]
    firsts = [[program.code for program in load_programs("generated:30", **options)] for options in sources]
    assert all(len(set(one) & set(other)) < 5 for one, other in itertools.combinations(firsts, 2))


def test_no_two_programs_have_the_same_syntax_tree() -> None:
    programs = list(load_programs("generated:1500", generated_levels="1-2", generated_events=30))
    assert len({normalised_digest(program.code) for program in programs}) == len(programs)
    assert len({program.program_id for program in programs}) == len(programs)


@pytest.mark.parametrize("other", [
    'x = ["a", "b"]\nprint(x)  ', "x = [\n    'a',\n    'b',\n]\n\nprint(x)\n", "x = ['a', 'b']\nprint(x)",
])
def test_layout_and_quotes_do_not_change_the_digest(other: str) -> None:
    assert digests.digest_of(other) == digests.digest_of("x = ['a', 'b']\nprint(x)\n")
    assert digests.digest_of(other) != digests.digest_of("x = ['a', 'c']\nprint(x)\n")


def test_a_digest_set_grows_and_finds_what_it_contains() -> None:
    known = digests.DigestSet()
    numbers = [(number * 2654435761) % 2**64 for number in range(1, 5000)]
    assert all(map(known.add, numbers)) and len(known) == len(numbers)
    assert not any(map(known.add, numbers)) and len(known) == len(numbers)


def test_metadata_and_ids() -> None:
    programs = list(load_programs("generated:50", generated_levels="3-4", generated_seed=7))
    assert {facts(program)["level"] for program in programs} == {3, 4}
    assert {facts(program)["seed"] for program in programs} == {7}
    assert [facts(program)["number"] for program in programs] == list(range(50))
    assert all(program.problem_id == program.program_id and program.origin == "generated" for program in programs)


def has(*kinds: type[ast.AST]) -> Callable[[ast.Module], bool]:
    return lambda tree: any(isinstance(node, kinds) for node in ast.walk(tree))


FEATURES = {  # level → the syntax of which each of its programs has some
    1: has(ast.BinOp, ast.AugAssign, ast.Call), 2: has(ast.If, ast.IfExp, ast.BoolOp), 3: has(ast.For, ast.While),
    4: has(ast.List, ast.Tuple), 5: has(ast.Attribute, ast.JoinedStr, ast.Subscript, ast.For, ast.BinOp),
    6: lambda tree: has(ast.Dict, ast.Set)(tree) or "set()" in ast.unparse(tree), 7: has(ast.FunctionDef),
    8: has(ast.FunctionDef, ast.Lambda, ast.Call), 9: has(ast.comprehension, ast.Yield, ast.Try), 10: has(ast.ClassDef),
    11: has(ast.For, ast.While, ast.Return), 12: has(ast.Call),
}


@pytest.mark.parametrize("level", FEATURES)
def test_programs_of_a_level_contain_its_features(level: int) -> None:
    topics = {part.__module__.rpartition(".")[2] for part in PARTS[level - 1]}
    easier = Counter()
    for program in load_programs("generated:60", generated_levels=str(level)):
        found = set(facts(program)["features"])  # type: ignore[call-overload]
        assert FEATURES[level](ast.parse(program.code)), program.code
        assert found & topics
        easier[bool(found - topics - {"fault"})] += 1
        assert ("input(" in program.code) == (level == 12) == (program.inputs != ("",))
    assert level == 1 or 10 < easier[True] < 55, "a share of the programs has parts of lower levels"


def test_every_level_has_a_test_of_its_features() -> None:
    assert list(FEATURES) == list(range(1, LEVELS + 1)) and len(PARTS) == LEVELS


def reader(text: str) -> Callable[[], str]:
    """Return a function that reads lines as `input` does."""
    lines = iter(text.splitlines())

    def read() -> str:
        for line in lines:
            return line
        raise EOFError

    return read


@pytest.mark.parametrize("level", range(1, LEVELS + 1))
def test_the_writer_knows_the_values_and_a_bound_of_the_events(level: int) -> None:
    """Run programs in this process; they import nothing. The values of their variables are those that were expected."""
    for w in filter(None, (write(seed, level, 300, fails=False) for seed in range(150))):
        stdin = reader(w.inputs[0] if w.inputs else "")
        scope: dict[str, object] = {"__name__": "__main__", "print": lambda *values: None, "input": stdin}
        code = compile(w.text(), FILE_NAME, "exec")
        _, events = counted(lambda: exec(code, scope))
        assert events <= w.events, w.text()
        expected = {name: value for name, value in w.values.items() if value is not None and name in scope}
        assert {name: scope[name] for name in expected} == expected, w.text()


def check_runs(limit: int, count: int, share: int) -> Counter[str]:
    """Run programs of all levels, and return the number of runs by status."""
    statuses: Counter[str] = Counter()
    with SandboxRunner() as runner:
        for program in load_programs(f"generated:{count}", generated_events=limit, generated_exceptions=share):
            for index in range(len(program.inputs)):
                trace = runner.run(program, index).trace
                fails = "fault" in facts(program)["features"]  # type: ignore[operator]
                assert trace.status is (Status.EXCEPTION if fails else Status.OK), program.code
                assert trace.stdout and len(trace.events) <= limit, program.code
                statuses[trace.status.value] += 1
    return statuses


@pytest.mark.parametrize("limit", [LEAST_EVENTS, 300])
def test_programs_end_print_and_stay_under_the_bound(limit: int) -> None:
    statuses = check_runs(limit, 40, 25)
    assert statuses["ok"] > 20 and 3 < statuses["exception"] < 25


def test_runs_are_the_same_each_time_and_print_the_same_on_every_python() -> None:
    outputs = hashlib.sha256()
    with SandboxRunner() as runner:
        for program in load_programs("generated:60", generated_seed=3):
            first, second = (runner.run(program).trace for _ in range(2))
            assert first.content() == second.content(), program.code
            outputs.update(first.stdout.encode())
    assert outputs.hexdigest() == OUTPUTS


@sampled(20)
def test_many_programs_end_print_and_stay_under_the_bound(step: int) -> None:
    statuses = check_runs(200, 6000 // step, 6)
    assert 0.02 < statuses["exception"] / statuses.total() < 0.1


@pytest.mark.parametrize("name", ["width", "char", "height"])
def test_a_misspelled_name_is_no_word_of_python(name: str) -> None:
    """One letter less makes `with` of `width`, and `chr` of `char`."""
    calls = set()
    for seed in range(60):
        w = Writer(seed, 100)
        w.assign(name, "3", 3)
        if faults._misspelled(w):
            calls.add(w.code[-1])
    assert calls
    for call in calls:
        with pytest.raises(NameError):
            exec(call, {})


@pytest.mark.parametrize("share", [0, 100])
def test_the_share_of_exceptions(share: int) -> None:
    programs = list(load_programs("generated:60", generated_exceptions=share))
    assert {"fault" in facts(program)["features"] for program in programs} == {share == 100}  # type: ignore[operator]


def test_few_assignments_are_dead() -> None:
    counts = [dead_assignments.count(program.code) for program in load_programs("generated:1000", generated_exceptions=0)]
    dead, total = map(sum, zip(*counts, strict=True))
    assert total > 4000 and dead / total < 0.01


@pytest.mark.parametrize("code, dead, total", [
    ("x = 1\nx = 2\nprint(x)", 1, 2), ("x = 1\nx += 1\nprint(x)", 0, 2), ("a, b = 1, 2\nprint(a)", 1, 2),
    ("x = 1\nif x:\n    y = 2", 0, 1), ("x = 1\ndef f():\n    return x\nprint(f())", 0, 1), ("def main():\n    x = 1\nmain()", 1, 1),
])
def test_dead_assignments_are_counted(code: str, dead: int, total: int) -> None:
    assert dead_assignments.count(code) == (dead, total)


def test_when_no_new_program_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests.DigestSet, "add", lambda self, digest: False)
    with pytest.raises(ProgramError, match="no new program of level 1 with at most 300 events was found after 0 programs"):
        next(generate(1, range(1, 2), 0, 300, 0.0))


@pytest.mark.parametrize("spec", ["generated:0", "generated:x", "generated:-1", "generated:1.5", "generated"])
def test_a_number_that_is_not_valid(spec: str) -> None:
    with pytest.raises(ProgramError, match="expected generated:N"):
        load_programs(spec)


@pytest.mark.parametrize("options", [
    {"generated_levels": "0-3"}, {"generated_levels": "13"}, {"generated_levels": "5-2"}, {"generated_levels": "a"},
    {"generated_levels": ""}, {"generated_seed": -1}, {"generated_events": 29}, {"generated_exceptions": 101},
])
def test_options_that_are_not_valid(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=next(iter(options))):
        load_programs("generated:5", **options)


def test_the_command_reports_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--programs", "generated:5", "--generated-levels", "5-2", "--out", "unused", "--dry-run"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


DOCUMENT = ROOT / "docs" / "generated.md"
MEASURED = ROOT / "benchmarks" / "results" / "generated.json"
PLACE = re.compile(r"(<!-- fill: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
TITLES = {
    1: "arithmetic and assignment", 2: "conditions", 3: "`for` and `while`", 4: "lists and tuples, indexing and slicing",
    5: "strings and their methods", 6: "dicts and sets", 7: "functions, several returns, default arguments",
    8: "nested calls and recursion", 9: "comprehensions, generators, `try` and `except`", 10: "classes",
    11: "small algorithms in varied spelling", 12: "parsing of stdin",
}


def levels() -> str:
    """Return a section of the document for each level, with a program."""
    return "\n".join(f"### {level}: {title}\n\n{example(level)}" for level, title in TITLES.items())


def example(level: int) -> str:
    """Return the first program of a level that is short and has no exception, with its first input."""
    for program in load_programs("generated:100", generated_levels=str(level)):
        if 7 <= program.code.count("\n") <= 16 and "fault" not in facts(program)["features"]:  # type: ignore[operator]
            stdin = f"stdin:\n```\n{program.inputs[0]}```\n" if program.inputs != ("",) else ""
            return f"```python\n{program.code}```\n{stdin}"
    raise AssertionError(f"no short program of level {level}")


def numbers() -> str:
    """Return the table of the results of benchmarks/generated.py."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    variety, runs = measured["variety"], measured["runs"]
    percentiles = ", ".join(f"{name[1:]} %: {events}" for name, events in runs["events_percentiles"].items())
    rows = [
        ("programs", f"{variety['programs']:,}"),
        ("different syntax trees", f"{variety['distinct']:,}"),
        ("different after names, numbers and strings are replaced by one letter each",
         f"{variety['shapes']:,} of {variety['examined']:,}"),
        ("lines per program, mean", variety["lines_per_program"]),
        ("CPU time of one core per program", f"{variety['ms_per_program_mean']} ms"),
        ("assignments whose value is never read", f"{variety['dead_assignments']:.2%} of {variety['assignments']:,}"),
        ("events per run, mean", f"{runs['events_mean']}, of {runs['runs']:,} runs of {runs['programs']:,} programs"),
        ("events per run, at most in a share of the runs", percentiles),
        *((f"{title}, per cent", ", ".join(f"{name} {share}" for name, share in runs[key].items()))
          for key, title in (("statuses", "statuses"), ("exceptions", "exceptions"), ("value_types", "types of new values"))),
    ]
    lines = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    return "Command: `python -m benchmarks.generated`.\n\n" + "\n".join(lines) + "\n"


def test_the_document_is_up_to_date() -> None:
    content = {"levels": levels, "numbers": numbers}
    document = DOCUMENT.read_text(encoding="utf-8")
    expected = PLACE.sub(lambda found: f"{found[1]}{content[found[2]]()}{found[3]}", document)
    if os.environ.get("STATECODE_REWRITE_GOLDEN"):
        DOCUMENT.write_text(expected, encoding="utf-8")
    assert document == expected, "run this test with STATECODE_REWRITE_GOLDEN=1"
