"""Check that generators and async functions are recorded only while they run."""

from __future__ import annotations

import asyncio
import gc
import inspect
from typing import Any

import pytest

import statecode
from statecode.records import EventKind, Status
from statecode.tracing.engines import native
from tests.support.recorded_code import numbers

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


def test_generators_are_recorded_only_while_they_run() -> None:
    numbers.recordings.clear()
    one, two = numbers(2), numbers(3)
    assert (next(one), next(two), one.send("x"), list(one)) == (1, 1, "x", [2])
    assert two.throw(ValueError("thrown")) == "thrown"
    two.close()
    first, second = (recording.trace for recording in numbers.recordings)
    for trace in (first, second):
        assert {event.function for event in trace.events} == {"numbers", "helper"}
        assert trace.status is Status.OK
        assert len({event.frame for event in trace.events if event.function == "numbers"}) == 1
    assert [event.value for event in first.events if event.kind is EventKind.YIELD] == ["1", "'x'", "2"]
    assert [event.value for event in second.events if event.kind is EventKind.YIELD][:2] == ["1", "'thrown'"]
    assert "GeneratorExit" in str(second.events[-2].detail)
    assert inspect.isgeneratorfunction(numbers)


def test_a_garbage_collected_generator() -> None:
    generator = numbers(3)
    next(generator)
    del generator
    gc.collect()
    assert numbers.recordings[-1].trace.events[-1].kind is EventKind.RETURN


@statecode.record
async def waiting(name: str) -> str:
    for _ in range(2):
        await asyncio.sleep(0)
        name += "!"
    return name


@statecode.record
async def ticks(n: int) -> Any:
    for i in range(n):
        await asyncio.sleep(0)
        try:
            yield i
        except ValueError:
            yield "caught"


def test_concurrent_async_functions_have_separate_recordings() -> None:
    async def both() -> list[str]:
        return await asyncio.gather(waiting("a"), waiting("b"))

    waiting.recordings.clear()
    assert asyncio.run(both()) == ["a!!", "b!!"]
    for recording, name in zip(waiting.recordings, "ab"):
        events = recording.trace.events
        assert {event.function for event in events} == {"waiting"}
        assert events[0].changes == (("name", repr(name)),) and events[-1].value == repr(name + "!!")
        assert {event.depth for event in events} == {0}
    assert inspect.iscoroutinefunction(waiting)


def test_async_generators() -> None:
    async def use() -> list[Any]:
        found = [i async for i in ticks(2)]
        generator = ticks(2)
        found += [await generator.asend(None), await generator.athrow(ValueError())]
        await generator.aclose()
        return found

    assert asyncio.run(use()) == [0, 1, 0, "caught"]
    assert all({event.function for event in recording.trace.events} == {"ticks"} for recording in ticks.recordings)
    assert inspect.isasyncgenfunction(ticks)
