"""The native engine's part in the traced process: sets the C recorder up, and reads what C leaves to Python.

A value whose reading may call the program (its own `__repr__`, `__len__`, ...), or that belongs to another package, is
handed to the very functions that snoop calls, in snoop's order.
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

import cheap_repr

from statecode.tracing.engines.deferred_reprs import DeferredReprs
from statecode.tracing.engines.native import _engine, repr_functions
from statecode.tracing.engines.native.full_values import FullValues
from statecode.tracing.engines.native.repr_functions import HIDDEN_PREFIX, dtype_watch, len_shape_watch, my_cheap_repr
from statecode.tracing.forkserver.streams import Streams
from statecode.tracing.wire.channel import ChannelWriter, RecordLimits

if TYPE_CHECKING:
    from statecode.tracing.source_info.hints import SourceHints

_OPCODE_FLAGS = {
    "RETURN_VALUE": 1, "YIELD_VALUE": 2, "RETURN_CONST": 4, "RESUME": 8 | 16, "CACHE": 16, "POP_TOP": 16,
    "PUSH_NULL": 16,
}
"""The bits of recorder.h; 16 are those that `Event.is_yield_value` skips."""

_NO_EXTRA, _LENGTH, _SHAPE = range(3)

_READ_POSITION, _CALL_TELL = -1, -2  # where stdout's position is known from, see `open` in _engine.c


class NativeTracer:
    """Records the code objects of one program by the C recorder; as `SnoopTracer` in use."""

    first_perturbed_event: int | None = None  # it reads variables where they are, and changes none

    def __init__(self) -> None:
        self._recorder = _engine.Recorder(**recorder_parts())
        self._stdout_is_readable = _engine.is_position_readable(io.BufferedWriter(io.BytesIO()))
        self._forked = False

    @property
    def failure(self) -> str | None:
        """Why recording stopped, None where it did not."""
        return "in a forked process" if self._forked else self._recorder.failure

    @property
    def event_count(self) -> int:
        """Events recorded so far."""
        return self._recorder.event_count

    def open(self, channel: ChannelWriter, limits: RecordLimits, streams: Streams, source_hints: SourceHints,
             limit_reached: Callable[[str], None]) -> None:
        """Say where events go; `limit_reached` gets the name of a limit and does not return."""
        self._channel = channel
        self._shapes, self._reference_counts, other_writers = source_hints
        descriptor = _CALL_TELL if not self._stdout_is_readable else 1 if other_writers else _READ_POSITION
        self._recorder.open(
            channel.map, channel.end, channel.capacity, limits.events, limits.trace_bytes, streams.stdout_buffer,
            descriptor, limit_reached,
        )
        if limits.repr_limit is not None:
            values = FullValues(limits.repr_limit)
            self._recorder.use_full_values(values.list_changes, values.text)

    def install(self, code: types.CodeType) -> None:
        """Trace this thread and all threads to come, in the code objects of `code`."""
        self._recorder.add_code(code, self._shapes, self._reference_counts)
        threading.settrace(self._recorder)
        self._recorder.start()

    def remove(self) -> bool:
        """Stop tracing this thread; returns whether the program had left the tracer in its place."""
        hook = threading._trace_hook  # type: ignore[attr-defined]
        in_place = sys.gettrace() is self._recorder and hook is self._recorder
        sys.settrace(None)
        return in_place

    def finish(self) -> None:
        """Record nothing more, and let the channel go on behind what was recorded."""
        self._recorder.close()
        self._channel.end = self._recorder.end

    def disable(self) -> None:
        """Record nothing more: we are in a process that the program forked, and the channel is its parent's."""
        self._forked = True
        self._recorder.close()
        threading.settrace(None)  # type: ignore[arg-type]
        sys.settrace(None)

    def release_frames(self) -> None:
        """Let go of the values of frames that are still being run."""
        self._recorder.release_frames()


def recorder_parts() -> dict[str, Any]:
    """What a recorder in C has in Python, by the names of its arguments."""
    return {
        "describe": _describe_with(DeferredReprs(repr_functions, repr_functions, repr_functions.register_series)),
        "list_items": list_items, "represent": my_cheap_repr, "exception_text": exception_text, "release": release,
        "registry": cheap_repr.repr_registry, "suppressed": cheap_repr.suppressed_classes,
        "opcode_flags": bytes(_OPCODE_FLAGS.get(name, 0) for name in opcode.opname[:256]),
    }


def _describe_with(late_reprs: DeferredReprs) -> Callable[[str, Any], tuple[str, int, str | None, str | None]]:
    modules = sys.modules  # the interpreter's own, whatever the program puts in its place

    def describe(name: str, value: Any) -> tuple[str, int, str | None, str | None]:
        """Read one variable: its text, which extra it has with its text, its dtype's text; as `get_local_reprs`."""
        if "numpy" in modules or "django" in modules:  # pandas imports numpy
            late_reprs.register()
        text, kind, extra, dtype = my_cheap_repr(value), _NO_EXTRA, None, None
        try:
            pair = len_shape_watch(name, value)
        except Exception:
            pair = None
        if pair is not None:
            kind, extra = _LENGTH if pair[0].startswith("len(") else _SHAPE, my_cheap_repr(pair[1])
        try:
            pair = dtype_watch(name, value)
        except Exception:
            pair = None
        if pair is not None:
            dtype = my_cheap_repr(pair[1])
        return text, kind, extra, dtype

    return describe


def list_items(frame: types.FrameType) -> list[tuple[str, Any]]:
    """The variables of a frame in snoop's order, where C cannot list them."""
    names = [name for name in frame.f_locals if not name.startswith(HIDDEN_PREFIX)]
    code = frame.f_code
    order = code.co_varnames + code.co_cellvars + code.co_freevars + tuple(names)
    names.sort(key=order.index)
    return [(name, frame.f_locals[name]) for name in names]


def release(frames: list[types.FrameType]) -> None:
    """Let go of frames in this one, so that what ends with them finds itself where it would under snoop."""
    frames.clear()


def exception_text(kind: type[BaseException], value: BaseException) -> str:
    """What snoop writes of an exception, without the expression that raised it."""
    text = "".join(traceback.format_exception_only(kind, value))
    return "\n".join(f"!!! {line}" for line in text.splitlines())
