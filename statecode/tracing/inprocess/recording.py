"""A recording: from the code that is to be recorded to the trace of what it did."""

from __future__ import annotations

import functools
import io
import json
import mmap
import sys
import threading
import types
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any, TextIO

from statecode.errors import RecordingError
from statecode.records import Limits, Trace
from statecode.tracing.engines.native.inprocess import new_recorder
from statecode.tracing.inprocess.source import Source, analysis_of, names_of
from statecode.tracing.inprocess.stdout_copy import begin_copy, end_copy
from statecode.tracing.wire import outcome
from statecode.tracing.wire.channel import RecordLimits, capacity_for
from statecode.tracing.wire.normalise import Normaliser
from statecode.views import text_lines

_HEADER_BYTES = 8  # of the channel; see `channel`
_CALL_TELL = -2     # where stdout's position is known from; see `open` in _engine.c
_MODULE = "<module>:"
_RUNNING = "<statecode recording: running"
_active: list[Recording] = []  # those that record now, the newest last
_previous_hook: Any = None       # for new threads, where none is active


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to record; see `recording.record`."""

    view: str | None
    file: TextIO | None
    whole_file: bool
    fidelity: str
    repr_limit: int | None
    limits: Limits       # `events` and `trace_bytes` hold here


def is_being_recorded() -> bool:
    """Tell whether a recording sees what this thread does."""
    tracer = sys.gettrace()
    return tracer is not None and any(recording.owns_tracer(tracer) for recording in _active)


class Recording:
    """What one call or one block did; complete when it has ended.

    Args:
        kept: where it is put when it has ended.
    """

    def __init__(
        self, options: Options, source: Source, name: str, finished_recordings: deque[Recording] | None = None,
    ) -> None:
        self._options, self._source, self._name, self._finished_recordings = options, source, name, finished_recordings
        self._recorder: Any = None
        self._stdout = io.BytesIO()
        self._thread: int | None = None  # in which it is begun and not paused
        self._is_block = False
        self._module_names: frozenset[str] | None = None  # of the module's variables; None: all
        self._tracer_lost = False
        self._limit: str | None = None
        self._record_bytes = b""
        self._event_count = 0
        self._codes: dict[int, types.CodeType] = {}
        self._end_record: dict[str, Any] | None = None

    def __repr__(self) -> str:
        if self._end_record is None:
            return f"{_RUNNING}, {self._name}>"
        return f"<statecode recording: {self._name}, {self._event_count} events>"

    @cached_property
    def trace(self) -> Trace:
        """What happened, with the whole file or notebook cell as its code.

        Raises:
            RecordingError: it goes on.
        """
        if self._end_record is None:
            raise RecordingError(f"the recording of {self._name} is still running; its trace comes when it has ended")
        records = json.loads(b"[%s]" % self._record_bytes[:-1].replace(b"\n", b",")) if self._record_bytes else []
        if self._is_block:
            records = [self._filtered(record) for record in records]
        program, options = self._source.program(self._name), self._options
        return outcome.make_trace(
            program, 0, options.limits, self._raw_result(records), _normaliser(), analysis_of(program.code, self._codes),
            engine="native", fidelity=options.fidelity, repr_limit=options.repr_limit, **_versions(),
        )

    def render(self, view: str = "snoop") -> str:
        """Give the text of a view of the trace.

        Raises:
            ConfigError: there is no such view.
        """
        return text_lines.text_of(self.trace, view)

    # ---- while it is recorded ----------------------------------------------------------------------------------------

    def owns_tracer(self, tracer: Any) -> bool:
        """Tell whether this is what a thread is traced by."""
        return tracer is self._recorder

    def begin_block(self, frame: types.FrameType) -> None:
        """Record from here on what this thread does, in a frame that runs already."""
        if is_being_recorded():
            raise RecordingError("this code is being recorded already; a recording cannot hold another")
        self.filter_variables(frame.f_code)
        self.begin(frame.f_code, frame)

    def filter_variables(self, code: types.CodeType) -> None:
        """Leave out the variables of a module that its code does not mention: a notebook has very many."""
        self._is_block = True
        self._module_names = frozenset(names_of(code)) if code.co_name == "<module>" else None

    def begin(self, code: types.CodeType, frame: types.FrameType | None = None) -> None:
        """Record from here on what this thread does, for the first time or after a pause."""
        if sys.gettrace() is not None:
            raise RecordingError(f"another tracer is active, a debugger or coverage: {type(sys.gettrace()).__name__};"
                                 " recordings need to be the only one")
        if self._recorder is None and self._end_record is None:
            self._open(code)
        if self._recorder is None or self._limit is not None:
            return
        begin_copy(self._stdout)
        _activate(self)
        self._thread = threading.get_ident()
        if frame is not None:
            self._recorder.enter(frame)
        self._recorder.start()

    def pause(self) -> None:
        """Record nothing more of this thread; threads that were started go on being recorded."""
        recorder = self._recorder
        if recorder is None or self._thread is None:
            return
        if self._thread == threading.get_ident():
            tracer = sys.gettrace()
            if tracer is recorder:
                sys.settrace(None)
            elif self._limit is None and recorder.failure is None:
                self._tracer_lost = True
        self._thread = None
        _deactivate(self)
        end_copy(self._stdout)

    def finish(self, error: BaseException | None) -> None:
        """End the recording, and print it where that is asked for."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()
            self._record_bytes = self._channel[_HEADER_BYTES:recorder.end]
            self._event_count, self._codes = recorder.event_count, recorder.codes()
            del self._channel  # the recorder holds it as long as a thread may write
        failure = None if recorder is None or isinstance(error, KeyboardInterrupt) else recorder.failure
        self._end_record = {
            "exception": self._source.exception(error), "compile_error": False, "tracer_error": failure,
            "tracer_lost": self._tracer_lost, "first_perturbed_event": None,
        }
        if self._limit is not None:
            self._end_record = {"limit": self._limit}
        if self._finished_recordings is not None:
            self._finished_recordings.append(self)
        if self._options.view is not None:
            print(self.render(self._options.view), end="", file=self._options.file or sys.stderr, flush=True)

    def _open(self, code: types.CodeType) -> None:
        limits = RecordLimits(events=self._options.limits.events, trace_bytes=self._options.limits.trace_bytes)
        capacity = _HEADER_BYTES + capacity_for(limits)
        recorder = new_recorder(self._options.repr_limit, self._source.module)
        # private: a process that is forked off writes into its own copy
        self._channel = mmap.mmap(-1, capacity, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        recorder.open(
            self._channel, _HEADER_BYTES, capacity, limits.events, limits.trace_bytes, self._stdout, _CALL_TELL,
            self._handle_limit,
        )
        recorder.record_in_process(self._source.filename if self._options.whole_file else None)
        recorder.add_code(code)
        self._recorder = recorder

    def _handle_limit(self, limit: str) -> None:
        """The record is full: the program goes on without being recorded."""
        if self._limit is None:
            self._limit = limit
            end_copy(self._stdout)

    def run(self, code: types.CodeType, namespace: dict[str, Any]) -> BaseException | None:
        """Record a whole module's code from its begin to its end; gives the exception that ended it."""
        error = None
        self.filter_variables(code)
        self.begin(code)
        try:
            exec(code, namespace)
        except BaseException as raised:
            error = raised.with_traceback(raised.__traceback__ and raised.__traceback__.tb_next)
        finally:
            self.pause()
        self.finish(error)
        return error

    # ---- when it has ended -------------------------------------------------------------------------------------------

    def _raw_result(self, records: list[Any]) -> outcome.RawRunResult:
        return outcome.RawRunResult(
            records=[*records, self._end_record], intact=True, stdout=self._stdout.getvalue(), stderr=b"", wait_status=0,
            wall_limit_hit=False, cpu_s=0.0,
        )

    def _filtered(self, record: list[Any]) -> list[Any]:
        names = self._module_names if record[6].startswith(_MODULE) else None
        record[7] = [
            [name, value] for name, value in record[7]
            if not value.startswith(_RUNNING)  # the variable after `as`
            and (names is None or name.removeprefix("len(").partition(".")[0].rstrip(")") in names)
        ]
        return record


def _activate(recording: Recording) -> None:
    global _previous_hook
    if not _active:
        _previous_hook = getattr(threading, "_trace_hook", None)
    _active.append(recording)
    threading.settrace(recording._recorder)


def _deactivate(recording: Recording) -> None:
    hook = getattr(threading, "_trace_hook", None)
    _active.remove(recording)
    if recording.owns_tracer(hook):
        threading.settrace(_active[-1]._recorder if _active else _previous_hook)


@functools.cache
def _normaliser() -> Normaliser:
    return Normaliser()


@functools.cache
def _versions() -> dict[str, str]:
    return {"snoop_version": version("snoop"), "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
