"""Recording what runs in steps: generators and async functions. Between the steps nothing is recorded."""

from __future__ import annotations

import types
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any

from statecode.tracing.inprocess.recording import Recording, is_being_recorded

Function = Callable[..., Any]
New = Callable[[], Recording]


class _Steps(Generator[Any, Any, Any]):
    """Goes on with something that has `send` and `throw`, and records that alone; may be awaited."""

    def __init__(self, recording: Recording, code: types.CodeType, inner: Any) -> None:
        self._recording = recording
        self._code = code
        self._inner = inner

    def send(self, value: Any) -> Any:
        return self._step(self._inner.send, value)

    def throw(self, *error: Any) -> Any:
        return self._step(self._inner.throw, *error)

    def _step(self, go_on: Callable[..., Any], *args: Any) -> Any:
        if is_being_recorded():  # by another recording, in which this step stands
            return go_on(*args)
        self._recording.begin(self._code)
        try:
            return go_on(*args)
        finally:
            self._recording.pause()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self


@contextmanager
def _finishing(recording: Recording) -> Generator[None, None, None]:
    try:
        yield
    except GeneratorExit:  # nobody wants more of it, which is one way to end
        recording.finish(None)
        raise
    except BaseException as error:
        recording.finish(error)
        raise
    recording.finish(None)


def record_generator(function: Function, code: types.CodeType, new: New) -> Function:
    """Wrap a generator function."""
    def wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        if is_being_recorded():
            return (yield from function(*args, **kwargs))
        recording = new()
        with _finishing(recording):
            return (yield from _Steps(recording, code, function(*args, **kwargs)))

    return wrapper


def record_coroutine(function: Function, code: types.CodeType, new: New) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Wrap an async function."""
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        if is_being_recorded():
            return await function(*args, **kwargs)
        recording = new()
        with _finishing(recording):
            return await _Steps(recording, code, function(*args, **kwargs))

    return wrapper


def record_async_generator(function: Function, code: types.CodeType, new: New) -> Function:
    """Wrap an async generator function."""
    async def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        recording = new()
        inner = function(*args, **kwargs)
        with _finishing(recording):
            step = inner.asend(None)
            while True:
                try:
                    value = await _Steps(recording, code, step)
                except StopAsyncIteration:
                    return
                try:
                    step = inner.asend((yield value))
                except GeneratorExit:
                    await _Steps(recording, code, inner.aclose())
                    raise
                except BaseException as error:
                    step = inner.athrow(error)

    return wrapper
