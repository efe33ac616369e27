"""The warm process: has the tracer loaded, forks one child per job, waits for it, and answers how it ended.

Started by `forkserver.client` with one end of a socket pair. When it is ready it says who it is, one line
of JSON. A job is one message: the wall limit (a double, seconds) with five descriptors: job, stdin, stdout, stderr,
channel. The answer is one `ANSWER` struct. The child for the next job is forked when the answer is out: while it waits
it does all that does not depend on the job. While a program runs there is no other child.

What stands around untrusted programs is put up here once, before the first job, and inherited by every child: another
user, no capabilities, Landlock. What must differ per child (limits, seccomp) is put up in `child`.
"""

from __future__ import annotations

import _signal  # `signal` without making enums of its answers
import atexit
import contextlib
import ctypes
import errno
import gc
import json
import marshal
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, NoReturn

from statecode.tracing.forkserver import at_fork, children, heap
from statecode.tracing.forkserver.settings import Settings
from statecode.tracing.sandbox import imports, landlock, limits, privileges

WALL = struct.Struct("<d")
ANSWER = struct.Struct("<i?dddQ")  # wait status, wall limit hit, wall s, user s, system s, peak resident bytes

_STACK_BYTES = 8 * 2**20
_REHEARSALS = 16  # jobs: after them our heap is the same at every fork, and so are addresses in the children
_FILES = 5       # of a job
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


def main(settings_text: str) -> None:
    """Serve jobs until the supervisor's end of the socket is closed."""
    ready = json.dumps(identity()).encode() + b"\n"  # made first: all memory used from the last rehearsal on counts
    warm = warm_up(Settings(**json.loads(settings_text)))
    rehearsals = warm.rehearsals()  # it lives as long as this frame
    for _ in rehearsals:
        warm.serve()                # at the depth of all jobs, which programs can see
    warm.supervisor.sendall(ready)
    while warm.serve():
        pass


def warm_up(settings: Settings) -> Warm:
    """Become the warm process that the settings describe: from here on untrusted programs may be among our children."""
    if settings.uid is not None and os.geteuid() != settings.uid:
        privileges.drop_user(settings.uid)
    _forget_signals()
    os.environ.pop("PWD", None)  # bubblewrap's doing
    _set_stack()
    heap.turn_off_randomisation()
    heap.share_one_malloc_arena()
    _die_with_parent()
    _adopt_orphans()
    child = _import_without_heavy_packages(settings.engine)
    at_fork.register_later_ones()
    sys.path.remove(settings.package_root)  # programs find what the interpreter would find
    atexit._clear()  # type: ignore[attr-defined]  # what we imported registered; children run their own handlers
    threading.excepthook, sys.excepthook = threading.__excepthook__, sys.__excepthook__
    warm = Warm(settings, child)
    warm.put_up_layers()
    warm.settle()
    return warm


def identity() -> dict[str, str]:
    """What tells interpreters apart: under a home of mode 700 another one may answer to the same name."""
    return {"version": sys.version, "prefix": sys.prefix, "base_prefix": sys.base_prefix}


class Warm:
    """The warm process between its jobs."""

    def __init__(self, settings: Settings, child: Any) -> None:
        self._settings = settings
        self._child = child
        self.supervisor = socket.socket(fileno=settings.socket_fd)
        self._watch = children.Watch(self.supervisor)
        self._prepared = child.Prepared.by(settings)
        self._spare: tuple[int, socket.socket] | None = None  # the child for the next job, and where it waits for it

    def put_up_layers(self) -> None:
        """Give up, once and for all children, what programs must not have."""
        settings = self._settings
        if settings.standard_library_only:
            imports.restrict(imports.AllowedPackages(*map(tuple, settings.packages)))
        if not settings.privileges:
            privileges.drop_capabilities()
        if settings.readable is not None:
            landlock.restrict(settings.readable)

    def settle(self) -> None:
        """Bring memory into the state that every later fork finds."""
        gc.collect()
        gc.freeze()   # collections in children then leave our pages shared
        gc.disable()  # here; a collection would move where the next children's objects are put
        self._held = heap.fill_holes()
        heap.fill_free_lists()
        if self._settings.limits:
            self._prepared.in_use_bytes = limits.address_space_bytes()

    def rehearsals(self) -> Iterator[None]:
        """Ask ourselves for a few jobs, that fail at once; the caller is to serve each.

        What is made here stays until the process ends: a block given back would move what the first program makes.
        """
        fd = self.supervisor.fileno()
        usual = os.dup(fd)
        self._asking, self._asked = socket.socketpair()
        os.dup2(self._asked.fileno(), fd)
        self._asked.close()
        count = 0
        while count < _REHEARSALS:
            count += 1
            socket.send_fds(self._asking, [WALL.pack(1.0)], [0] * _FILES)  # the null device, which is no job
            yield
            self._asking.recv(ANSWER.size)
        os.dup2(usual, fd)
        os.close(usual)
        self._asking.close()

    def serve(self) -> bool:
        """Take one job, run it, answer; False where there will be none."""
        message, fds, _, _ = socket.recv_fds(self.supervisor, WALL.size, _FILES)
        if not message:
            return False
        if len(fds) != _FILES:
            raise OSError(errno.EMFILE, "the job's files did not all arrive")
        self.supervisor.sendall(self.run_job(fds, WALL.unpack(message)[0]))
        for fd in fds:
            os.close(fd)
        with contextlib.suppress(OSError):  # no room for another process now; there may be when it is needed
            self._spare = self._fork()
        return True

    def run_job(self, fds: list[int], wall_s: float) -> bytes:
        """Run one job and give the answer."""
        started = time.monotonic()
        pid = self._hand_over(fds)
        self._watch.begin(pid, started + wall_s)
        if hasattr(os, "waitid"):  # leave the child to be reaped: its number then still names its group
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            self._watch.end()
            children.kill_group(pid)  # what the program started and left behind
        end = children.reap(pid)
        self._watch.end()
        if not self._settings.seccomp:  # under seccomp no program starts a process
            children.kill_orphans(self._settings.among_ourselves)
        return ANSWER.pack(end[0], self._watch.limit_hit, time.monotonic() - started, *end[1:])

    def _hand_over(self, fds: list[int]) -> int:
        """Give a job's files to a child, and its process id to the caller."""
        while True:
            from_stock = self._spare is not None
            pid, jobs = self._spare or self._fork()
            self._spare = None
            with jobs:
                try:
                    socket.send_fds(jobs, [b"j"], fds)
                except OSError:  # something ended it while it waited
                    children.kill_group(pid)
                    children.reap(pid)
                    if not from_stock:
                        raise
                else:
                    return pid

    def _fork(self) -> tuple[int, socket.socket]:
        """Start a child that waits for its job."""
        parent = os.getpid()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                pid = os.fork()
            except BaseException:
                ours.close()
                raise
            if pid == 0:
                self._become_program(theirs, parent)
        return pid, ours

    def _become_program(self, jobs: socket.socket, parent: int) -> NoReturn:
        channel = None
        try:
            self._part_from(parent)
            self._close_all_but(jobs.fileno())
            settled = heap.settle_heap()  # noqa: F841 - held until the process ends
            self._prepared.enter()
            _, fds, _, _ = socket.recv_fds(jobs, 1, _FILES)
            job_fd, stdin_fd, stdout_fd, stderr_fd, channel_fd = fds
            job = self._child.Job(marshal.loads(os.read(job_fd, os.fstat(job_fd).st_size)))
            channel = self._child.ChannelWriter(channel_fd)
            for fd, target in ((stdin_fd, 0), (stdout_fd, 1), (stderr_fd, 2)):
                os.dup2(fd, target)
            os.closerange(3, 256)
            self._child.run(job, channel, self._prepared, base_depth=_stack_depth())
        except BaseException as error:  # ours, not the program's
            if channel is not None:
                channel.write({"tracer_error": f"{type(error).__name__}: {error}"[:1000]}, final=True)
        finally:
            os._exit(70)

    def _close_all_but(self, fd: int) -> None:
        os.closerange(3, fd)  # among them the supervisor's socket
        os.closerange(fd + 1, 256)

    def _part_from(self, parent: int) -> None:
        """Become a process of its own, that ends with the warm one and has nothing of it."""
        _die_with_parent()
        if os.getppid() != parent:
            os._exit(70)
        os.setsid()
        _signal.signal(signal.SIGALRM, _signal.SIG_DFL)


def _stack_depth() -> int:
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return depth


def _import_without_heavy_packages(engine: str) -> Any:
    """Import the engine with the packages hidden that snoop only loads to register how their values read."""
    hidden = [name for name in ("numpy", "pandas", "django") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        from statecode.tracing.forkserver import child

        child.tracer_type(engine)
    finally:
        for name in hidden:
            del sys.modules[name]
    return child


def _forget_signals() -> None:
    """Have signals as an interpreter in a fresh shell has them: masks and ignored signals are inherited."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN if number in (signal.SIGPIPE, signal.SIGXFSZ) else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _set_stack() -> None:
    """Have stacks of the usual size from the next start on, so that recursion goes equally deep everywhere."""
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if hard == resource.RLIM_INFINITY or hard >= _STACK_BYTES:
        resource.setrlimit(resource.RLIMIT_STACK, (_STACK_BYTES, hard))


def _die_with_parent() -> None:
    """Be killed when the thread that started us ends."""
    if sys.platform.startswith("linux"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _adopt_orphans() -> None:
    """Become the parent of processes that our children leave behind."""
    if sys.platform.startswith("linux"):
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
