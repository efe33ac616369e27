"""Test the functions that all views share, and which views are lossless."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

import statecode
from statecode import views
from statecode.corpus.duplicates import normalised_digest
from statecode.errors import ConfigError, TextLengthError
from statecode.programs import load_programs
from statecode.tracing import SandboxRunner
from statecode.views import VIEWS, blocks, cutting, parse, render, rows
from statecode.views.page import page
from statecode.views.segments import joined
from statecode.views.text_lines import text_of
from tests.support.samples import kinds_of_program, sample, sampled
from tests.support.traced_views import traced


def test_error_for_an_unknown_view_lists_all_views() -> None:
    with pytest.raises(ConfigError, match=f"unknown view 'full'; known: {', '.join(VIEWS)}"):
        render(statecode.trace(""), "full")


def test_views_with_rows_have_no_text(runner: SandboxRunner) -> None:
    with pytest.raises(ConfigError, match="the view steps has no segments; those that have: "):
        render(traced(runner, "x = 1\n"), "steps")


LOSSLESS = [name for name, view in VIEWS.items() if view.lossless]


def test_which_views_are_lossless() -> None:
    assert LOSSLESS == ["compact", "full-state", "frames"], "each needs tests with invalid traces and mutated texts"


@pytest.mark.one_python
@sampled(10)
def test_mbpp(statecode_data: Path, step: int) -> None:
    programs = list(load_programs("mbpp", mbpp_path=str(statecode_data / "mbpp"), calls_per_problem=1))
    assert len(programs) == 974
    with SandboxRunner() as runner:
        for program in sample(programs, step, kinds_of_program):
            trace = runner.run(program).trace
            for name in LOSSLESS:
                text = render(trace, name)
                read = parse(text, name)
                assert read.content() == trace.content(), (program.program_id, name)
                assert render(read, name) == text


NESTED = {
    "a sum": "x = " + "+".join(["1"] * 1200) + "\n",
    "deleted attributes": "class A: pass\na = A()\na.b = a\na.c = 1\ndel a" + ".b" * 700 + ".c\n",
    "branches": "x = 5\nif x == 0:\n    y = 0\n" + "".join(f"elif x == {number}:\n    y = 0\n" for number in range(1, 1500)),
    "branches of one line": "x = 5\nif x == 0: y = 0\n" + "".join(f"elif x == {n}: y = 0\n" for n in range(1, 1500)),
    "attributes": "x = 1\ny = x" + ".real" * 1500 + "\n",
    "items": "x = []\nx.append(x)\ny = x" + "[0]" * 1500 + "\n",
    "calls": "def f():\n    return f\ny = f" + "()" * 300 + "\n",
    "parentheses": "x = " + "(" * 90 + "1" + ")" * 90 + "\n",
    "lambdas": "x = " + "lambda: " * 90 + "1\n",
    "blocks": "".join("    " * depth + "if 1:\n" for depth in range(90)) + "    " * 90 + "x = 1\n",
    "definitions": "".join("    " * depth + "def f():\n" for depth in range(80)) + "    " * 80 + "x = 1\n",
    "an expression that raises": "x = 1\ny = x" + " + x" * 1200 + " + []\n",
}


@pytest.mark.parametrize("nested", NESTED)
def test_programs_that_are_nested_as_deeply_as_python_accepts(runner: SandboxRunner, nested: str) -> None:
    trace = traced(runner, NESTED[nested])
    for name, view in VIEWS.items():
        if not view.is_text:
            assert view.functions.rows is not None and rows(trace, name) is not None
        elif view.lossless:
            assert parse(render(trace, name), name) == trace
        else:
            assert render(trace, name) or name == "snoop"
    assert normalised_digest(trace.code) and page(trace)


@pytest.mark.parametrize("name", [name for name, view in VIEWS.items() if view.is_text])
def test_a_text_is_refused_if_it_is_longer_than_the_limit(runner: SandboxRunner, name: str) -> None:
    trace = traced(runner, "x = 1\nprint(x)\n")
    text = render(trace, name)
    assert render(trace, name, len(text)) == text
    with pytest.raises(TextLengthError, match=f"the text has more than {len(text) - 1} characters"):
        render(trace, name, len(text) - 1)
    assert joined(blocks(trace, name, len(text))) == text
    with pytest.raises(TextLengthError, match=f"characters in the view {name}; "):
        list(blocks(trace, name, len(text) - 1))


def test_every_caller_has_the_limit_unless_it_sets_another(runner: SandboxRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = traced(runner, "x = 1\n")
    length = len(render(trace, "frames"))
    monkeypatch.setattr(views, "MAX_CHARACTERS", length - 1)
    for call in (render, blocks, rows, text_of, cutting.spans):
        with pytest.raises(TextLengthError, match=f"the text has more than {length - 1} characters in the view frames; "):
            list(call(trace, "frames"))
    assert len(render(trace, "frames", math.inf)) == length


def test_a_view_is_left_at_the_event_that_exceeds_the_limit(runner: SandboxRunner) -> None:
    """Whole states of n variables after n lines are n² values, so that only the first events are rendered."""
    trace, read = traced(runner, "".join(f"a{number} = {number}\n" for number in range(100))), []

    class Counted(tuple):
        def __iter__(self):
            for event in super().__iter__():
                read.append(event)
                yield event

    counted = dataclasses.replace(trace, events=Counted(trace.events))
    for name in ("codeexecutor", "frames", "full-state"):
        read.clear()
        with pytest.raises(TextLengthError):
            render(counted, name, 5_000)
        assert len(read) < 50
