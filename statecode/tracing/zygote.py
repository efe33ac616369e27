"""The warm process: has snoop loaded, forks one child per job, waits for it, and answers how it ended.

Started by `statecode.tracing.slot` with one end of a socket pair. A job is one message: the wall limit (a double,
seconds) with five descriptors: job, stdin, stdout, stderr, channel. The answer is one `ANSWER` struct.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from typing import NoReturn

WALL = struct.Struct("<d")
ANSWER = struct.Struct("<i?dddQ")  # wait status, wall limit hit, wall s, user s, system s, peak resident bytes
READY = b"ready"

_REHEARSALS = 3  # empty jobs: after them our heap is the same at every fork, and so are addresses in the children
_WATCH_S = 0.25  # between looks at a running child
_ADDR_NO_RANDOMIZE = 0x0040000
_PR_SET_PDEATHSIG = 1
_M_ARENA_MAX = -8
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def main(package_root: str, socket_fd: int) -> None:
    """Serve jobs until the supervisor's end of the socket is closed."""
    _turn_off_address_randomisation()
    _share_one_malloc_arena()
    child = _import_without_heavy_packages()
    sys.path.remove(package_root)  # programs find what the interpreter would find
    supervisor = socket.socket(fileno=socket_fd)
    atexit._clear()  # type: ignore[attr-defined]  # what we imported registered; children run their own handlers
    threading.excepthook, sys.excepthook = threading.__excepthook__, sys.__excepthook__
    gc.collect()
    gc.freeze()   # collections in children then leave our pages shared
    gc.disable()  # here; a collection would move where the next children's objects are put
    watch = _Watch()
    _fill_free_lists()
    for _ in range(_REHEARSALS):
        _run_job(child, [], 1.0, supervisor, watch)
    supervisor.sendall(READY)
    while True:
        message, fds, _, _ = socket.recv_fds(supervisor, WALL.size, 5)
        if not message:
            return
        supervisor.sendall(_run_job(child, fds, WALL.unpack(message)[0], supervisor, watch))
        for fd in fds:
            os.close(fd)


def _run_job(child: object, fds: list[int], wall_s: float, supervisor: socket.socket, watch: _Watch) -> bytes:
    started = time.monotonic()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_program(child, fds, parent, supervisor)
    watch.begin(pid, started + wall_s)
    if hasattr(os, "waitid"):  # leave the child to be reaped: its number then still names its group
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        watch.end()
        _kill_group(pid)       # what the program started and left behind
    _, status, usage = os.wait4(pid, 0)
    watch.end()
    return ANSWER.pack(
        status, watch.limit_hit, time.monotonic() - started, usage.ru_utime, usage.ru_stime,
        usage.ru_maxrss * _RSS_UNIT_BYTES,
    )


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class _Watch:
    """Looks after a child while `wait4` blocks: kills it at its wall limit, and with us when the supervisor is gone."""

    def __init__(self) -> None:
        self._supervisor = os.getppid()
        self.limit_hit = False
        signal.signal(signal.SIGALRM, self._look)  # once: `signal.signal` leaves garbage when it replaces a handler

    def begin(self, pid: int, deadline: float) -> None:
        self._pid, self._deadline, self.limit_hit = pid, deadline, False
        signal.setitimer(signal.ITIMER_REAL, min(max(deadline - time.monotonic(), 0.001), _WATCH_S), _WATCH_S)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _look(self, *_: object) -> None:
        if os.getppid() != self._supervisor:
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


def _become_program(child: object, fds: list[int], parent: int, supervisor: socket.socket) -> NoReturn:
    if not fds:
        os._exit(0)
    channel = None
    try:
        _die_with(parent)
        os.setsid()
        supervisor.close()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        job_fd, stdin_fd, stdout_fd, stderr_fd, channel_fd = fds
        with open(job_fd, "rb") as file:
            job = child.Job(json.load(file))  # type: ignore[attr-defined]
        channel = child.ChannelWriter(channel_fd)  # type: ignore[attr-defined]
        for fd, target in ((stdin_fd, 0), (stdout_fd, 1), (stderr_fd, 2)):
            os.dup2(fd, target)
        os.closerange(3, 256)
        settled = _settle_heap()  # noqa: F841 - held until the process ends
        child.run(job, channel, base_depth=_stack_depth())  # type: ignore[attr-defined]
    except BaseException as error:  # ours, not the program's
        if channel is not None:
            channel.write({"tracer_error": f"{type(error).__name__}: {error}"[:1000]}, final=True)
    finally:
        os._exit(70)


def _fill_free_lists() -> None:
    """Give the interpreter the floats, lists and dicts that it keeps for reuse, or each job would add a few."""
    [([], {}, number + 0.5) for number in range(256)]


def _settle_heap() -> list[bytes]:
    """Take the memory blocks that were freed last, of every small size.

    Serving jobs frees a few blocks in an order that depends on process numbers and times; with those out of the way a
    program's objects lie at the same addresses every time, and sets ordered by address are in the same order.
    """
    smallest = sys.getsizeof(b"")
    return [bytes(size - smallest) for size in range(48, 513, 16) for _ in range(128 if size <= 128 else 32)]


def _stack_depth() -> int:
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return depth


def _import_without_heavy_packages() -> object:
    """Import snoop with the packages hidden that it only loads to register how their values read."""
    hidden = [name for name in ("numpy", "pandas", "django") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        from statecode.tracing import child
    finally:
        for name in hidden:
            del sys.modules[name]
    return child


def _turn_off_address_randomisation() -> None:
    """Start this process again at fixed addresses, so that sets ordered by address are in the same order every time."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    current = libc.personality(0xFFFFFFFF)
    if current == -1 or current & _ADDR_NO_RANDOMIZE:
        return
    if libc.personality(current | _ADDR_NO_RANDOMIZE) != -1 and libc.personality(0xFFFFFFFF) & _ADDR_NO_RANDOMIZE:
        os.execv(sys.executable, sys.orig_argv)


def _share_one_malloc_arena() -> None:
    """Keep glibc from reserving 64 MB of addresses per thread, which the memory limit would count as used."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def _die_with(parent: int) -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(70)
