"""Record generators, async functions and async generators: only while they run, not while they are suspended."""

from __future__ import annotations

import types
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any

from statecode.tracing.inprocess.recording import Recording, is_being_recorded

Function = Callable[..., Any]
RecordingFactory = Callable[[], Recording]


class _RecordedSteps(Generator[Any, Any, Any]):
    """Resumes a generator or coroutine, and records only while it runs; the object is also awaitable."""

    def __init__(self, recording: Recording, code: types.CodeType, inner: Any) -> None:
        self._recording = recording
        self._code = code
        self._inner = inner

    def send(self, value: Any) -> Any:
        return self._resume(self._inner.send, value)

    def throw(self, *error: Any) -> Any:
        return self._resume(self._inner.throw, *error)

    def _resume(self, resume: Callable[..., Any], *args: Any) -> Any:
        if is_being_recorded():  # by another recording, which then contains this step
            return resume(*args)
        self._recording.begin(self._code)
        try:
            return resume(*args)
        finally:
            self._recording.pause()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self


@contextmanager
def _finish_on_exit(recording: Recording) -> Generator[None, None, None]:
    """Finish a recording at the end of the block, with the exception that left the block."""
    try:
        yield
    except GeneratorExit:  # the generator was closed before its end, which is not an error
        recording.finish(None)
        raise
    except BaseException as error:
        recording.finish(error)
        raise
    recording.finish(None)


def record_generator(function: Function, code: types.CodeType, new_recording: RecordingFactory) -> Function:
    """Return a wrapper of a generator function. Each call is one recording, unless it belongs to another one."""
    def wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        if is_being_recorded():
            return (yield from function(*args, **kwargs))
        recording = new_recording()
        with _finish_on_exit(recording):
            return (yield from _RecordedSteps(recording, code, function(*args, **kwargs)))

    return wrapper


def record_coroutine(
    function: Function, code: types.CodeType, new_recording: RecordingFactory
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return a wrapper of an async function. Each call is one recording, unless it belongs to another one."""
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        if is_being_recorded():
            return await function(*args, **kwargs)
        recording = new_recording()
        with _finish_on_exit(recording):
            return await _RecordedSteps(recording, code, function(*args, **kwargs))

    return wrapper


def record_async_generator(function: Function, code: types.CodeType, new_recording: RecordingFactory) -> Function:
    """Return a wrapper of an async generator function; each call is one recording."""
    async def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        recording = new_recording()
        inner = function(*args, **kwargs)
        with _finish_on_exit(recording):
            step = inner.asend(None)
            while True:
                try:
                    value = await _RecordedSteps(recording, code, step)
                except StopAsyncIteration:
                    return
                try:
                    step = inner.asend((yield value))
                except GeneratorExit:
                    await _RecordedSteps(recording, code, inner.aclose())
                    raise
                except BaseException as error:
                    step = inner.athrow(error)

    return wrapper
