"""Make programs from sources, trace them, and skip tests of an engine that is not built."""

from __future__ import annotations

import pytest

from statecode.records import Limits, Program
from statecode.tracing import SandboxRunner
from statecode.tracing.engines.registry import ENGINES


def program(code: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code)


def available(engine: str) -> pytest.MarkDecorator:
    reason = ENGINES[engine].unavailable_reason()
    return pytest.mark.skipif(reason != "", reason=reason)


def run(runner: SandboxRunner, code: str, stdin: str = "", **limits):
    return runner.run(Program(program_id="p", problem_id="p", code=code, inputs=(stdin,)), 0, Limits(**limits)).trace
