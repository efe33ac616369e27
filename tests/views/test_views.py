"""Test the functions that all views share, and which views are lossless."""

from __future__ import annotations

from pathlib import Path

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.programs import load_programs
from statecode.tracing import SandboxRunner
from statecode.views import VIEWS, parse, render
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
def test_mbpp(statecode_data: Path) -> None:
    programs = load_programs("mbpp", mbpp_path=str(statecode_data / "mbpp"), calls_per_problem=1)
    count = 0
    with SandboxRunner() as runner:
        for count, program in enumerate(programs, 1):
            trace = runner.run(program).trace
            for name in LOSSLESS:
                text = render(trace, name)
                read = parse(text, name)
                assert read.content() == trace.content(), (program.program_id, name)
                assert render(read, name) == text
    assert count == 974
