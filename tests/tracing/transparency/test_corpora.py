"""Check that tracing changes no program of the corpora; `make test-long` does it under each Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.records import Limits
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native
from tests.support.engine_corpora import WITH_DATA, WITHOUT_DATA, runs_of
from tests.support.random_programs import REPR_HAS_EFFECTS
from tests.support.transparency import Verdict, transparency

pytestmark = [
    pytest.mark.long, pytest.mark.skipif(not native.available(), reason=f"no native engine: {native.reason()}"),
]
LIMITS = Limits(wall_s=60, cpu_s=60)


@pytest.mark.parametrize("name", [*WITHOUT_DATA, *WITH_DATA])
def test_tracing_changes_no_program(name: str, statecode_data: Path) -> None:
    changed, count = [], 0
    with SandboxRunner(RunOptions(engine="native", limits=LIMITS)) as runner:
        for program, index in runs_of({**WITHOUT_DATA, **WITH_DATA}[name](statecode_data)):
            if REPR_HAS_EFFECTS.search(program.code):
                continue
            found = transparency(runner, program, index, runner.run(program, index).trace)
            count += 1
            if found.verdict is Verdict.DIFFERENT:
                changed.append(f"{program.program_id}#{index}: {found.difference}")
    assert not changed, "\n".join([f"{len(changed)} of {count}", *changed[:20]])
    assert count
