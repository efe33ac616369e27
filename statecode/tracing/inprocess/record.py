"""Recording one's own code where it runs, with the native engine: a function, or a block.

    with statecode.record() as recording:
        ...
    recording.trace                        # a Trace, as statecode.trace gives them
    print(recording.render("compact"))     # any view

    @statecode.record
    def f(n): ...
    f(3)
    f.recordings[-1].trace                 # of its last call

    @statecode.record(view="compact")      # printed when a call has ended, to stderr or `file`
    def f(n): ...

The program shares its process with the recorder, and nothing keeps it from anything: record only what you would run.
`recorded` is what a recording becomes, `resumable` what is recorded with pauses.
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
from statecode.tracing.engines import repr_limit_of
from statecode.tracing.engines.native.inprocess import check_usable
from statecode.tracing.inprocess.generators import record_async_generator, record_coroutine, record_generator
from statecode.tracing.inprocess.recording import Options, Recording, is_being_recorded
from statecode.tracing.inprocess.source import Source
from statecode.views import check_view

F = TypeVar("F", bound=Callable[..., Any])


@overload
def record(function: F, /) -> F: ...


@overload
def record(
    *, view: str | None = None, file: TextIO | None = None, scope: str = "file", events: int = 10_000, keep: int = 10,
    fidelity: str = "snoop", repr_limit: int | None = None,
) -> Ready: ...


def record(
    function: Any = None, /, *, view: str | None = None, file: TextIO | None = None, scope: str = "file",
    events: int = 10_000, keep: int = 10, fidelity: str = "snoop", repr_limit: int | None = None,
) -> Any:
    """Record a function at each call, or a block of code: as a decorator, or with `with`.

    What is recorded: the lines of the block, or of the function, and of all that they call in the same file or notebook
    cell, also in threads that they start. Calls of recorded code during a recording belong to that recording. Of a
    generator or an async function each call is one recording, which rests while others run.

    Args:
        view: print each recording in this view when it has ended.
        file: where to print it; by default stderr.
        scope: "file", or "function" for the function alone, with what is defined in it.
        events: a recording ends here, and the program goes on.
        keep: how many recordings a function keeps, the last ones, in `function.recordings`.
        fidelity: "snoop", or "full" for whole values up to `repr_limit` characters and for attributes of objects.

    Raises:
        ConfigError: there is no such view, scope or fidelity, or no event may be recorded.
        RecordingError: this is no function, its source is not known, the native engine cannot be used here; at a call
            or a `with`: another tracer is active, a debugger say, or a `with` stands in what is being recorded.
    """
    check_usable()
    ready = Ready(options(view, file, scope, events, fidelity, repr_limit), keep)
    return ready if function is None else ready(function)


def options(
    view: str | None = None, file: TextIO | None = None, scope: str = "file", events: int = 10_000,
    fidelity: str = "snoop", repr_limit: int | None = None,
) -> Options:
    """Check how to record.

    Raises:
        ConfigError: there is no such view, scope or fidelity, or no event may be recorded.
    """
    if view is not None:
        check_view(view)
    if scope not in ("file", "function"):
        raise ConfigError(f"unknown scope {scope!r}; known: file, function")
    if type(events) is not int or events < 1:
        raise ConfigError(f"events must be a positive number; got {events!r}")
    return Options(
        view=view, file=file, whole_file=scope == "file", fidelity=fidelity,
        repr_limit=repr_limit_of("native", fidelity, repr_limit), limits=Limits(events=events),
    )


class Ready:
    """What `record` gives: decorates functions, and stands in `with`."""

    def __init__(self, options: Options, keep: int) -> None:
        self._options = options
        self._keep = keep
        self._running: list[Recording] = []

    def __enter__(self) -> Recording:
        frame = _frame_of_block(sys._getframe(1))
        name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)
        recording = Recording(self._options, Source.of(frame.f_code, frame.f_globals), name)
        recording.begin_block(frame)
        self._running.append(recording)
        return recording

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        recording = self._running.pop()
        recording.pause()
        recording.finish(error)

    def __call__(self, function: F) -> F:
        """Decorate a function."""
        code = _code_of(function)
        source = Source.of(code, getattr(function, "__globals__", {}))
        recordings: deque[Recording] = deque(maxlen=self._keep)

        def new() -> Recording:
            return Recording(self._options, source, function.__qualname__, recordings)

        wrapper: Any = functools.wraps(function)(_wrapper(function, code, new))
        wrapper.recordings = recordings
        return wrapper  # type: ignore[no-any-return]


def _wrapper(function: Callable[..., Any], code: types.CodeType, new: Callable[[], Recording]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):
        return record_coroutine(function, code, new)
    if inspect.isasyncgenfunction(function):
        return record_async_generator(function, code, new)
    if inspect.isgeneratorfunction(function):
        return record_generator(function, code, new)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if is_being_recorded():
            return function(*args, **kwargs)
        recording = new()
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
            del error  # it holds this frame

    return wrapper


def _code_of(function: Any) -> types.CodeType:
    if isinstance(function, (staticmethod, classmethod, property)):
        raise RecordingError(f"put statecode.record below @{type(function).__name__}: it decorates functions")
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    if isinstance(code, types.CodeType) and hasattr(function, "__qualname__") and not isinstance(function, type):
        return code
    advice = "; decorate its methods" if isinstance(function, type) else ""
    raise RecordingError(f"statecode.record decorates functions written in Python; got {_shortened(function)}{advice}")


def _shortened(value: Any) -> str:
    return " ".join(repr(value).split())[:80]


def _frame_of_block(frame: types.FrameType) -> types.FrameType:
    """The frame in which `with` stands, also where an ExitStack enters for it."""
    while frame.f_code.co_filename == contextlib.__file__ and frame.f_back is not None:
        frame = frame.f_back
    return frame
