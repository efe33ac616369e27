"""Test which blocks of a file the recorder watched, and that `inline` calls only those `not run`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

import statecode
from statecode.records import Status, Trace
from statecode.tracing import SandboxRunner
from statecode.tracing.engines import native
from statecode.tracing.inprocess.recording import Recording
from statecode.views import render
from tests.support.recorded_code import module_of
from tests.support.traced_views import traced

needs_native = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")

CODE = """\
import contextlib
import statecode

def outside(n):
    if n:
        return "outside"
    return None

def generate(n):
    suspended = numbers(n)
    yield next(suspended)
    yield from (1, 2)

def helper(n):
    if n > 100:
        n = 100
    def unused():
        return n
    class Inner:
        if n > 100:
            a = 1
    return n

def numbers(n):
    if n > 100:
        n = 100
    for i in range(n):
        if i > 100:
            i = 100
        yield i

def countdown(n):
    while n:
        n -= 1
    if n != 0:
        n = 100
    return 0

class Point:
    def __init__(self, x):
        if x > 100:
            x = 100
        self.x = x
    def moved(self):
        return Point(self.x + 1)

def block(n):
    if n > 100:
        n = 100
    started = numbers(n)
    next(started)
    Point(1).moved()
    with statecode.record() as recording:
        if n > 100:
            n = 100
        helper(n); Point(n)
        next(started)
    if n > 100:
        n = 100
    return recording

def nested(n):
    for first in "ab":
        with contextlib.nullcontext(lambda: n) as get, statecode.record() as recording:
            if n > 100:
                n = 100
            get()
        if n < 0:
            n = 0
    return recording

def stack(n):
    with contextlib.ExitStack() as stack:
        if n > 100:
            n = 100
        recording = stack.enter_context(statecode.record())
        if n > 100:
            n = 100
    return recording

async def asynchronous(n):
    if n > 100:
        n = 100
    with statecode.record() as recording:
        if n > 100:
            n = 100
    return recording

def decorate(function):
    return function

@decorate
async def coroutine(n):
    if n > 100:
        n = 100
    return n

@decorate
@decorate
def decorated(n):
    if n > 100:
        n = 100
    return n

with statecode.record() as of_module:
    if outside(0):
        a = 1
if not outside(1):
    a = 2
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(CODE, tmp_path_factory.mktemp("watched"))


def marked(trace: Trace) -> list[int]:
    """Return the numbers of the lines that `inline` marks `not run`."""
    return [number for number, line in enumerate(render(trace, "inline").splitlines(), 1) if "# not run" in line]


def line_of(text: str, number: int = 0) -> int:
    """Return the number of the line with the text, the first one or the one after `number` others."""
    return [line for line, found in enumerate(CODE.splitlines(), 1) if text in found][number]


def after(text: str, lines: int = 2) -> int:
    return line_of(text) + lines


def recorded(function: Callable[..., Any], *arguments: Any, **options: Any) -> Recording:
    recorded_function: Any = statecode.record(**options)(function)
    recorded_function(*arguments)
    return recorded_function.recordings[-1]  # type: ignore[no-any-return]


@needs_native
def test_a_block_marks_its_body_and_the_functions_that_it_called(module: ModuleType) -> None:
    inside = line_of("with statecode.record() as recording") + 2
    helper = line_of("def helper") + 2
    point = line_of("def __init__") + 2
    assert marked(module.block(2).trace) == [helper, helper + 5, point, inside]


@needs_native
def test_a_function_marks_its_own_body(module: ModuleType) -> None:
    assert marked(recorded(module.decorated, 1).trace) == [after("def decorated")]
    start = line_of("def numbers")
    assert marked(recorded(module.helper, 1, scope="function").trace) == [after("def helper"), after("def helper", 7)]
    iterator: Any = statecode.record(module.numbers)
    assert list(iterator(3)) == [0, 1, 2]
    assert marked(iterator.recordings[-1].trace) == [start + 2, start + 5]


@needs_native
def test_a_block_with_other_context_managers(module: ModuleType) -> None:
    assert marked(module.nested(2).trace) == [after("contextlib.nullcontext(lambda")]
    assert marked(module.stack(2).trace) == []  # it is unknown where the recording ends


@needs_native
def test_a_block_of_a_coroutine_and_of_a_module(module: ModuleType) -> None:
    coroutine: Any = statecode.record(module.coroutine)
    asyncio.run(coroutine(1))
    assert marked(coroutine.recordings[-1].trace) == [after("async def coroutine")]
    assert marked(asyncio.run(module.asynchronous(2)).trace) == [line_of("with statecode.record() as recording", 1) + 2]
    assert marked(module.of_module.trace) == [after("def outside"), after("as of_module")]


@needs_native
def test_what_ran_after_the_recording_is_not_marked(module: ModuleType) -> None:
    iterator: Any = statecode.record(module.generate)
    assert list(iterator(3)) == [0, 1, 2]
    assert marked(iterator.recordings[-1].trace) == []  # the generator in it is still suspended
    assert recorded(module.countdown, 100, events=10).trace.status is Status.EVENT_LIMIT
    assert marked(recorded(module.countdown, 100, events=10).trace) == []


def test_programs_are_watched_from_start_to_end(runner: SandboxRunner) -> None:
    code = "with open('/dev/null') as f:\n    pass\ndef g():\n    return 1\nif 0:\n    a = 1\n"
    trace = traced(runner, code)
    assert marked(trace) == [4, 6]
    assert marked(replace(trace, status=Status.TRACER_LOST)) == []
    assert marked(replace(trace, status=Status.TRACER_ERROR)) == []
    assert marked(replace(trace, status=Status.EVENT_LIMIT)) == [4, 6]  # the program ended at its limit
