"""The warm process: has snoop loaded, forks one child per job, waits for it, and answers how it ended.

Started by `statecode.tracing.slot` with one end of a socket pair. A job is one message: the wall limit (a double, seconds)
with five descriptors: job, stdin, stdout, stderr, channel. The answer is one `ANSWER` struct.
"""

from __future__ import annotations

import atexit
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

_ADDR_NO_RANDOMIZE = 0x0040000
_PR_SET_PDEATHSIG = 1
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def main(package_root: str, socket_fd: int) -> None:
    """Serve jobs until the supervisor's end of the socket is closed."""
    _turn_off_address_randomisation()
    child = _import_without_heavy_packages()
    sys.path.remove(package_root)  # programs find what the interpreter would find
    supervisor = socket.socket(fileno=socket_fd)
    atexit._clear()  # type: ignore[attr-defined]  # what we imported registered; a child runs its program's handlers only
    threading.excepthook, sys.excepthook = threading.__excepthook__, sys.__excepthook__
    gc.collect()
    gc.freeze()  # collections in children then leave our pages shared
    supervisor.sendall(READY)
    while True:
        message, fds, _, _ = socket.recv_fds(supervisor, WALL.size, 5)
        if not message:
            return
        supervisor.sendall(_run_job(child, fds, WALL.unpack(message)[0], supervisor))
        for fd in fds:
            os.close(fd)


def _run_job(child: object, fds: list[int], wall_s: float, supervisor: socket.socket) -> bytes:
    started = time.monotonic()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_program(child, fds, parent, supervisor)
    timed_out = False

    def stop(*_: object) -> None:
        nonlocal timed_out
        timed_out = True
        os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, wall_s)
    _, status, usage = os.wait4(pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return ANSWER.pack(
        status, timed_out, time.monotonic() - started, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * _RSS_UNIT_BYTES
    )


def _become_program(child: object, fds: list[int], parent: int, supervisor: socket.socket) -> NoReturn:
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
        child.run(job, channel, base_depth=_stack_depth())  # type: ignore[attr-defined]
    except BaseException as error:  # ours, not the program's
        channel.write({"tracer_error": f"{type(error).__name__}: {error}"[:1000]}, final=True)
    finally:
        os._exit(70)


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


def _die_with(parent: int) -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(70)
