"""Make programs from sources, trace them, and skip tests of an engine that is not built."""

from __future__ import annotations

import pytest

from statecode.records import Limits, Program
from statecode.tracing import SandboxRunner
from statecode.tracing.engines import native


def program(code: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code)


def available(engine: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(engine == "native" and not native.available(), reason="the native engine is not built")


def run(runner: SandboxRunner, code: str, stdin: str = "", **limits):
    return runner.run(Program(program_id="p", problem_id="p", code=code, inputs=(stdin,)), 0, Limits(**limits)).trace
