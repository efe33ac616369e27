"""Write the end record, the last record on the channel, which states how the program ended."""

from __future__ import annotations

import builtins
import os
import sys
import traceback
import types
from typing import TYPE_CHECKING, Any, NoReturn

from statecode.records import ExceptionInfo
from statecode.tracing.forkserver.streams import Streams
from statecode.tracing.own_builtins import OWN_BUILTINS
from statecode.tracing.wire.channel import ChannelWriter
from statecode.tracing.wire.record import EndRecord

if TYPE_CHECKING:
    from statecode.tracing.forkserver.tracer import Tracer

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

FILENAME = "program.py"  # of the program's code objects
MESSAGE_CHARACTERS = 4096  # kept of an exception's text; each takes at most 12 bytes of the room for the end record


class EndRecordWriter:
    """Collects the fields of the end record and writes it; see `wire.record.EndRecord`."""

    def __init__(self, channel: ChannelWriter, tracer: Tracer) -> None:
        self._channel = channel
        self._tracer = tracer
        self._process = os.getpid()
        self.exception: ExceptionInfo | None = None
        self.compile_error = False
        self.tracer_lost = False

    def report_exception(self, error: BaseException) -> None:
        """Store an exception that the program did not catch, and print it to stderr as the interpreter would."""
        if isinstance(error, SystemExit):
            self._report_system_exit(error)
            return
        line = error.lineno if isinstance(error, SyntaxError) else _last_program_line(error)
        name = type.__getattribute__(type(error), "__qualname__")  # a metaclass may override __qualname__
        self.exception = ExceptionInfo(name, _exception_message(error), line if type(line) is int else None)
        program_traceback = _remove_tracer_frames(error)
        # sys.__excepthook__ is C code that reads program.py from disk; traceback reads it from linecache
        hook = traceback.print_exception if sys.excepthook is sys.__excepthook__ else sys.excepthook
        is_own = hook is traceback.print_exception
        if is_own and vars(builtins).get("str") is not str:  # in Python 3.10 traceback hides that `str` fails
            _print_with_own_builtins(error, program_traceback)
            return
        try:
            hook(type(error), error, program_traceback)
        except BaseException:  # the program's own hook failed, or stderr is closed
            if is_own and _builtins_are_replaced():
                _print_with_own_builtins(error, program_traceback)

    def _report_system_exit(self, error: SystemExit) -> None:
        code: Any = error.code
        if code is None or (issubclass(type(code), int) and int.__index__(code) == 0):
            return  # like exit code 0; compared without the __eq__ of a subclass
        self.exception = ExceptionInfo("SystemExit", _exception_message(error), _last_program_line(error))
        if not isinstance(error.code, int):
            try:
                print(error.code, file=sys.stderr)
            except BaseException:
                pass

    def exit_at_limit(self, limit: str, streams: Streams) -> NoReturn:
        """Write an end record with the limit that was reached, and exit.

        The tracer calls this before the first event that would exceed the limit.
        """
        self._tracer.finish()
        self._write(EndRecord(limit=limit, first_perturbed_event=self._tracer.first_perturbed_event).fields())
        streams.flush()
        os._exit(0)

    def write(self, **output: str) -> None:
        """Write the end record, except in a process that the program forked.

        Args:
            output: the output of a program that shares its child, see `shared_child`.
        """
        if os.getpid() != self._process:
            return
        record = EndRecord(
            exception=self.exception,
            compile_error=self.compile_error,
            tracer_error=self._tracer.failure,
            tracer_lost=self.tracer_lost,
            first_perturbed_event=self._tracer.first_perturbed_event,
        )
        self._tracer.finish()
        self._write(record.fields() | output)

    def _write(self, fields: dict[str, Any]) -> None:
        try:
            self._channel.write(fields, final=True)
        except BaseException:
            if not _builtins_are_replaced():
                raise
            _restore_builtins()
            self._channel.write(fields, final=True)


def _builtins_are_replaced() -> bool:
    """Return True if the program has replaced or deleted a builtin. The check costs many page faults after a fork."""
    names = vars(builtins)
    return any(names.get(name) is not value for name, value in OWN_BUILTINS.items())


def _print_with_own_builtins(error: BaseException, program_traceback: types.TracebackType | None) -> None:
    """Print an exception as the interpreter does, which does not depend on builtins that the program replaced."""
    replaced = dict(vars(builtins))
    _restore_builtins()
    try:
        traceback.print_exception(type(error), error, program_traceback)
    except BaseException:  # stderr is closed
        pass
    vars(builtins).update(replaced)


def _restore_builtins() -> None:
    """Undo replacements such as `builtins.len = None` by the program."""
    vars(builtins).update(OWN_BUILTINS)


def _exception_message(error: BaseException) -> str:
    """Return the first 4,096 characters of the exception's text; if `str` fails, the interpreter's usual text."""
    try:
        return str.__getitem__(str(error), slice(MESSAGE_CHARACTERS))  # a subclass of str may override __getitem__
    except BaseException:
        return "<exception str() failed>"


def _last_program_line(error: BaseException) -> int | None:
    """Return the line of the program's innermost frame in the traceback; None if there is no such frame."""
    line = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == FILENAME:
            line = step.tb_lineno
        step = step.tb_next
    return line


def _remove_tracer_frames(error: BaseException) -> types.TracebackType | None:
    """Remove the frames before the program's first frame from the traceback; return the rest, None if empty."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename != FILENAME:
        step = step.tb_next
    error.__traceback__ = step
    return step
