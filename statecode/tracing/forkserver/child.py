"""The forked child: becomes the program's process, runs it under the tracer, records how it ended, never returns."""

from __future__ import annotations

import atexit
import builtins
import gc
import io
import linecache
import os
import random
import sys
import threading
import traceback
import types
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from statecode.tracing.forkserver import at_fork
from statecode.tracing.forkserver.streams import Streams
from statecode.tracing.sandbox.limits import ProcessLimits, limit
from statecode.tracing.sandbox.seccomp import Filter, load_filter
from statecode.tracing.wire.channel import ChannelWriter, RecordLimits

if TYPE_CHECKING:
    from statecode.tracing.engines.native.tracer import NativeTracer
    from statecode.tracing.engines.snoop.recorder import SnoopTracer
    from statecode.tracing.forkserver.settings import Settings
    from statecode.tracing.source_info.hints import SourceHints

FILENAME = "program.py"
MESSAGE_CHARACTERS = 4096  # of an exception's text; at most 12 bytes each on the channel, so that the end record fits
SWITCH_INTERVAL_S = 1.0  # threads give way where they block, so that those of a short program take turns in one order


class Job:
    """What the supervisor asks for: read from the job's memory file, see `statecode.tracing.runner`."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.code: str = fields["code"]
        self.limits = ProcessLimits(**fields["limits"])
        self.record_limits = RecordLimits(**fields["record_limits"])
        self.source_hints: SourceHints = fields["source_hints"]
        self.traced: bool = fields["traced"]


@dataclass
class Prepared:
    """What every child begins with: made once, before the forks."""

    limits: bool
    threads: int | None               # that its user may have, see `limit`
    filter: Filter | None             # of system calls
    tracer: SnoopTracer | NativeTracer
    streams: Streams
    in_use_bytes: int | None = None   # address space of the warm process

    @classmethod
    def by(cls, settings: Settings) -> Prepared:
        """Prepare what the settings ask for, and the interpreter: what is done here need not be done in each child."""
        tracer = tracer_type(settings.engine)()
        random.seed(0)
        filter_ = load_filter() if settings.seccomp else None
        streams = _streams_over_nothing()
        streams.install()
        threading.excepthook = _thread_excepthook
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        sys.argv = [FILENAME]
        return cls(settings.limits, settings.threads, filter_, tracer, streams)

    def enter(self) -> None:
        """Do in the child what does not depend on its job."""
        _note_native_id()
        at_fork.register_kept()
        os.register_at_fork(after_in_child=self.tracer.disable)
        gc.freeze()  # collections begin to count here, and look at nothing that is older

    def shut_in(self, limits: ProcessLimits, mapped_bytes: int) -> None:
        """Put this process under limits and its system calls under the filter; nothing takes them off again.

        Args:
            mapped_bytes: address space that this process took since the fork and that is not the program's.
        """
        if self.limits:
            in_use_bytes = None if self.in_use_bytes is None else self.in_use_bytes + mapped_bytes
            limit(limits, in_use_bytes, self.threads)
        if self.filter is not None:
            self.filter.apply()


def _streams_over_nothing() -> Streams:
    """The program's streams, made while stdin, stdout and stderr are all the null device, and so stand at 0."""
    ours = os.dup(2)
    os.dup2(0, 2)
    try:
        return Streams()
    finally:
        os.dup2(ours, 2)
        os.close(ours)


def tracer_type(engine: str) -> type[SnoopTracer | NativeTracer]:
    """The tracer of an engine; the other one is not imported, since all that is takes time at every fork."""
    if engine == "native":
        from statecode.tracing.engines.native.tracer import NativeTracer

        return NativeTracer
    from statecode.tracing.engines.snoop.recorder import SnoopTracer

    return SnoopTracer


def run(job: Job, channel: ChannelWriter, prepared: Prepared, base_depth: int) -> NoReturn:
    """Run the job's program in this process; file descriptors 0, 1 and 2 are its stdin, stdout and stderr."""
    streams = prepared.streams
    prepared.shut_in(job.limits, len(channel.map))
    gc.enable()
    main = _make_main_module()
    tracer = prepared.tracer
    end = _End(channel, tracer)
    tracer.open(channel, job.record_limits, streams, job.source_hints, lambda limit: end.by_limit(limit, streams))
    sys.setrecursionlimit(1000 + base_depth)
    _cache_lines(job.code)
    code = _compile(job, end, streams)
    if job.traced:
        tracer.install(code)
    try:
        exec(code, main.__dict__)
    except BaseException as error:
        in_place = tracer.remove()
        end.by_exception(error)
    else:
        in_place = tracer.remove()
    _run_exit_handlers()  # threads that still run are traced until they end
    end.tracer_lost = job.traced and not in_place and tracer.failure is None
    tracer.release_frames()
    module = weakref.ref(main)
    del main, code
    _drop_main_module(module)
    end.write()
    streams.flush()
    os._exit(0)


def _make_main_module() -> types.ModuleType:
    main = types.ModuleType("__main__")
    main.__dict__.clear()
    main.__dict__.update(__name__="__main__", __builtins__=builtins)
    sys.modules["__main__"] = main
    return main


def _note_native_id() -> None:
    """Do the one thing of `threading`'s hook for forked processes that is needed here: see `at_fork`."""
    thread = threading.main_thread()
    if hasattr(thread, "_set_native_id"):
        thread._set_native_id()


def _thread_excepthook(args: Any) -> None:
    """Do what `threading.excepthook` does, with source lines from linecache."""
    if args.exc_type is SystemExit:
        return
    name = threading.get_ident() if args.thread is None else args.thread.name
    print(f"Exception in thread {name}:", file=sys.stderr)
    traceback.print_exception(args.exc_type, args.exc_value, args.exc_traceback)


def _compile(job: Job, end: _End, streams: Streams) -> types.CodeType:
    try:
        return compile(job.code, FILENAME, "exec", dont_inherit=True)
    except Exception as error:
        end.by_exception(error)
        end.compile_error = True
        end.write()
        streams.flush()
        os._exit(0)


def _cache_lines(source: str) -> None:
    """Let tracebacks, warnings and snoop find the program's lines."""
    linecache.cache[FILENAME] = (len(source), None, list(io.StringIO(source, newline=None)), FILENAME)


class _End:
    """How the program ended: the last record on the channel."""

    def __init__(self, channel: ChannelWriter, tracer: SnoopTracer | NativeTracer) -> None:
        self._channel = channel
        self._tracer = tracer
        self._process = os.getpid()
        self.exception: tuple[str, str, int | None] | None = None
        self.compile_error = False
        self.tracer_lost = False

    def by_exception(self, error: BaseException) -> None:
        """Note an exception that reached the top and tell of it on stderr as the interpreter would."""
        if isinstance(error, SystemExit):
            self._by_system_exit(error)
            return
        line = error.lineno if isinstance(error, SyntaxError) else _last_program_line(error)
        name = type.__getattribute__(type(error), "__qualname__")  # not what its metaclass says
        self.exception = (name, _message_of(error), line if type(line) is int else None)
        program_traceback = _without_own_frames(error)
        # the interpreter's own hook is C code that looks for program.py on disk, traceback finds it in linecache
        hook = traceback.print_exception if sys.excepthook is sys.__excepthook__ else sys.excepthook
        try:
            hook(type(error), error, program_traceback)
        except BaseException:  # the program's own hook failed, or stderr is gone: nobody is left to tell
            pass

    def _by_system_exit(self, error: SystemExit) -> None:
        code: Any = error.code
        if code is None or (issubclass(type(code), int) and int.__index__(code) == 0):  # whatever its own __eq__ does
            return
        self.exception = ("SystemExit", _message_of(error), _last_program_line(error))
        if not isinstance(error.code, int):
            try:
                print(error.code, file=sys.stderr)
            except BaseException:
                pass

    def by_limit(self, limit: str, streams: Streams) -> NoReturn:
        """End the process here: what is recorded so far is exactly what the limit allows."""
        self._tracer.finish()
        self._channel.write({"limit": limit, "first_perturbed_event": self._tracer.first_perturbed_event}, final=True)
        streams.flush()
        os._exit(0)

    def write(self) -> None:
        """Write the end record; a process that the program forked writes none."""
        if os.getpid() != self._process:
            return
        record = {
            "exception": self.exception,
            "compile_error": self.compile_error,
            "tracer_error": self._tracer.failure,
            "tracer_lost": self.tracer_lost,
            "first_perturbed_event": self._tracer.first_perturbed_event,
        }
        self._tracer.finish()
        self._channel.write(record, final=True)


def _message_of(error: BaseException) -> str:
    try:
        return str.__getitem__(str(error), slice(MESSAGE_CHARACTERS))  # a subclass of str may have its own
    except BaseException:
        return "<exception str() failed>"  # what the interpreter prints then


def _last_program_line(error: BaseException) -> int | None:
    line = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == FILENAME:
            line = step.tb_lineno
        step = step.tb_next
    return line


def _without_own_frames(error: BaseException) -> types.TracebackType | None:
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename != FILENAME:
        step = step.tb_next
    error.__traceback__ = step
    return step


def _run_exit_handlers() -> None:
    for step in (threading._shutdown, atexit._run_exitfuncs):  # type: ignore[attr-defined]
        try:
            step()
        except BaseException:  # reported by these functions themselves, as far as the interpreter reports it
            pass


def _drop_main_module(module: weakref.ref[types.ModuleType]) -> None:
    """Let go of the program's globals as the interpreter does, so that finalisers run and find what they would find."""
    sys.modules.pop("__main__", None)
    gc.collect()
    main = module()
    if main is not None:  # something outside holds on to it: then its names are emptied, private ones first
        names = main.__dict__
        private = [name for name in names if name[:1] == "_" and name[1:2] != "_"]
        for name in private + [name for name in names if name[:1] != "_"]:
            names[name] = None
        gc.collect()
