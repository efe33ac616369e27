"""The supervisor's hold on one warm process: starting it inside its layers, asking it for a run, ending it."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import statecode
from statecode.errors import TracingError
from statecode.tracing import zygote
from statecode.tracing.imports import allowed_packages
from statecode.tracing.isolation import Isolation, Mode
from statecode.tracing.layers import namespaces, privileges, python_files

_PATIENCE_S = 10.0  # beyond the wall limit, before a silent warm process is taken for dead
_START_S = 60.0     # a loaded machine may need seconds to import snoop; usually 0.2
_PACKAGE_ROOT = str(Path(statecode.__file__).parent.parent)
# numpy's libraries take 40 MB of addresses per core, which the memory limit counts
_THREAD_COUNTS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_LAUNCH = (
    "import sys; root, settings = sys.argv[1:3]; sys.path.insert(1, root); "
    "from statecode.tracing.zygote import main; main(settings)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a child ended, as the warm process saw it."""

    wait_status: int
    wall_limit_hit: bool
    wall_s: float
    cpu_s: float
    max_rss_bytes: int


class WarmProcess:
    """One warm process, from its start to its end.

    Args:
        folder: where programs run if no namespaces give them a folder of their own.

    Raises:
        TracingError: it does not start, or is not the interpreter that it should be.
    """

    def __init__(self, isolation: Isolation, hash_seed: int, folder: str) -> None:
        self._isolation = isolation
        self._folder = folder
        self._inside = "namespaces" in isolation.active
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, tempfile.TemporaryFile() as complaints:
            self._process = _start_to_last(lambda: subprocess.Popen(
                self._command(theirs.fileno()), pass_fds=[theirs.fileno()], env=self._environment(hash_seed),
                cwd=folder, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=complaints,
            ))
            theirs.close()
            try:
                self._check_identity(self._first_line())
            except (OSError, EOFError, ValueError) as error:
                self.stop()
                complaints.seek(0)
                last = (complaints.read().decode(errors="replace").strip().splitlines() or [str(error)])[-1]
                raise TracingError(f"the tracing process did not start: {last}") from None

    def ask(self, wall_s: float, descriptors: list[int]) -> Answer:
        """Have one job run and wait for its end.

        Raises:
            OSError, EOFError: the warm process is gone, or silent for longer than it may be.
        """
        self._socket.settimeout(wall_s + _PATIENCE_S)
        socket.send_fds(self._socket, [zygote.WALL.pack(wall_s)], descriptors)
        status, wall_limit_hit, wall_s, user_s, system_s, rss = zygote.ANSWER.unpack(self._receive(zygote.ANSWER.size))
        return Answer(status, wall_limit_hit, wall_s, user_s + system_s, rss)

    def stop(self) -> None:
        """End it, and with it the child that it may have."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _command(self, socket_fd: int) -> list[str]:
        outside = namespaces.command(namespaces.find()[0] or "bwrap") if self._inside else []
        settings = self._settings(socket_fd).to_json()
        return [*outside, sys.executable, "-s", "-B", "-c", _LAUNCH, _PACKAGE_ROOT, settings]

    def _settings(self, socket_fd: int) -> zygote.Settings:
        active = self._isolation.active
        packages = allowed_packages(self._isolation.packages)
        readable = (*python_files.library_folders(), *packages.paths, self._programs_folder())
        uid = privileges.sandbox_uid() if "privileges" in active and self._may_drop_user() else None
        return zygote.Settings(
            package_root=_PACKAGE_ROOT,
            socket_fd=socket_fd,
            uid=uid,
            privileges="privileges" not in active,
            standard_library_only=self._isolation.mode is not Mode.TRUSTED,
            packages=packages,
            readable=readable if "landlock" in active else None,
            seccomp="seccomp" in active,
            among_ourselves=self._inside,
            limits="limits" in active,
            count_threads=self._inside or uid is not None,
        )

    def _may_drop_user(self) -> bool:
        """Inside namespaces another user reaches all that is mounted; outside, what the folders' modes let it."""
        needed = (*python_files.executables(), *python_files.library_folders(), *python_files.installed_folders())
        return self._inside or privileges.open_to_others((*needed, self._folder))

    def _programs_folder(self) -> str:
        return namespaces.FOLDER if self._inside else self._folder

    def _environment(self, hash_seed: int) -> dict[str, str]:
        folder = self._programs_folder()
        return {
            "PYTHONHASHSEED": str(hash_seed), "PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8",
            **dict.fromkeys(_THREAD_COUNTS, "1"),
        }

    def _first_line(self) -> bytes:
        self._socket.settimeout(_START_S)
        line = b""
        while not line.endswith(b"\n"):
            line += self._receive(1)
        return line

    def _check_identity(self, line: bytes) -> None:
        theirs, ours = json.loads(line), zygote.identity()
        if theirs != ours:
            raise ValueError(f"another interpreter answered: {theirs['version']} in {theirs['prefix']}")

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._socket.recv(size - len(data))
            if not part:
                raise EOFError("the tracing process closed its socket")
            data += part
        return data


_Process: TypeAlias = "subprocess.Popen[bytes]"
_starts: dict[int, queue.SimpleQueue[tuple[Callable[[], _Process], Future[_Process]]]] = {}  # by our process id


def _start_to_last(start: Callable[[], _Process]) -> _Process:
    """Start a process in a thread that lasts as long as we do: the kernel ends a warm process together with the thread
    that started it, and the caller's may end at any time."""
    if os.getpid() not in _starts:  # a forked process has none of its parent's threads
        _starts[os.getpid()] = queue.SimpleQueue()
        threading.Thread(target=_keep_starting, args=(_starts[os.getpid()],), daemon=True).start()
    future: Future[_Process] = Future()
    _starts[os.getpid()].put((start, future))
    return future.result()


def _keep_starting(starts: queue.SimpleQueue) -> None:
    while True:
        start, future = starts.get()
        try:
            future.set_result(start())
        except BaseException as error:
            future.set_exception(error)
