"""Test that random programs are valid, diverse and reproducible, and that most end without an exception."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings

import pytest
from hypothesis import HealthCheck, given, settings

from statecode.records import Program, Status
from statecode.tracing import RunOptions, SandboxRunner
from tests.support import random_delegation, random_frames, random_statements, random_values
from tests.support.paths import ROOT
from tests.support.random_programs import REPR_HAS_EFFECTS, frame_program, programs, seeded_programs


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_programs_compile(source: str) -> None:
    assert not re.search(r"<(?:[a-z]{3,}|[FGHCDxyz])\b[^<>\n]*>", source.replace("<A object at 0x7f00>", "").replace(
        "<stdin>", "").replace("<the class", "")), "a placeholder was not filled"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        compile(source, "program.py", "exec")


def test_programs_are_the_same_in_another_process() -> None:
    script = "import sys; sys.path.insert(0, sys.argv[1]); from tests.support.random_programs import seeded_programs as s; print(s(40))"
    command = [sys.executable, "-c", script, str(ROOT)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(printed) == seeded_programs(40)


def test_programs_differ_and_use_nearly_all_definitions() -> None:
    sources = seeded_programs(1000)
    assert len(set(sources)) == len(sources) == 1000
    text = "\n".join(sources)
    unused = [name for name in random_values.DEFINITIONS if not re.search(rf"\b{name}\b", text)]
    assert len(unused) <= 3, unused
    for kind in ("match ", "async def", "yield from", "nonlocal", "global ", "lambda", ":=", "class ", "with ", "finally:", "import *", "@", "exec("):
        assert text.count(kind) >= 5, kind


def test_programs_about_frames() -> None:
    sources = [frame_program(number) for number in range(400)]
    assert len(set(sources)) == 400 and sources[7] == frame_program(7) != frame_program(7, seed=1)
    assert not any(map(REPR_HAS_EFFECTS.search, sources))
    text = "\n".join(sources)
    for kind in ("locals()", "vars()", "dir()", "exec(", "eval(", "Noisy(", "weakref.ref(", "getrefcount", "_getframe", "super()", "closing_generator", "__class__"):
        assert text.count(kind) >= 20, kind
    assert all(re.search(rf"\b{name}\b", text) for name in random_frames.FRAME_DEFINITIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        for source in sources:
            compile(source, "program.py", "exec")


@pytest.mark.one_python
def test_most_programs_end_soon_and_without_an_exception() -> None:
    with SandboxRunner(RunOptions(engine="snoop")) as runner:
        runs = [runner.run(Program(program_id="p", problem_id="p", code=source)) for source in seeded_programs(150)]
    statuses = [run.trace.status for run in runs]
    assert {Status.OK, Status.EXCEPTION} <= set(statuses) <= {Status.OK, Status.EXCEPTION, Status.TRACER_ERROR}
    assert 0.6 <= statuses.count(Status.OK) / len(statuses) <= 0.9
    assert max(len(run.trace.events) for run in runs) < 10_000
    assert {run.trace.deterministic for run in runs} == {True}


def test_every_placeholder_is_known() -> None:
    words = {*re.findall(r"<([a-z]{2,})", "\n".join([
        *random_statements.SIMPLE, *random_statements.BLOCKS, *random_statements.RISKY, *random_frames.FRAME_STATEMENTS, *random_frames.FRAME_BLOCKS,
        *random_delegation.BLOCKS,
    ]))}
    kinds = {"int", "float", "str", "bytes", "list", "dict", "set", "tuple", "other", "any", "name", "var", "plain", "bool", "body", "def", "class", "risky"}
    assert words <= kinds
