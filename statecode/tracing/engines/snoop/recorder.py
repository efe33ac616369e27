"""Records what snoop is told: snoop itself, unmodified, with a formatter that keeps events instead of writing text.

Runs inside the traced process. What is recorded is decided by snoop's own code at the moment when it would write: the
kinds below repeat, branch by branch, `snoop.formatting.DefaultFormatter` of snoop 0.6.1.
"""

from __future__ import annotations

import sys
import threading
import types
import warnings
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any

import cheap_repr
import snoop.utils
from snoop import configuration
from snoop.formatting import DefaultFormatter, Source
from snoop.utils import my_cheap_repr

from statecode.records import EventKind
from statecode.tracing.engines.deferred_reprs import DeferredReprs
from statecode.tracing.forkserver.streams import Streams
from statecode.tracing.wire.channel import ChannelFull, ChannelWriter, RecordLimits, event_cost

if TYPE_CHECKING:
    from statecode.tracing.source_info.hints import SourceHints

# on the channel a kind is its place in EventKind
(_CALL, _START, _REENTER, _LINE, _RETURN, _YIELD, _EXCEPTION, _COMPREHENSION, _RESULT) = range(len(EventKind))

_RESUMABLE = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR

# snoop reports a failing __repr__ as a warning; the program's stderr is the program's
cheap_repr.warnings = types.SimpleNamespace(warn=lambda *args, **kwargs: None)  # type: ignore[attr-defined]


class Recorder(DefaultFormatter):
    """Turns snoop's events into records on the channel; one per traced process."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._frames: dict[int, int] = {}  # id of a live or suspended frame → its number
        self._frame_count = 0
        self._thread = threading.local()  # idents are used again when a thread has ended, this is not
        self._thread_count = 0
        self.event_count = 0

    def open(self, channel: ChannelWriter, limits: RecordLimits, stdout_position: Callable[[], int],
             limit_reached: Callable[[str], None]) -> None:
        """Start recording; `limit_reached` gets the name of the limit and does not return."""
        self._write = channel.write
        self._event_limit, self._trace_bytes_left = limits.events, limits.trace_bytes
        self._stdout_position = stdout_position
        self._limit_reached = limit_reached

    def format(self, event: Any) -> str:
        """Record one event of snoop's."""
        if self.event_count >= self._event_limit:
            self._limit_reached("events")
        kind, value, detail = self._describe(event)
        record = (
            kind, event.line_no, event.last_line_no, event.depth, self._frame_number(event), self._thread_number(),
            event.code_qualname(), event.variables, value, detail, self._stdout_position(),
        )
        self._trace_bytes_left -= event_cost(_texts(event, value, detail))
        if self._trace_bytes_left < 0:
            self._limit_reached("trace_bytes")
        try:
            self._write(record)
        except ChannelFull:
            self._limit_reached("trace_bytes")
        self.event_count += 1
        return ""

    def format_executing_node_exception(self, event: Any) -> list[str]:
        """Remember which lines say where an exception was raised."""
        event.node_lines = super().format_executing_node_exception(event)
        return event.node_lines

    def format_line_only(self, event: Any) -> str:
        """A line that snoop repeats when another frame goes on: it follows from the events."""
        return ""

    def _describe(self, event: Any) -> tuple[int, str | None, str | None]:
        if event.event == "line":
            return _LINE, None, None
        if event.event == "call":
            if event.comprehension_type:
                return _COMPREHENSION, None, None
            if not event.frame_info.is_generator:
                return _CALL, None, None
            return (_REENTER if event.is_yield_value else _START), None, None
        if event.event == "return":
            return self._describe_return(event)
        return _EXCEPTION, None, "\n".join(self.format_exception(event))

    def _describe_return(self, event: Any) -> tuple[int, str | None, str | None]:
        opname = event.opname
        kind = _RESULT if event.comprehension_type else _YIELD if opname in ("YIELD_VALUE", "RESUME") else _RETURN
        if event.arg is None and opname not in ("RETURN_VALUE", "YIELD_VALUE", "RETURN_CONST"):
            return (_RETURN if kind == _YIELD else kind), None, None
        return kind, my_cheap_repr(event.arg), None

    def _frame_number(self, event: Any) -> int:
        """Number frames by first event. An id counts only while its frame is live: a later frame may reuse it."""
        key = id(event.frame)
        if event.event == "call" and not (event.code.co_flags & _RESUMABLE and event.is_yield_value):
            self._frames.pop(key, None)
        number = self._frames.get(key)
        if number is None:
            number = self._frames[key] = self._frame_count
            self._frame_count += 1
        if event.event == "return" and not event.code.co_flags & _RESUMABLE:
            del self._frames[key]
        return number

    def _thread_number(self) -> int:
        number = getattr(self._thread, "number", None)
        if number is None:
            number = self._thread.number = self._thread_count
            self._thread_count += 1
        return number


class SnoopTracer:
    """snoop's tracer over the code objects of one program, kept from harming the program when it fails."""

    def __init__(self) -> None:
        self._config = snoop.Config(out=_discard, columns="", color=False, formatter_class=Recorder)
        self._tracer = self._config.snoop(depth=1)
        self.recorder: Recorder = self._config.formatter
        self.failure: str | None = None
        self.first_perturbed_event: int | None = None  # events recorded when tracing first changed the program
        self._trace = self._make_trace()

    @property
    def event_count(self) -> int:
        """Events recorded so far."""
        return self.recorder.event_count

    def open(self, channel: ChannelWriter, limits: RecordLimits, streams: Streams, source_hints: SourceHints,
             limit_reached: Callable[[str], None]) -> None:
        """Say where events go; `limit_reached` gets the name of a limit and does not return."""
        self.recorder.open(channel, limits, streams.stdout_position(), limit_reached)
        if sys.version_info[:2] == (3, 12):
            self._watch_for_disturbance()

    def install(self, code: types.CodeType) -> None:
        """Trace this thread and all threads to come, in the code objects of `code`."""
        _parse(code.co_filename)
        self._tracer.target_codes.update(_code_objects(code))
        threading.settrace(self._trace)
        sys.settrace(self._trace)

    def remove(self) -> bool:
        """Stop tracing this thread; returns whether the program had left the tracer in its place."""
        in_place = sys.gettrace() is self._trace and threading._trace_hook is self._trace  # type: ignore[attr-defined]
        sys.settrace(None)
        return in_place

    def finish(self) -> None:
        """Nothing stands between the recorder and the channel."""

    def disable(self) -> None:
        """Record nothing more: we are in a process that the program forked, and the channel is its parent's."""
        self.failure = "in a forked process"
        threading.settrace(None)  # type: ignore[arg-type]
        sys.settrace(None)

    def release_frames(self) -> None:
        """Let go of the program's frames, which keep its objects alive."""
        self._config.last_frame = None
        self._tracer.frame_infos.clear()

    def _watch_for_disturbance(self) -> None:
        """Notice where Python 3.12 lets a tracer change a program, of which only a warning tells.

        Reading f_locals at module level can set the variables of a comprehension to None there. Mostly that is
        harmless; the supervisor finds out. The warning is kept off the program's stderr.
        """
        show = warnings._showwarnmsg  # type: ignore[attr-defined]

        def show_others(message: warnings.WarningMessage) -> None:
            text = str(message.message)
            if message.category is RuntimeWarning and text.startswith("assigning None to ") and "unbound local" in text:
                if self.first_perturbed_event is None:
                    self.first_perturbed_event = self.event_count
            else:
                show(message)

        warnings._showwarnmsg = show_others  # type: ignore[attr-defined]

    def _make_trace(self) -> Callable[..., Any]:
        tracer, thread_local = self._tracer, self._config.thread_local
        modules, late_reprs = sys.modules, DeferredReprs(configuration, snoop.utils, _register_series)

        def trace(frame: types.FrameType, event: str, arg: Any) -> Any:
            if self.failure is not None:
                sys.settrace(None)
                return None
            try:
                if "numpy" in modules or "django" in modules:  # pandas imports numpy
                    late_reprs.register()
                thread_local.__dict__.setdefault("depth", -1)
                return None if tracer.trace(frame, event, arg) is None else trace
            except BaseException as error:  # snoop raised: the program must not notice
                self.failure = f"{type(error).__name__}: {error}"
                sys.settrace(None)
                return None

        return trace


def _register_series(series: type) -> None:
    snoop.utils._register_cheap_reprs()


def _parse(filename: str) -> None:
    """Have snoop parse the program before the first event, where it does no harm."""
    show = warnings.showwarning
    warnings.showwarning = lambda *args, **kwargs: None  # parsing again must not repeat the compiler's warnings;
    try:                                                  # a filter would do, but programs can see how many there were
        Source.for_filename(filename)
    except Exception:  # too deeply nested to parse twice: snoop will fail at the first event, and that is recorded
        pass
    finally:
        warnings.showwarning = show


def _texts(event: Any, value: str | None, detail: str | None) -> list[str]:
    texts = list(chain.from_iterable(event.variables))
    if value is not None:
        texts.append(value)
    if detail is not None:
        lines = detail.split("\n")
        texts.append("\n".join(lines[: len(lines) - len(event.node_lines)]))
    return texts


def _discard(text: str) -> None:
    pass


def _code_objects(code: types.CodeType) -> set[types.CodeType]:
    found = {code}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= _code_objects(constant)
    return found
