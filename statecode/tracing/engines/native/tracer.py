"""The native engine in the traced process: set up the C recorder, and read the values that C does not read.

Values with methods of the program (`__repr__`, `__len__`, ...) and values of other packages are read with the functions
that snoop calls, in the same order.
"""

from __future__ import annotations

import io
import opcode
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from statecode.tracing.engines.deferred_reprs import DeferredReprs
from statecode.tracing.engines.native import _engine, guarded_reads, repr_functions
from statecode.tracing.engines.native.array_reprs import ArrayReprs
from statecode.tracing.engines.native.full_values import FullValues
from statecode.tracing.engines.native.guarded_reads import guarded
from statecode.tracing.engines.native.repr_functions import HIDDEN_PREFIX, dtype_watch, len_shape_watch, my_cheap_repr
from statecode.tracing.forkserver.streams import Streams
from statecode.tracing.own_builtins import OWN_BUILTINS
from statecode.tracing.wire.channel import ChannelWriter, RecordLimits

if TYPE_CHECKING:
    from statecode.tracing.source_info.hints import SourceHints

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

_OPCODE_FLAGS = {
    "RETURN_VALUE": 1, "YIELD_VALUE": 2, "RETURN_CONST": 4, "RESUME": 8 | 16, "CACHE": 16, "POP_TOP": 16,
    "PUSH_NULL": 16,
}
"""Flags of opcodes, as in recorder.h; 16: `Event.is_yield_value` of snoop skips the opcode."""

_set_trace = sys.settrace  # the program may replace the function

_NO_EXTRA, _LENGTH, _SHAPE = range(3)  # recorded after x: nothing, len(x) or x.shape; same numbers as `Extra` in C

_READ_POSITION, _CALL_TELL = -1, -2  # source of the position of stdout, see `open` in recorder_type.h


class NativeTracer:
    """Tracer that records the code objects of one program in C. It has the same interface as `SnoopTracer`."""

    first_perturbed_event: int | None = None  # variables are read in place, and never changed

    def __init__(self) -> None:
        self._recorder = _engine.Recorder(**recorder_parts())
        self._stdout_is_readable = _engine.is_position_readable(io.BufferedWriter(io.BytesIO()))
        self._forked = self._was_replaced = False

    @property
    def failure(self) -> str | None:
        """The error that stopped the recording, or None."""
        return "in a forked process" if self._forked else self._recorder.failure

    @property
    def was_replaced(self) -> bool:
        """True if the program replaced the tracer, perhaps for a while; read it after the threads have ended."""
        return self._was_replaced or self._recorder.was_lost_by_a_thread()

    @property
    def event_count(self) -> int:
        """Number of events recorded so far."""
        return self._recorder.event_count

    def open(self, channel: ChannelWriter, limits: RecordLimits, streams: Streams, source_hints: SourceHints,
             limit_reached: Callable[[str], None]) -> None:
        """Open the recorder on a channel. `limit_reached` receives the name of a limit and does not return."""
        self._channel = channel
        self._shapes, self._reference_counts, other_writers, signals = source_hints
        position_source = 1 if other_writers else _READ_POSITION  # 1: the descriptor of stdout
        if not self._stdout_is_readable:
            position_source = _CALL_TELL
        self._recorder.open(
            channel.map, channel.end, channel.capacity, limits.events, limits.trace_bytes, streams.stdout_buffer,
            position_source, limit_reached,
        )
        if signals:
            self._recorder.hold_signals()
        if limits.repr_limit is not None:
            values = FullValues(limits.repr_limit)
            self._recorder.use_full_values(values.list_changes, values.text)

    def install(self, code: types.CodeType) -> None:
        """Start to trace `code` and the code objects inside it, in this thread and in new threads."""
        self._recorder.add_code(code, self._shapes, self._reference_counts)
        threading.settrace(self._recorder)
        self._recorder.start()

    def remove(self) -> None:
        """Stop tracing this thread."""
        hook = getattr(threading, "_trace_hook", None)
        self._was_replaced = not (self._recorder.is_in_place() and hook is self._recorder)
        _set_trace(None)

    def finish(self) -> None:
        """Stop recording, and set the end of the channel after the recorded events."""
        self._recorder.close()
        self._channel.end = self._recorder.end

    def disable(self) -> None:
        """Stop recording in a process that the program forked: the channel belongs to the parent process."""
        self._forked = True
        self._recorder.close()
        threading.settrace(None)  # type: ignore[arg-type]
        sys.settrace(None)

    def release_frames(self) -> None:
        """Release the values of frames that still run."""
        self._recorder.release_frames()


def recorder_parts() -> dict[str, Any]:
    """Return the keyword arguments of `_engine.Recorder`: functions, opcode flags and the registry of cheap_repr."""
    package = guarded_reads.package
    deferred_reprs = DeferredReprs(package, repr_functions, repr_functions, repr_functions.register_series)
    array_reprs = ArrayReprs(deferred_reprs)
    return {
        "describe": _describe_with(deferred_reprs), "list_items": list_items, "represent": my_cheap_repr,
        "exception_text": exception_text, "release": release, "registry": package.repr_registry,
        "find_numpy": array_reprs.find_numpy, "array_texts": array_reprs.texts,
        "opcode_flags": bytes(_OPCODE_FLAGS.get(name, 0) for name in opcode.opname[:256]),
    }


def _describe_with(deferred_reprs: DeferredReprs) -> Callable[[str, Any], tuple[str, int, str | None, str | None]]:
    modules = sys.modules  # the interpreter's own: the program may replace sys.modules

    def describe(name: str, value: Any) -> tuple[str, int, str | None, str | None]:
        """Read one variable as `get_local_reprs` of snoop does.

        Returns:
            The text of the value; the kind of its extra (_NO_EXTRA, _LENGTH or _SHAPE) and its text; the text of the
            dtype.
        """
        if "numpy" in modules or "django" in modules:  # pandas imports numpy
            guarded(deferred_reprs.register)
        text, kind, extra, dtype = my_cheap_repr(value), _NO_EXTRA, None, None
        try:  # as in `guarded`; a call costs more
            pair = len_shape_watch(name, value)
        except guarded_reads.passed_on:
            raise
        except BaseException:
            pair = None
        if pair is not None:
            kind, extra = _LENGTH if pair[0].startswith("len(") else _SHAPE, my_cheap_repr(pair[1])
        try:
            pair = dtype_watch(name, value)
        except guarded_reads.passed_on:
            raise
        except BaseException:
            pair = None
        if pair is not None:
            dtype = my_cheap_repr(pair[1])
        return text, kind, extra, dtype

    return describe


def list_items(mapping: Any) -> list[tuple[str, Any]]:
    """Return the names and values of a namespace that is not a dict, in its order. Its methods may be the program's.

    Names whose value cannot be read are omitted.
    """
    names = [name for name in guarded(list, mapping) or () if type(name) is str and not name.startswith(HIDDEN_PREFIX)]
    pairs = [guarded(_read_pair, mapping, name) for name in names]
    return [pair for pair in pairs if pair is not None]


def _read_pair(mapping: Any, name: str) -> tuple[str, Any]:
    return name, mapping[name]


class ImitatingTracer(NativeTracer):
    """Tracer for comparisons that has snoop's effects on the program: they explain a trace that equals snoop's."""

    def __init__(self) -> None:
        super().__init__()
        self._recorder.imitate_snoop(list_refreshed)


def list_refreshed(frame: types.FrameType) -> list[tuple[str, Any]]:
    """Return the names and values of a frame's variables in snoop's order, and refresh the dict `frame.f_locals`."""
    names = [name for name in frame.f_locals if not name.startswith(HIDDEN_PREFIX)]
    code = frame.f_code
    if code.co_name == "<module>":
        names = [name for name in names if not is_initial(name, frame.f_locals[name])]
    order = code.co_varnames + code.co_cellvars + code.co_freevars + tuple(names)
    names.sort(key=order.index)
    return [(name, frame.f_locals[name]) for name in names]


def is_initial(name: str, value: Any) -> bool:
    """Return True for `__doc__` and `__file__` of the program's module while they have the values that `child` sets."""
    if value is None:
        return name == "__doc__"
    return name == "__file__" and type(value) is str and value == "program.py"


def release(frames: list[types.FrameType]) -> None:
    """Release frames from inside a Python frame, so that finalisers see the same stack depth as with snoop."""
    frames.clear()


def exception_text(kind: type[BaseException], value: BaseException) -> str:
    """Return the text that snoop writes for an exception, without the expression that raised it."""
    text = guarded(_traceback_text, kind, value)
    if text is None:  # the class, an attribute or a replaced builtin raised in the module traceback
        name, message = guarded_reads.type_name_of(value), guarded(str, value)
        message = f"<unprintable {name} object>" if message is None else str.__str__(message)
        text = f"{name}: {message}" if message else name
    return guarded_reads.bounded("\n".join(f"!!! {line}" for line in text.splitlines()))


def _traceback_text(kind: type[BaseException], value: BaseException) -> str:
    return str.__str__("".join(traceback.format_exception_only(kind, value)))
