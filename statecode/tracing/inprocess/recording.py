"""Record one call or block: collect the records of the native engine and convert them to a trace."""

from __future__ import annotations

import functools
import io
import json
import mmap
import os
import sys
import threading
import types
from collections import deque
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from statecode.errors import RecordingError
from statecode.records import Trace
from statecode.tracing.engines.native.inprocess import new_recorder
from statecode.tracing.inprocess.source import Source, analysis_for, mentioned_names
from statecode.tracing.inprocess.stdout_copy import end_copy, start_copy
from statecode.tracing.options import RunOptions
from statecode.tracing.wire import outcome
from statecode.tracing.wire.channel import RecordLimits, capacity_for
from statecode.tracing.wire.normalise import Normaliser, python_folders
from statecode.tracing.wire.record import HEADER_BYTES, EndRecord, EventRecord
from statecode.views import text_lines
from statecode.views.page import page_frame, show_page, write_page

_CALL_TELL = -2    # for `open` in recorder_type.h: determine stdout's position by `tell`
_MODULE_PREFIX = "<module>:"                      # of the function in an event of module code
_RUNNING_PREFIX = "<statecode recording: running"  # of the repr of a recording in progress
_active: list[Recording] = []  # recordings in progress, the newest last
_previous_hook: Any = None     # trace function of new threads while no recording is in progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of a recording; see `record.record`."""

    view: str | None
    file: TextIO | None
    whole_file: bool
    run: RunOptions      # of its limits, only `events` and `trace_bytes` apply


def is_being_recorded() -> bool:
    """Return True if a recording in progress traces the current thread."""
    tracer = sys.gettrace()
    return tracer is not None and any(recording.owns_tracer(tracer) for recording in _active)


class Recording:
    """A recording of one call or one block; its trace is available after its end.

    Args:
        source: the file or notebook cell of the recorded code.
        name: name of the recorded function; part of the trace's `program_id`.
        finished_recordings: the queue to which the recording is appended at its end; None: no queue.
    """

    def __init__(
        self, options: Options, source: Source, name: str, finished_recordings: deque[Recording] | None = None,
    ) -> None:
        self._options, self._source, self._name, self._finished_recordings = options, source, name, finished_recordings
        self._recorder: Any = None
        self._stdout = io.BytesIO()
        self._thread: int | None = None  # ident of the thread that is recorded; None while paused
        self._is_block = False
        self._module_names: frozenset[str] | None = None  # module variables to record; None: all
        self._tracer_lost = False
        self._limit: str | None = None
        self._record_bytes = b""
        self._event_count = 0
        self._codes: dict[int, types.CodeType] = {}
        self._end_record: EndRecord | None = None

    def __repr__(self) -> str:
        if self._end_record is None:
            return f"{_RUNNING_PREFIX}, {self._name}>"
        return f"<statecode recording: {self._name}, {self._event_count} events>"

    @cached_property
    def trace(self) -> Trace:
        """The trace of the recorded code; its `code` is the whole file or notebook cell.

        Raises:
            RecordingError: the recording is still in progress.
        """
        if self._end_record is None:
            raise RecordingError(f"the recording of {self._name} is still running; read the trace after its end")
        records = json.loads(b"[%s]" % self._record_bytes[:-1].replace(b"\n", b",")) if self._record_bytes else []
        if self._is_block:
            records = [self._without_hidden_changes(record) for record in records]
        program, options = self._source.program(self._name), self._options.run
        analysis = analysis_for(program.code, self._codes)
        run = outcome.make_run(
            program, 0, options.limits, self._raw_result(records), _normaliser(), analysis, **options.trace_fields(),
            **_versions(),
        )
        return replace(run.trace(), file_name=self._source.file_name)

    def render(self, view: str = "snoop") -> str:
        """Return the text of a view of the trace.

        Raises:
            ConfigError: the view does not exist.
            RecordingError: the recording is still in progress.
        """
        return text_lines.text_of(self.trace, view)

    def html(self, path: str | os.PathLike[str]) -> Path:
        """Write the page that steps through the recording, one HTML file, and return its path.

        Raises:
            OSError: the file cannot be written.
            RecordingError: the recording is still in progress.
        """
        return write_page(self.trace, path)

    def show(self) -> None:
        """Display the page of the recording in a notebook, or else open it in a browser.

        Raises:
            RecordingError: the recording is still in progress.
        """
        show_page(self.trace)

    def _repr_html_(self) -> str | None:
        """Return the page for the output of a notebook cell; None while the recording is in progress."""
        return None if self._end_record is None else page_frame(self.trace)

    # ---- during the recording ---------------------------------------------------------------------------------------

    def owns_tracer(self, tracer: Any) -> bool:
        """Return True if a thread's trace function is the recorder of this recording."""
        return tracer is self._recorder

    def begin_block(self, frame: types.FrameType) -> None:
        """Start to record the current thread, in a frame that is already running.

        Raises:
            RecordingError: this code is being recorded already, or another tracer is active.
        """
        if is_being_recorded():
            raise RecordingError("this code is being recorded already; recordings cannot be nested")
        self.filter_variables(frame.f_code)
        self.begin(frame.f_code, frame)

    def filter_variables(self, code: types.CodeType) -> None:
        """Record only the module variables that module code mentions: a notebook may have thousands of others."""
        self._is_block = True
        self._module_names = frozenset(mentioned_names(code)) if code.co_name == "<module>" else None

    def begin(self, code: types.CodeType, frame: types.FrameType | None = None) -> None:
        """Start to record the current thread, for the first time or after a pause.

        This has no effect after a limit was reached or the recording has ended.

        Raises:
            RecordingError: another tracer is active.
        """
        if sys.gettrace() is not None:
            raise RecordingError(f"another tracer is active, such as a debugger or coverage: "
                                 f"{type(sys.gettrace()).__name__}; a recording needs to be the only one")
        if self._recorder is None and self._end_record is None:
            self._open(code)
        if self._recorder is None or self._limit is not None:
            return
        start_copy(self._stdout)
        _activate(self)
        self._thread = threading.get_ident()
        if frame is not None:
            self._recorder.enter(frame)
        self._recorder.start()

    def pause(self) -> None:
        """Stop recording the current thread. Threads that it started during the recording are still recorded."""
        recorder = self._recorder
        if recorder is None or self._thread is None:
            return
        if self._thread == threading.get_ident():
            if self.owns_tracer(sys.gettrace()):
                self._tracer_lost |= not recorder.is_in_place()
                sys.settrace(None)
            elif self._limit is None and recorder.failure is None:
                self._tracer_lost = True
        self._thread = None
        _deactivate(self)
        end_copy(self._stdout)

    def finish(self, error: BaseException | None) -> None:
        """End the recording, and print it if the options name a view.

        Args:
            error: the exception that ended the recorded code; None: it ended normally.
        """
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()
            self._record_bytes = self._channel[HEADER_BYTES:recorder.end]
            self._event_count, self._codes = recorder.event_count, recorder.codes()
            del self._channel  # the recorder holds a reference as long as a thread may write
        failure = None if recorder is None or isinstance(error, KeyboardInterrupt) else recorder.failure
        self._end_record = EndRecord(
            exception=self._source.exception(error), tracer_error=failure, tracer_lost=self._tracer_lost,
        ) if self._limit is None else EndRecord(limit=self._limit)
        if self._finished_recordings is not None:
            self._finished_recordings.append(self)
        if self._options.view is not None:
            print(self.render(self._options.view), end="", file=self._options.file or sys.stderr, flush=True)

    def _open(self, code: types.CodeType) -> None:
        options = self._options.run
        limits = RecordLimits(events=options.limits.events, trace_bytes=options.limits.trace_bytes)
        capacity = HEADER_BYTES + capacity_for(limits)
        recorder = new_recorder(options.repr_limit, self._source.module)
        # private: a forked process writes into its own copy
        self._channel = mmap.mmap(-1, capacity, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        recorder.open(
            self._channel, HEADER_BYTES, capacity, limits.events, limits.trace_bytes, self._stdout, _CALL_TELL,
            self._handle_limit,
        )
        recorder.record_in_process(self._source.filename if self._options.whole_file else None)
        recorder.add_code(code, True, self._source.counts_references)
        self._recorder = recorder

    def _handle_limit(self, limit: str) -> None:
        """Note the limit that ended the recording; the program continues without being recorded."""
        if self._limit is None:
            self._limit = limit
            end_copy(self._stdout)

    def run(self, code: types.CodeType, namespace: dict[str, Any]) -> BaseException | None:
        """Execute and record the code of a whole module; return the exception that ended it, or None."""
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

    # ---- after the recording -----------------------------------------------------------------------------------------

    def _raw_result(self, records: list[Any]) -> outcome.RawRunResult:
        return outcome.RawRunResult(
            records=records, end=self._end_record, intact=True, stdout=self._stdout.getvalue(), stderr=b"",
            wait_status=0, wall_limit_hit=False, cpu_s=0.0,
        )

    def _without_hidden_changes(self, fields: list[Any]) -> list[Any]:
        """Return the fields of a record without the changes that the trace of a block does not contain.

        These are changes of the variable that holds the recording, and of module variables that the block does not
        mention.
        """
        record = EventRecord._make(fields)
        names = self._module_names if record.function.startswith(_MODULE_PREFIX) else None
        changes = [
            [name, value] for name, value in record.changes
            if not value.startswith(_RUNNING_PREFIX)  # the `as` variable of the `with` statement
            and (names is None or name.removeprefix("len(").partition(".")[0].rstrip(")") in names)
        ]
        return list(record._replace(changes=changes))


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
    return Normaliser(python_folders())  # the user's own folders are not hidden from the user


@functools.cache
def _versions() -> dict[str, str]:
    return {"snoop_version": version("snoop"), "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
