"""The warm process: has snoop loaded, forks one child per job, waits for it, and answers how it ended.

Started by `statecode.tracing.warm_process` with one end of a socket pair. When it is ready it says who it is, one line
of JSON. A job is one message: the wall limit (a double, seconds) with five descriptors: job, stdin, stdout, stderr,
channel. The answer is one `ANSWER` struct.

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
import select
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from statecode.tracing import addresses, at_fork, imports
from statecode.tracing.layers import landlock, limits, privileges

WALL = struct.Struct("<d")
ANSWER = struct.Struct("<i?dddQ")  # wait status, wall limit hit, wall s, user s, system s, peak resident bytes

_STACK_BYTES = 8 * 2**20
_REHEARSALS = 3  # jobs: after them our heap is the same at every fork, and so are addresses in the children
_FILES = 5       # of a job
_WATCH_S = 0.25  # between looks at a running child
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the supervisor decided about this warm process."""

    package_root: str                # where statecode is imported from
    socket_fd: int
    engine: str = "snoop"            # that records, see `engines`
    uid: int | None = None           # whom to become; None: stay who we are
    privileges: bool = False         # keep capabilities
    standard_library_only: bool = True
    packages: tuple[Sequence[str], Sequence[str]] = ((), ())  # what may be imported all the same: names, paths
    readable: tuple[str, ...] | None = None  # all that Landlock leaves open; None: without Landlock
    seccomp: bool = False
    among_ourselves: bool = False    # inside namespaces: every process that we see is the program's or our launcher's
    limits: bool = True
    threads: int | None = None       # that our user may have, see `limits.limit`

    def to_json(self) -> str:
        """The text that `main` takes."""
        return json.dumps(asdict(self))


def main(settings_text: str) -> None:
    """Serve jobs until the supervisor's end of the socket is closed."""
    ready = json.dumps(identity()).encode() + b"\n"  # made first: all memory used from the last rehearsal on counts
    warm = warm_up(Settings(**json.loads(settings_text)))
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
    addresses.turn_off_randomisation()
    addresses.share_one_malloc_arena()
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
        self._watch = _Watch(self.supervisor)
        self._prepared = child.Prepared.by(settings)

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
        self._held = addresses.fill_holes()
        addresses.fill_free_lists()
        if self._settings.limits:
            self._prepared.in_use_bytes = limits.address_space_bytes()
        self._rehearse()

    def _rehearse(self) -> None:
        """Serve a few jobs that fail at once."""
        usual = self.supervisor
        self.supervisor, asking = socket.socketpair()
        with asking, self.supervisor:
            for _ in range(_REHEARSALS):
                socket.send_fds(asking, [WALL.pack(1.0)], [0] * _FILES)  # the null device, which is no job
                self.serve()
                asking.recv(ANSWER.size)
        self._held += [asking, self.supervisor]
        self.supervisor = usual

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
        return True

    def run_job(self, fds: list[int], wall_s: float) -> bytes:
        """Run one job and give the answer."""
        started = time.monotonic()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_program(fds, parent)
        self._watch.begin(pid, started + wall_s)
        if hasattr(os, "waitid"):  # leave the child to be reaped: its number then still names its group
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            self._watch.end()
            _kill_group(pid)       # what the program started and left behind
        end = _reap(pid)
        self._watch.end()
        if not self._settings.seccomp:  # under seccomp no program starts a process
            _kill_orphans(self._settings.among_ourselves)
        return ANSWER.pack(end[0], self._watch.limit_hit, time.monotonic() - started, *end[1:])

    def _become_program(self, fds: list[int], parent: int) -> NoReturn:
        channel = None
        try:
            self._part_from(parent)
            job_fd, stdin_fd, stdout_fd, stderr_fd, channel_fd = fds
            job = self._child.Job(marshal.loads(os.read(job_fd, os.fstat(job_fd).st_size)))
            channel = self._child.ChannelWriter(channel_fd)
            for fd, target in ((stdin_fd, 0), (stdout_fd, 1), (stderr_fd, 2)):
                os.dup2(fd, target)
            os.closerange(3, 256)  # among them the supervisor's socket
            settled = addresses.settle_heap()  # noqa: F841 - held until the process ends
            self._child.run(job, channel, self._prepared, base_depth=_stack_depth())
        except BaseException as error:  # ours, not the program's
            if channel is not None:
                channel.write({"tracer_error": f"{type(error).__name__}: {error}"[:1000]}, final=True)
        finally:
            os._exit(70)

    def _part_from(self, parent: int) -> None:
        """Become a process of its own, that ends with the warm one and has nothing of it."""
        _die_with_parent()
        if os.getppid() != parent:
            os._exit(70)
        os.setsid()
        _signal.signal(signal.SIGALRM, _signal.SIG_DFL)


class _Watch:
    """Looks after a child while we wait: kills it at its wall limit, and with us when the supervisor is gone."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._closed = select.poll()
        self._closed.register(supervisor, 0)  # nothing but the hang-up, which is always told
        self._closed.poll(0)  # the first time takes memory for good
        self.limit_hit = False
        signal.signal(signal.SIGALRM, self._look)  # once: `signal.signal` leaves garbage when it replaces a handler

    def begin(self, pid: int, deadline: float) -> None:
        self._pid, self._deadline, self.limit_hit = pid, deadline, False
        signal.setitimer(signal.ITIMER_REAL, min(max(deadline - time.monotonic(), 0.001), _WATCH_S), _WATCH_S)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _look(self, *_: object) -> None:
        if self._closed.poll(0):
            _kill_group(self._pid)
            os.kill(self._pid, signal.SIGKILL)
            os._exit(0)
        remaining_s = self._deadline - time.monotonic()
        if remaining_s <= 0:
            self.limit_hit = True
            with contextlib.suppress(ProcessLookupError):  # it ended, and was waited for, just now
                os.kill(self._pid, signal.SIGKILL)         # its group follows, once it has ended
        elif remaining_s < _WATCH_S:
            signal.setitimer(signal.ITIMER_REAL, remaining_s, _WATCH_S)


class _Usage(ctypes.Structure):
    """struct rusage of Linux."""

    _fields_ = [(name, ctypes.c_long) for name in ("user_s", "user_us", "system_s", "system_us", "max_rss_kb")] + [
        ("others", ctypes.c_long * 13)
    ]


_usage, _status = _Usage(), ctypes.c_int()
_usage_at, _status_at = ctypes.byref(_usage), ctypes.byref(_status)


def _reap(pid: int) -> tuple[int, float, float, int]:
    """Wait for a child: wait status, user seconds, system seconds, peak resident bytes.

    Not by os.wait4 where that can be: since Python 3.12 it leaves a block of memory behind with every call, and each
    moves where the next children's objects lie.
    """
    if not sys.platform.startswith("linux"):
        _, status, usage = os.wait4(pid, 0)
        return status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * _RSS_UNIT_BYTES
    while _libc.wait4(pid, _status_at, 0, _usage_at) == -1:
        if ctypes.get_errno() != errno.EINTR:  # which is the watch, looking at its clock
            raise OSError(ctypes.get_errno(), "the warm process lost its child")
    user_s, system_s = _usage.user_s + _usage.user_us * 1e-6, _usage.system_s + _usage.system_us * 1e-6
    return _status.value, user_s, system_s, _usage.max_rss_kb * 1024


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _kill_orphans(among_ourselves: bool) -> None:
    """End processes that left the program's group: they became our children when their parents ended."""
    with contextlib.suppress(ChildProcessError):  # there is none, or none any more
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:
                for pid in [-1] if among_ourselves else _children():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
                os.waitpid(-1, 0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:  # not Linux: nobody adopted them
        return []


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
        from statecode.tracing import child

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
