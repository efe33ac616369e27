"""Forked child: run the program under the tracer, write the end record and exit, without a return to the server."""

from __future__ import annotations

import atexit
import builtins
import gc
import importlib
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
from statecode.tracing.forkserver.end_record import FILENAME, EndRecordWriter
from statecode.tracing.forkserver.streams import StandardDevices, Streams
from statecode.tracing.own_builtins import OWN_BUILTINS
from statecode.tracing.sandbox.limits import ProcessLimits, set_process_limits
from statecode.tracing.sandbox.seccomp import Filter, load_filter
from statecode.tracing.wire.channel import ChannelWriter, RecordLimits

if TYPE_CHECKING:
    from statecode.tracing.forkserver.settings import Settings
    from statecode.tracing.forkserver.tracer import Tracer
    from statecode.tracing.source_info.hints import SourceHints

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

_main_thread: Any = threading.main_thread()
_get_native_id = getattr(threading, "get_native_id", None)  # of macOS and Linux

SWITCH_INTERVAL_S = 1.0  # threads switch only where they block, so the threads of shorter programs have a fixed order


class Job:
    """The input of one run, as read from the memory file `job`; see `CPythonEngine.encode_job`."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.code: str = fields["code"]
        self.source: str | bytes = fields["source"]           # to compile; bytes if some of them do not decode
        self.encoding_error: str = fields["encoding_error"]  # message of the SyntaxError; "": the source decodes
        self.limits = ProcessLimits(**fields["limits"])
        self.record_limits = RecordLimits(**fields["record_limits"])
        self.source_hints: SourceHints = fields["source_hints"]
        self.thread_stack_bytes: int = fields["thread_stack_bytes"]  # address space added to the memory limit
        self.traced: bool = fields["traced"]
        self.stdin: bytes = fields.get("stdin", b"")          # of a job that shares its child; else in a file


@dataclass
class ChildSetup:
    """The state that all children share. The server prepares it once, before the forks."""

    limits: bool                      # apply limits to each child
    max_threads: int | None           # maximum threads of the user, see `set_process_limits`; None: no limit
    filter: Filter | None             # filter of system calls; None: without seccomp
    tracer: Tracer
    streams: Streams
    in_use_bytes: int | None = None   # address space of the server; None: memory is not limited

    @classmethod
    def from_settings(cls, settings: Settings) -> ChildSetup:
        """Create the tracer, the filter and the streams, and set up the interpreter for programs.

        Work done here is not repeated in each child.
        """
        tracer = tracer_type(settings.tracer)()
        random.seed(0)
        filter_ = load_filter(settings.seccomp) if settings.seccomp else None
        streams = _streams_on_null_device()
        streams.install()
        threading.excepthook = _thread_excepthook
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        sys.argv = [FILENAME]
        return cls(settings.limits, settings.max_threads, filter_, tracer, streams)

    def enter_child(self) -> None:
        """Do the part of a child's setup that does not depend on the job."""
        if _get_native_id is not None:  # the only step of `threading`'s fork hook that a child needs; see `at_fork`
            _main_thread._native_id = _get_native_id()
        at_fork.register_collected()
        os.register_at_fork(after_in_child=self.tracer.disable)
        gc.freeze()  # collections skip all older objects, and the collector's counters start at zero

    def apply_limits(self, limits: ProcessLimits, mapped_bytes: int) -> None:
        """Apply the limits and the filter of system calls to this process, irrevocably.

        Args:
            mapped_bytes: bytes of address space, mapped since the fork or later, that do not count against the limit.
        """
        if self.limits:
            in_use_bytes = None if self.in_use_bytes is None else self.in_use_bytes + mapped_bytes
            set_process_limits(limits, in_use_bytes, self.max_threads)
        if self.filter is not None:
            self.filter.apply()


def _streams_on_null_device() -> Streams:
    """Create the program's streams while descriptors 0 to 2 are the null device, so that their positions are 0."""
    stderr_fd = os.dup(2)
    os.dup2(0, 2)  # 0 and 1 are the null device already, see `forkserver.client`
    try:
        return Streams()
    finally:
        os.dup2(stderr_fd, 2)
        os.close(stderr_fd)


def tracer_type(path: str) -> type[Tracer]:
    """Import and return a tracer.

    Args:
        path: MODULE:CLASS of the tracer.
    """
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def run(job: Job, channel: ChannelWriter, setup: ChildSetup, base_depth: int) -> NoReturn:
    """Run the job's program in this process, write the end record, and exit with code 0.

    Args:
        job: its stdin, stdout and stderr are the file descriptors 0, 1 and 2.
        base_depth: number of frames on the stack that are not the program's; it is added to the recursion limit.
    """
    streams = setup.streams
    setup.apply_limits(job.limits, len(channel.map) + job.thread_stack_bytes)
    sys.path.insert(0, "")  # the working folder; only now, as a program's files may have the names of modules
    gc.enable()
    main = make_main_module()
    if "/dev/std" in job.code:
        StandardDevices().install()
    tracer = setup.tracer
    end = EndRecordWriter(channel, tracer)
    tracer.open(channel, job.record_limits, streams, job.source_hints, lambda limit: end.exit_at_limit(limit, streams))
    sys.setrecursionlimit(1000 + base_depth)  # 1000 is the default of Python
    cache_lines(job.code)
    code = compile_program(job, end, streams)
    if job.traced:
        tracer.install(code)
    try:
        exec(code, main.__dict__)
    except BaseException as error:
        tracer.remove()
        end.report_exception(error)
    else:
        tracer.remove()
    _run_exit_handlers()  # joins threads, which are traced until they end
    end.tracer_lost = job.traced and tracer.was_replaced and tracer.failure is None
    tracer.release_frames()
    module = weakref.ref(main)
    del main, code
    remove_main_module(module)
    end.write()
    streams.flush()
    os._exit(0)


def make_main_module() -> types.ModuleType:
    """Create the module `__main__` without the program's names, and put it into `sys.modules`.

    The tracers do not record `__doc__` and `__file__` while they have these values.
    """
    main = types.ModuleType("__main__")
    main.__dict__.clear()
    main.__dict__.update(__name__="__main__", __doc__=None, __builtins__=builtins, __file__=FILENAME)
    sys.modules["__main__"] = main
    return main


def _thread_excepthook(args: Any) -> None:
    """Print an exception of a thread as `threading.excepthook` does, but with source lines from linecache."""
    if args.exc_type is SystemExit:
        return
    name = threading.get_ident() if args.thread is None else args.thread.name
    print(f"Exception in thread {name}:", file=sys.stderr)
    traceback.print_exception(args.exc_type, args.exc_value, args.exc_traceback)


def compile_program(job: Job, end: EndRecordWriter, streams: Streams) -> types.CodeType:
    """Return the program's code object. If compiling fails, report the error, write the end record and exit."""
    try:
        if job.encoding_error:
            raise SyntaxError(job.encoding_error)
        return compile(job.source, FILENAME, "exec", dont_inherit=True)
    except Exception as error:
        end.report_exception(error)
        end.compile_error = True
        end.write()
        streams.flush()
        os._exit(0)


def cache_lines(source: str) -> None:
    """Put the program's lines into linecache, where tracebacks, warnings and snoop find them."""
    linecache.cache[FILENAME] = (len(source), None, list(io.StringIO(source, newline=None)), FILENAME)


def _run_exit_handlers() -> None:
    """Join the threads and call the functions registered with `atexit`, as the interpreter does at its exit."""
    for module, name in ((threading, "_shutdown"), (atexit, "_run_exitfuncs")):
        try:
            getattr(module, name)()
        except BaseException:  # the functions print errors themselves; or the program removed them
            pass


def remove_main_module(module: weakref.ref[types.ModuleType]) -> None:
    """Delete the program's globals in the interpreter's order, so that finalisers run and find the usual state."""
    sys.modules.pop("__main__", None)
    gc.collect()
    main = module()
    if main is not None:  # referenced elsewhere: set its names to None, private names first
        names = main.__dict__
        private = [name for name in names if name[:1] == "_" and name[1:2] != "_"]
        for name in private + [name for name in names if name[:1] != "_"]:
            names[name] = None
        gc.collect()
