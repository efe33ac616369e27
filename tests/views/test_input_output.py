"""Test the view `io`, and the view `final-state` of the same run."""

from __future__ import annotations

from statecode.tracing import SandboxRunner
from statecode.views import blocks, render
from statecode.views.segments import Kind
from tests.support.traced_views import texts_of, traced


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
