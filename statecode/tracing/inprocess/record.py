"""Record code where it runs, with the native engine: a function or a block.

    with statecode.record() as recording:
        ...
    recording.trace                        # a Trace, as statecode.trace returns it
    print(recording.render("compact"))     # any view

    @statecode.record
    def f(n): ...
    f(3)
    f.recordings[-1].trace                 # the trace of the last call

    @statecode.record(view="compact")      # prints each recording after the call, to stderr or `file`
    def f(n): ...

The code runs in the same process as the recorder, without a sandbox: record only code that you would run anyway.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import types
from collections import deque
from collections.abc import Callable
from typing import Any, TextIO, TypeVar, overload

from statecode.errors import ConfigError, RecordingError
from statecode.records import Limits
from statecode.tracing.engines.native.inprocess import check_usable
from statecode.tracing.engines.registry import NATIVE
from statecode.tracing.inprocess.generators import record_async_generator, record_coroutine, record_generator
from statecode.tracing.inprocess.recording import Options, Recording, is_being_recorded
from statecode.tracing.inprocess.source import Source
from statecode.tracing.options import RunOptions
from statecode.views import check_view

F = TypeVar("F", bound=Callable[..., Any])


@overload
def record(function: F, /) -> F: ...


@overload
def record(
    *, view: str | None = None, file: TextIO | None = None, scope: str = "file", events: int = 10_000, keep: int = 10,
    fidelity: str = "snoop", repr_limit: int | None = None,
) -> RecordingContext: ...


def record(
    function: Any = None, /, *, view: str | None = None, file: TextIO | None = None, scope: str = "file",
    events: int = 10_000, keep: int = 10, fidelity: str = "snoop", repr_limit: int | None = None,
) -> Any:
    """Record each call of a function (as a decorator), or a block of code (in a `with` statement).

    A recording contains the lines of the function or block and of all functions that it calls in the same file or
    notebook cell, including calls in threads that the code starts. A call of a recorded function during a recording
    belongs to that recording. For a generator or an async function each call is one recording, which pauses while the
    function is suspended.

    Args:
        view: print each recording in this view after its end.
        file: the stream to print to; stderr by default.
        scope: "file", or "function" for only the function and the functions defined in it.
        events: maximum number of events; after them the recording ends, and the program continues.
        keep: maximum length of `function.recordings`, which holds the last recordings of the function.
        fidelity: "snoop", or "full" for whole values up to `repr_limit` characters and for attributes of objects.
        repr_limit: maximum number of characters of a value with the fidelity "full"; 10,000 by default.

    Returns:
        The decorated function, or a `RecordingContext` if no function is passed.

    Raises:
        ConfigError: the view, scope or fidelity does not exist, `events` is not positive, or `repr_limit` is not valid.
        RecordingError: the argument is not a Python function, its source is not found, or the native engine cannot be
            used here. At a call or a `with` statement: another tracer is active, such as a debugger, or the `with`
            statement is inside code that is being recorded.
    """
    check_usable()
    context = RecordingContext(make_options(view, file, scope, events, fidelity, repr_limit), keep)
    return context if function is None else context(function)


def make_options(
    view: str | None = None, file: TextIO | None = None, scope: str = "file", events: int = 10_000,
    fidelity: str = "snoop", repr_limit: int | None = None,
) -> Options:
    """Check the arguments of `record` and return them as `Options`.

    Raises:
        ConfigError: the view, scope or fidelity does not exist, `events` is not positive, or `repr_limit` is not valid.
    """
    if view is not None:
        check_view(view)
    if scope not in ("file", "function"):
        raise ConfigError(f"unknown scope {scope!r}; known: file, function")
    if type(events) is not int or events < 1:
        raise ConfigError(f"events must be a positive number; got {events!r}")
    run = RunOptions(engine=NATIVE.name, fidelity=fidelity, repr_limit=repr_limit, limits=Limits(events=events))
    return Options(view=view, file=file, whole_file=scope == "file", run=run)


class RecordingContext:
    """The return value of `record(...)`: a decorator for functions, and a context manager for blocks."""

    def __init__(self, options: Options, keep: int) -> None:
        self._options = options
        self._keep = keep
        self._open_recordings: list[Recording] = []

    def __enter__(self) -> Recording:
        frame = _frame_of_with(sys._getframe(1))
        name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)
        recording = Recording(self._options, Source.of(frame.f_code, frame.f_globals), name)
        recording.begin_block(frame)
        self._open_recordings.append(recording)
        return recording

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        recording = self._open_recordings.pop()
        recording.pause()
        recording.finish(error)

    def __call__(self, function: F) -> F:
        """Return a wrapper that records each call of the function; its attribute `recordings` holds the last ones."""
        code = _code_of_function(function)
        source = Source.of(code, getattr(function, "__globals__", {}))
        recordings: deque[Recording] = deque(maxlen=self._keep)

        def new_recording() -> Recording:
            return Recording(self._options, source, function.__qualname__, recordings)

        wrapper: Any = functools.wraps(function)(_wrapper(function, code, new_recording))
        wrapper.recordings = recordings
        return wrapper  # type: ignore[no-any-return]


def _wrapper(
    function: Callable[..., Any], code: types.CodeType, new_recording: Callable[[], Recording]
) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):
        return record_coroutine(function, code, new_recording)
    if inspect.isasyncgenfunction(function):
        return record_async_generator(function, code, new_recording)
    if inspect.isgeneratorfunction(function):
        return record_generator(function, code, new_recording)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if is_being_recorded():
            return function(*args, **kwargs)
        recording = new_recording()
        recording.begin(code)
        error = None
        try:
            return function(*args, **kwargs)
        except BaseException as raised:
            error = raised
            raise
        finally:
            recording.pause()
            recording.finish(error)
            del error  # its traceback refers to this frame

    return wrapper


def _code_of_function(function: Any) -> types.CodeType:
    if isinstance(function, (staticmethod, classmethod, property)):
        raise RecordingError(f"put statecode.record below @{type(function).__name__}: it decorates functions")
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    if isinstance(code, types.CodeType) and hasattr(function, "__qualname__") and not isinstance(function, type):
        return code
    advice = "; decorate its methods" if isinstance(function, type) else ""
    raise RecordingError(f"statecode.record decorates functions written in Python; got {_short_repr(function)}{advice}")


def _short_repr(value: Any) -> str:
    return " ".join(repr(value).split())[:80]


def _frame_of_with(frame: types.FrameType) -> types.FrameType:
    """Return the frame of the `with` statement. Frames of contextlib are skipped, such as those of an ExitStack."""
    while frame.f_code.co_filename == contextlib.__file__ and frame.f_back is not None:
        frame = frame.f_back
    return frame
