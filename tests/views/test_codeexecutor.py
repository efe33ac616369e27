"""Test the view `codeexecutor` on small programs with known texts."""

from __future__ import annotations

from statecode.tracing import SandboxRunner
from statecode.views import render
from statecode.views.segments import Kind
from tests.support.traced_views import texts_of, traced


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
