"""Test the lossy views inline, steps, codeexecutor, io, final-state and code on small programs with known texts."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.records import Change, Event, EventKind, Limits, Program, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.views import blocks, render, rows
from statecode.views.cutting import spans
from statecode.views.line_runs import final_variables, line_runs
from statecode.views.segments import Kind
from statecode.views.statements import Statements
from statecode.views.steps import FIELDS


@pytest.fixture(scope="module")
def runner():
    with SandboxRunner() as runner:
        yield runner


def traced(runner: SandboxRunner, code: str, stdin: str = "") -> Trace:
    return runner.run(Program(program_id="p", problem_id="p", code=code, inputs=(stdin,))).trace


def texts_of(trace: Trace, view: str, kind: Kind) -> list[str]:
    text = render(trace, view)
    return [text[span.start:span.end] for span in spans(trace, view) if span.kind is kind]


MEAN = """\
def mean(numbers):
    total = 0
    for n in numbers:
        total += n
    return total / len(numbers)

print("of", input())
print(mean([3, 4, 8, 1]))
"""


# inline

def test_inline(runner: SandboxRunner) -> None:
    assert render(traced(runner, MEAN, "four\n"), "inline") == """\
def mean(numbers):  # numbers = [3, 4, 8, 1]
    total = 0  # total = 0
    for n in numbers:  # n = 3; n = 4; ...; n = 1
        total += n  # total = 3; total = 7; ...; total = 16
    return total / len(numbers)  # returns 4.0

print("of", input())
print(mean([3, 4, 8, 1]))
"""


@pytest.mark.parametrize(
    "loops, comment",
    [(0, "# not run"), (1, "# x = 1"), (2, "# x = 1; x = 2"), (3, "# x = 1; x = 2; x = 3"), (4, "# x = 1; x = 2; ...; x = 4")],
)
def test_inline_abridges_four_or_more_executions(runner: SandboxRunner, loops: int, comment: str) -> None:
    code = f"x = 0\nfor _ in range({loops}):\n    x += 1\n"
    assert render(traced(runner, code), "inline").splitlines()[2] == f"    x += 1  {comment}"


def test_inline_of_branches_yields_and_exceptions(runner: SandboxRunner) -> None:
    code = """\
def halves(n):
    while n:
        x = yield n
        n //= 2
def unused():
    "text"
    return 1
for h in halves(2):
    if h > 5:
        print(h)
        print(-h)
    elif h > 4: print(h)
try:
    {}[h]
except KeyError:
    a = b = '''one
two'''  # both
a[9]
"""
    assert render(traced(runner, code), "inline") == """\
def halves(n):  # n = 2
    while n:
        x = yield n  # yields 2; x = None; yields 1
        n //= 2  # n = 1; n = 0
def unused():
    "text"  # not run
    return 1
for h in halves(2):  # h = 2; h = 1
    if h > 5:
        print(h)  # not run
        print(-h)
    elif h > 4: print(h)
try:
    {}[h]  # raises KeyError: 1
except KeyError:
    a = b = '''one
two'''  # both  # a = 'one\\ntwo', b = 'one\\ntwo'
a[9]  # raises IndexError: string index out of range
# exception: IndexError: string index out of range
"""


def test_inline_of_compile_error_and_timeout(runner: SandboxRunner) -> None:
    assert render(traced(runner, "print('"), "inline").startswith("print('\n# compile_error: SyntaxError: unterminated")
    trace = replace(traced(runner, "x = 1\ny = 2\n"), status=Status.TIMEOUT, truncation="wall")
    assert render(trace, "inline") == "x = 1  # x = 1\ny = 2  # y = 2\n# timeout: wall\n"


def test_inline_head_ends_before_the_first_comment(runner: SandboxRunner) -> None:
    head, *events, tail = ["".join(segment.text for segment in block) for block in blocks(traced(runner, "# a\nx = 1\n"), "inline")]
    assert head == "# a\nx = 1" and set(events) == {""} and tail == "  # x = 1\n"


# steps

def test_steps_have_the_format_of_python_state_changes(runner: SandboxRunner, statecode_data: Path) -> None:
    lines = (statecode_data / "python-state-changes" / "card_samples.jsonl").read_text().splitlines()
    samples = [json.loads(line) for line in lines]
    assert len(samples) == 3
    for sample in samples:
        trace = traced(runner, "other = 3\n" + sample["start"].replace("; ", "\n") + "\n" + sample["code"] + "\n")
        assert {name: rows(trace, "steps")[-1][name] for name in sample} == sample


def steps_of(runner: SandboxRunner, code: str) -> list[tuple[str, str, str]]:
    return [(row["start"], row["code"], row["end"]) for row in rows(traced(runner, code), "steps")]


@pytest.mark.parametrize(
    "code, expected",
    [
        ("x = 1\nx = 1\n", [("", "x = 1", "x = 1"), ("x = 1", "x = 1", "x = 1")]),
        ("b = 1; a = b\ndel b\n", [("", "b = 1; a = b", "a = 1; b = 1"), ("b = 1", "del b", "")]),
        ("x = [1,\n   2]\n", [("", "x = [1,\n   2]", "x = [1, 2]")]),
        ("x = 2\nwhile x: x -= 1\n", [("", "x = 2", "x = 2"), ("x = 2", "while x: x -= 1", "x = 0")]),
        ("if 0: pass\nelif 1: x = 1\nelse: x = 2\ny = 1\n", [("", "y = 1", "y = 1")]),
        ("try:\n    x = 1 // 0\nexcept Exception: x = 3\ny = x\n", [("x = 3", "y = x", "x = 3; y = 3")]),
        ("f = lambda x: x + 1\ny = f(2)\n", [("", "f = lambda x: x + 1", ""), ("", "y = f(2)", "y = 3")]),
        # in a function: in a module a tracer changes the result of such a comprehension on Python 3.12
        ("def f():\n    y = [x for x in range(3)]\n    z = [a for a in y\n         if a]\n    return z\nf()",
         [("", "y = [x for x in range(3)]", "y = [0, 1, 2]"),
          ("y = [0, 1, 2]", "z = [a for a in y\n         if a]", "y = [0, 1, 2]; z = [1, 2]"), ("", "f()", "")]),
        ("def f(x):\n    'text'\n    y = x\n    return y\nf('é'); z = 1\n",
         [("x = 'é'", "y = x", "x = 'é'; y = 'é'"), ("", "f('é'); z = 1", "z = 1")]),
        ("x = 3\nx = print\nx = 4\n", [("", "x = 3", "x = 3"), ("x = 3", "x = print", ""), ("", "x = 4", "x = 4")]),
        ("def f(): return 1\nx = f()\n", [("", "x = f()", "x = 1")]),
    ],
)
def test_steps(runner: SandboxRunner, code: str, expected: list[tuple[str, str, str]]) -> None:
    assert steps_of(runner, code) == expected


def test_steps_of_a_recursion_end_with_the_innermost_first(runner: SandboxRunner) -> None:
    code = "def down(n):\n    x = n and down(n - 1)\n    return n\ny = down(1)\n"
    assert steps_of(runner, code) == [
        ("n = 0", "x = n and down(n - 1)", "n = 0; x = 0"),
        ("n = 1", "x = n and down(n - 1)", "n = 1; x = 0"),
        ("", "y = down(1)", "y = 1"),
    ]
    found = rows(traced(runner, code), "steps")
    assert [(row["line"], row["function"]) for row in found] == [(2, "down"), (2, "down"), (4, "<module>")]
    assert found[0]["first_event"] > found[1]["first_event"] > found[2]["first_event"]


def test_steps_are_exact_if_values_are_complete_literals(runner: SandboxRunner) -> None:
    code = "a = list(range(9))\nb = list(range(999))\nc = object()\nd = float('inf')\ne = {1}\nf = {}\n"
    assert [row["exact"] for row in rows(traced(runner, code), "steps")] == [True, False, False, False, True, True]


def test_exact_steps_can_be_executed(embedded_traces: list[Trace]) -> None:
    """Executing start and code in Python results in end; over a sample of the shipped traces."""
    checked = 0
    for row in (row for trace in embedded_traces[::40] for row in rows(trace, "steps") if row["exact"]):
        end = executed(row)
        if end is not None and "locals()" not in row["code"]:
            assert end == {name: value for name, value in executed({"start": row["end"], "code": ""}).items()}, row
            checked += 1
    assert checked > 500


def executed(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the variables after the statement of a row; None if the statement needs more than the row contains."""
    builtins = {"input": None, "open": None, "print": len, **{name: SAFE[name] for name in SAFE}}
    names = {"__builtins__": builtins}
    try:
        exec(row["start"], names)
        exec(row["code"], names)
    except Exception:
        return None
    del names["__builtins__"]
    return {name: value for name, value in names.items() if is_data(value)}


SAFE = {f.__name__: f for f in (abs, bool, dict, divmod, enumerate, float, int, len, list, map, max, min, range, reversed,
                                set, sorted, str, sum, tuple, zip)}


def is_data(value: object) -> bool:
    return isinstance(value, (int, float, str, list, dict, set, tuple, type(None)))


# codeexecutor, io, final-state, code

def test_codeexecutor(runner: SandboxRunner) -> None:
    assert render(traced(runner, "def inc(n):\n    n += 1\n    return n\n\nx = inc(1)\nprint(x, 'a\\nb')"), "codeexecutor") == """\
<0> def inc(n):
<1>     n += 1
<2>     return n
<3>\x20
<4> x = inc(1)
<5> print(x, 'a\\nb')
<line> <0> <state> </state>
<line> <1> <state> n : 2 </state>
<line> <2> <state> n : 2 </state>
<line> <4> <state> x : 2 </state>
<output> 2 a\\nb
<line> <5> <state> x : 2 </state>
"""


def test_codeexecutor_matches_the_paper(runner: SandboxRunner) -> None:
    """Compare with the line in the paper, which puts spaces into values and omits quotes."""
    assert render(traced(runner, "s = ['x', 'y', 'z']"), "codeexecutor").splitlines()[1] == (
        "<line> <0> <state> s : ['x', 'y', 'z'] </state>"
    )


def test_codeexecutor_marks_new_and_copied_values(runner: SandboxRunner) -> None:
    trace = traced(runner, "x = 1\ny = 2\nx = 3\n")
    assert texts_of(trace, "codeexecutor", Kind.NEW_VALUE) == ["1", "2", "3"]
    assert texts_of(trace, "codeexecutor", Kind.COPIED_VALUE) == ["1", "2"]


def test_io_and_final_state(runner: SandboxRunner) -> None:
    code = "import math\nx = int(input())\ndel x\ny = 'a\\nb'\nprint(y)\nprint('c', end='')\ny / 0"
    trace = traced(runner, code, "3")
    inputs = f"[code]\n{code}\n[stdin]\n3\n"
    end = "[end] exception: TypeError: unsupported operand type(s) for /: 'str' and 'int'\n"
    assert render(trace, "io") == f"{inputs}[stdout]\na\nb\nc\n{end}"
    assert render(trace, "final-state") == f"{inputs}[variables]\ny = 'a\\nb'\n{end}"
    assert texts_of(trace, "io", Kind.STDOUT) == ["3", "a\nb\nc"]
    assert texts_of(trace, "final-state", Kind.NEW_VALUE) == [r"'a\nb'"]
    assert render(traced(runner, "x = 1\n"), "io") == "[code]\nx = 1\n[stdout]\n[end] ok\n"


def test_stdout_is_in_the_block_of_its_event(runner: SandboxRunner) -> None:
    trace = traced(runner, "print(1)\nx = 2\nprint(3)\n")
    printed = [(number, segment.text) for number, block in enumerate(blocks(trace, "io")) for segment in block
               if segment.kind is Kind.STDOUT]
    assert [text for _, text in printed] == ["1\n", "3\n"]
    assert [trace.events[number - 1].line for number, _ in printed] == [2, 3]


def test_code_is_one_span(runner: SandboxRunner) -> None:
    trace = traced(runner, "x = 1\n")
    assert [span.kind for span in spans(trace, "code")] == [Kind.SOURCE]


def test_views_with_rows_have_no_text(runner: SandboxRunner) -> None:
    with pytest.raises(ConfigError, match="the view steps has no segments; those that have: "):
        render(traced(runner, "x = 1\n"), "steps")


# modules that several views use

def test_threads_and_open_frames() -> None:
    """Two frames that alternate: a line ends at the next event of its own frame; the last lines do not end."""
    def line(number: int, frame: int, **changes: str) -> Event:
        change_records = tuple(Change(*change) for change in changes.items())
        return Event(EventKind.LINE, number, number - 1, 0, frame, frame, "<module>", change_records)

    events = (line(1, 0), line(1, 1), line(2, 0, a="1"), line(2, 1, b="2"))
    trace = Trace(program_id="p", problem_id="p", input_index=0, code="a = 1\nb = 2\n", stdin="", events=events,
                  status=Status.EVENT_LIMIT, limits=Limits())
    assert [(run.first, run.last, run.line, dict(run.after)) for run in line_runs(trace)] == [
        (0, 2, 1, {"a": "1"}), (1, 3, 1, {"b": "2"})
    ]
    assert final_variables(trace) == {"a": "1"}


def test_variable_of_a_comprehension_is_not_a_final_variable(runner: SandboxRunner) -> None:
    assert final_variables(traced(runner, "x = [a for a in range(3)]\ny = {b: b for b in x}\nb = 1\n")) == {
        "x": "[0, 1, 2]", "y": "{0: 0, 1: 1, 2: 2}", "b": "1"
    }


def test_statements_of_unusual_line_ends_and_invalid_sources() -> None:
    assert Statements("").at(1) is None
    assert Statements("x = (").at(1) is None and Statements("x = (").end_of(1) == 1
    statements = Statements("é = '''a\r\nb'''; y = é\rz = \\\r1")
    assert [statement and statement.code for statement in map(statements.at, range(1, 6))] == [
        "é = '''a\nb'''; y = é", "é = '''a\nb'''; y = é", "z = \\\n1", "z = \\\n1", None
    ]
    assert [statements.end_of(line) for line in range(1, 6)] == [2, 2, 4, 4, 5]
    assert statements.lines == ["é = '''a\r\n", "b'''; y = é\r", "z = \\\r", "1"]


@pytest.mark.one_python
def test_every_shipped_trace(embedded_traces: list[Trace]) -> None:
    """Comments do not change a program, and every row has all fields."""
    for trace in embedded_traces:
        assert ast.dump(ast.parse(render(trace, "inline"))) == ast.dump(ast.parse(trace.code))
        assert all({name: type(value) for name, value in row.items()} == FIELDS for row in rows(trace, "steps"))


@pytest.fixture(scope="module")
def embedded_traces() -> list[Trace]:
    from statecode.dataset.source import EMBEDDED_CORPUS

    return list(statecode.read(EMBEDDED_CORPUS))
