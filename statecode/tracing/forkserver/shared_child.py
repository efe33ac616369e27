"""Run several of statecode's own programs in one child, one after the other.

A fork, the set-up of a child and its end take 4 ms, ten times as long as a short program. The programs of the source
`generated` import nothing and end by themselves, and nothing that they record depends on addresses or on what ran
before. So their records are the same as those of runs in a child each; a test compares 10,000 of them.

Each program gets new streams, a new tracer and a new module `__main__`. Its end record also holds its output. If a
program reaches a limit or fails in another way, the child ends, and the supervisor runs this program and those after it
in children of their own.
"""

from __future__ import annotations

import gc
import os
import sys
import weakref
from typing import TYPE_CHECKING, NoReturn

from statecode.tracing.forkserver import child
from statecode.tracing.forkserver.end_record import EndRecordWriter
from statecode.tracing.forkserver.streams import Streams
from statecode.tracing.own_builtins import OWN_BUILTINS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from statecode.tracing.wire.channel import ChannelWriter

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]


def run(jobs: Sequence[child.Job], channel: ChannelWriter, setup: child.ChildSetup, base_depth: int) -> NoReturn:
    """Run the jobs' programs in this process and exit with code 0.

    Args:
        jobs: at least one job; the limits of the first apply to the process.
        base_depth: number of frames on the stack that are not the program's, see `child.run`.
    """
    first = jobs[0]
    setup.apply_limits(first.limits, len(channel.map) + first.thread_stack_bytes)
    gc.enable()
    for job in jobs:
        _run_one(job, channel, setup, base_depth + 1)
    os._exit(0)


def _run_one(job: child.Job, channel: ChannelWriter, setup: child.ChildSetup, base_depth: int) -> None:
    _replace_content(0, job.stdin)
    streams = Streams()
    streams.install()
    main = child.make_main_module()
    tracer = type(setup.tracer)()
    end = EndRecordWriter(channel, tracer)
    tracer.open(channel, job.record_limits, streams, job.source_hints, lambda limit: end.exit_at_limit(limit, streams))
    sys.setrecursionlimit(1000 + base_depth)
    child.cache_lines(job.code)
    code = child.compile_program(job, end, streams)
    tracer.install(code)
    try:
        exec(code, main.__dict__)
    except BaseException as error:
        tracer.remove()
        end.report_exception(error)
    else:
        tracer.remove()
    end.tracer_lost = tracer.was_replaced and tracer.failure is None
    tracer.release_frames()
    module = weakref.ref(main)
    del main, code
    child.remove_main_module(module)
    streams.flush()
    end.write(stdout=_take_content(1), stderr=_take_content(2))


def _replace_content(fd: int, data: bytes) -> None:
    """Replace the content of a memory file, and set its position to the start."""
    os.ftruncate(fd, 0)
    os.pwrite(fd, data, 0)
    os.lseek(fd, 0, os.SEEK_SET)


def _take_content(fd: int) -> str:
    """Empty a memory file, and return what it contained: one character for each byte."""
    data = os.pread(fd, os.fstat(fd).st_size, 0)
    _replace_content(fd, b"")
    return data.decode("latin-1")
