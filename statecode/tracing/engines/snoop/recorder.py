"""Record the events of unmodified snoop with a formatter that writes records to the channel.

This module runs inside the traced process. snoop's own code selects the events: where snoop would write text, the
formatter writes a record. `Recorder` selects the kind of an event by the same conditions as
`snoop.formatting.DefaultFormatter` of snoop 0.6.1.
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
from statecode.tracing.wire.channel import ChannelFull, ChannelWriter, RecordLimits
from statecode.tracing.wire.record import KINDS, LIMIT_EVENTS, LIMIT_TRACE_BYTES, EventRecord, event_cost

if TYPE_CHECKING:
    from statecode.tracing.source_info.hints import SourceHints

# a record contains the index of its kind
_CALL, _START, _REENTER, _LINE, _RETURN, _YIELD, _EXCEPTION, _COMPREHENSION, _RESULT = map(KINDS.index, (
    EventKind.CALL, EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.LINE, EventKind.RETURN,
    EventKind.YIELD, EventKind.EXCEPTION, EventKind.COMPREHENSION, EventKind.COMPREHENSION_RESULT,
))

# of the program's module, as `child` sets them; the program did not
_INITIAL_VARIABLES = (("__doc__", "None"), ("__file__", "'program.py'"))

_GENERATOR_FLAGS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR

# cheap_repr warns if a __repr__ fails; the warning must not reach the program's stderr
cheap_repr.warnings = types.SimpleNamespace(warn=lambda *args, **kwargs: None)  # type: ignore[attr-defined]


class Recorder(DefaultFormatter):
    """Converts snoop's events into records on the channel; one instance for each traced process."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._frames: dict[int, int] = {}  # id of a running or suspended frame → its number
        self._frame_count = 0
        self._thread = threading.local()  # holds the number of each thread: idents are reused after a thread has ended
        self._thread_count = 0
        self.event_count = 0

    def open(self, channel: ChannelWriter, limits: RecordLimits, stdout_position: Callable[[], int],
             limit_reached: Callable[[str], None]) -> None:
        """Start recording.

        Args:
            stdout_position: returns the number of bytes that the program has written to stdout.
            limit_reached: called with the name of the limit that is reached; it does not return.
        """
        self._write = channel.write
        self._event_limit, self._trace_bytes_left = limits.events, limits.trace_bytes
        self._stdout_position = stdout_position
        self._limit_reached = limit_reached

    def format(self, event: Any) -> str:
        """Record one event of snoop, and return an empty text."""
        if self.event_count >= self._event_limit:
            self._limit_reached(LIMIT_EVENTS)
        kind, value, detail = self._describe(event)
        if event.code.co_name == "<module>":
            event.variables = [variable for variable in event.variables if variable not in _INITIAL_VARIABLES]
        line, from_line = _lines(event)
        record = EventRecord(
            kind=kind, line=line, from_line=from_line, depth=event.depth,
            frame=self._frame_number(event), thread=self._thread_number(), function=event.code_qualname(),
            changes=event.variables, value=value, detail=detail, stdout_end=self._stdout_position(),
        )
        self._trace_bytes_left -= event_cost(_event_texts(event, value, detail))
        if self._trace_bytes_left < 0:
            self._limit_reached(LIMIT_TRACE_BYTES)
        try:
            self._write(record)
        except ChannelFull:
            self._limit_reached(LIMIT_TRACE_BYTES)
        self.event_count += 1
        return ""

    def format_executing_node_exception(self, event: Any) -> list[str]:
        """Return the lines about the expression that raised, and store them: they do not count for the limits."""
        event.node_lines = super().format_executing_node_exception(event)
        return event.node_lines

    def format_line_only(self, event: Any) -> str:
        """Record nothing. snoop repeats the last line of a frame after another frame; this follows from the events."""
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
        """Return the number of the event's frame; frames are numbered in the order of their first events.

        The key of a frame is its id, which is valid only while the frame is alive.
        """
        key = id(event.frame)
        if event.event == "call" and not (event.code.co_flags & _GENERATOR_FLAGS and event.is_yield_value):
            self._frames.pop(key, None)
        number = self._frames.get(key)
        if number is None:
            number = self._frames[key] = self._frame_count
            self._frame_count += 1
        if event.event == "return" and not event.code.co_flags & _GENERATOR_FLAGS:
            del self._frames[key]
        return number

    def _thread_number(self) -> int:
        number = getattr(self._thread, "number", None)
        if number is None:
            number = self._thread.number = self._thread_count
            self._thread_count += 1
        return number


class SnoopTracer:
    """snoop's tracer for the code objects of one program. If snoop fails, the program continues without a tracer."""

    def __init__(self) -> None:
        self._config = snoop.Config(out=_discard, columns="", color=False, formatter_class=Recorder)
        self._tracer = self._config.snoop(depth=1)
        self.recorder: Recorder = self._config.formatter
        self.failure: str | None = None
        self.was_replaced = False
        self.first_perturbed_event: int | None = None  # number of events before the first perturbed one; None: no event
        self._trace = self._make_trace()

    @property
    def event_count(self) -> int:
        """The number of events recorded so far."""
        return self.recorder.event_count

    def open(self, channel: ChannelWriter, limits: RecordLimits, streams: Streams, source_hints: SourceHints,
             limit_reached: Callable[[str], None]) -> None:
        """Set the destination of the events.

        Args:
            limit_reached: called with the name of the limit that is reached; it does not return.
        """
        self.recorder.open(channel, limits, streams.stdout_position(), limit_reached)
        if sys.version_info[:2] == (3, 12):
            self._watch_for_perturbation()

    def install(self, code: types.CodeType) -> None:
        """Trace the code object and all within it, in this thread and in all threads that start from now on."""
        _parse_before_tracing(code.co_filename)
        self._tracer.target_codes.update(_code_objects(code))
        threading.settrace(self._trace)
        sys.settrace(self._trace)

    def remove(self) -> None:
        """Stop tracing this thread."""
        hook = threading._trace_hook  # type: ignore[attr-defined]
        self.was_replaced = not (sys.gettrace() is self._trace and hook is self._trace)
        sys.settrace(None)

    def finish(self) -> None:
        """Do nothing: each record is already on the channel."""

    def disable(self) -> None:
        """Stop recording in a process that the program forked: the channel belongs to its parent."""
        self.failure = "in a forked process"
        threading.settrace(None)  # type: ignore[arg-type]
        sys.settrace(None)

    def release_frames(self) -> None:
        """Release the program's frames, which keep its objects alive."""
        self._config.last_frame = None
        self._tracer.frame_infos.clear()

    def _watch_for_perturbation(self) -> None:
        """Set `first_perturbed_event` when tracing perturbs the program, which happens on Python 3.12.

        Reading f_locals at module level can set the variables of a comprehension to None. The only sign is a warning of
        the interpreter, which is not shown on the program's stderr. The effect is usually harmless; the supervisor
        checks it.
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
        modules = sys.modules
        deferred_reprs = DeferredReprs(cheap_repr, configuration, snoop.utils, _register_series)

        def trace(frame: types.FrameType, event: str, arg: Any) -> Any:
            if self.failure is not None:
                sys.settrace(None)
                return None
            try:
                if "numpy" in modules or "django" in modules:  # pandas imports numpy
                    deferred_reprs.register()
                thread_local.__dict__.setdefault("depth", -1)
                return None if tracer.trace(frame, event, arg) is None else trace
            except BaseException as error:  # snoop failed: the program must not be affected
                self.failure = f"{type(error).__name__}: {error}"
                sys.settrace(None)
                return None

        return trace


def _register_series(series: type) -> None:
    snoop.utils._register_cheap_reprs()


def _parse_before_tracing(filename: str) -> None:
    """Make snoop parse the program before the first event. At this time the parsing cannot affect the program."""
    show = warnings.showwarning
    # the second parse must not repeat the compiler's warnings; a warning filter would be visible to programs
    warnings.showwarning = lambda *args, **kwargs: None
    try:
        Source.for_filename(filename)
    except Exception:  # nested too deeply to be parsed again: snoop fails at the first event, and `failure` is set
        pass
    finally:
        warnings.showwarning = show


def _lines(event: Any) -> tuple[int, int]:
    """Return the line of an event and the one before it in its frame.

    The end of a taken `except*` has no line since Python 3.12; it counts as on the line before it.
    """
    from_line = event.frame_info.recorded_line if event.last_line_no is None else event.last_line_no
    line = from_line if event.line_no is None else event.line_no
    event.frame_info.recorded_line = line
    return line, from_line


def _event_texts(event: Any, value: str | None, detail: str | None) -> list[str]:
    """Return the texts of an event that count for the limit: all but the lines about the expression that raised."""
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
