"""Every lossless view gives back every run of MBPP; its own test file holds what else it must bear."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.programs import load_programs
from statecode.tracing import Slot
from statecode.views import VIEWS, parse, render

LOSSLESS = [name for name, view in VIEWS.items() if view.lossless]


def test_which_views_are_lossless() -> None:
    assert LOSSLESS == ["compact", "full-state", "frames"], "each has a test file with odd traces and mutated texts"


@pytest.mark.slow
def test_mbpp(statecode_data: Path) -> None:
    programs = load_programs("mbpp", mbpp_path=str(statecode_data / "mbpp"), calls_per_problem=1)
    count = 0
    with Slot() as slot:
        for count, program in enumerate(programs, 1):
            trace = slot.run(program).trace
            for name in LOSSLESS:
                text = render(trace, name)
                read = parse(text, name)
                assert read.content() == trace.content(), (program.program_id, name)
                assert render(read, name) == text
    assert count == 974
