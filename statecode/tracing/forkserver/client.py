"""The supervisor's hold on one warm process: starting it inside its layers, asking it for a run, ending it."""

from __future__ import annotations

import fcntl
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
from typing import IO, TypeAlias

from statecode.errors import StatecodeError, TracingError
from statecode.files import PACKAGE_FOLDER
from statecode.tracing.forkserver import server
from statecode.tracing.forkserver.settings import Settings
from statecode.tracing.sandbox import namespaces, privileges, python_files
from statecode.tracing.sandbox.imports import allowed_packages
from statecode.tracing.sandbox.isolation import Isolation, Mode

_PATIENCE_S = 10.0  # beyond the wall limit, before a silent warm process is taken for dead
_START_S = 60.0     # a loaded machine may need seconds to import snoop; usually 0.2
_THREADS = 256
_THREADS_BESIDE_OURS = 1024  # room for what else our user may start meanwhile
_PACKAGE_ROOT = str(PACKAGE_FOLDER.parent)
# numpy's libraries take 40 MB of addresses per core, which the memory limit counts
_THREAD_COUNTS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_LAUNCH = (
    "import sys; root, settings = sys.argv[1:3]; sys.path.insert(1, root); "
    "from statecode.tracing.forkserver import at_fork; at_fork.keep_back(); "
    "from statecode.tracing.forkserver.server import main; main(settings)"
)


_Process: TypeAlias = "subprocess.Popen[bytes]"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a child ended, as the warm process saw it."""

    wait_status: int
    wall_limit_hit: bool
    wall_s: float
    cpu_s: float
    max_rss_bytes: int


class ForkServerLost(Exception):
    """The warm process ended, or does not answer: the run that it was asked for must be asked for again."""


class ForkServer:
    """One warm process, from its start to its end.

    Args:
        folder: where programs run if no namespaces give them a folder of their own.

    Raises:
        ConfigError: a package to allow is not installed.
        TracingError: it does not start, or is not the interpreter that it should be.
    """

    def __init__(self, isolation: Isolation, hash_seed: int, folder: str, engine: str) -> None:
        self._isolation = isolation
        self._folder = folder
        self._engine = engine
        self._inside = "namespaces" in isolation.active
        self._process: _Process | None = None
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, tempfile.TemporaryFile() as complaints:
            try:
                self._process = self._start(theirs, hash_seed, complaints)
                theirs.close()
                self._check_identity(self._first_line())
            except StatecodeError:  # a package that is not there: it is not the start that failed
                self.stop()
                raise
            except (OSError, EOFError, ValueError) as error:
                self.stop()
                complaints.seek(0)
                last = (complaints.read().decode(errors="replace").strip().splitlines() or [str(error)])[-1]
                raise TracingError(f"the tracing process did not start: {last}") from None
            except BaseException:
                self.stop()
                raise

    def ask(self, wall_s: float, descriptors: list[int]) -> Answer:
        """Have one job run and wait for its end.

        Raises:
            ForkServerLost: it is, or was silent for longer than it may be.
        """
        try:
            self._socket.settimeout(wall_s + _PATIENCE_S)
            socket.send_fds(self._socket, [server.WALL.pack(wall_s)], descriptors)
            answer = self._receive(server.ANSWER.size)
        except (OSError, EOFError) as error:
            raise ForkServerLost(str(error)) from None
        status, wall_limit_hit, wall_s, user_s, system_s, rss = server.ANSWER.unpack(answer)
        return Answer(status, wall_limit_hit, wall_s, user_s + system_s, rss)

    def stop(self) -> None:
        """End it, and with it the child that it may have."""
        self._socket.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _start(self, theirs: socket.socket, hash_seed: int, complaints: IO[bytes]) -> _Process:
        fd = fcntl.fcntl(theirs, fcntl.F_DUPFD_CLOEXEC, 3)  # where our own streams are closed, it could be one of them
        try:
            return _start_to_last(lambda: subprocess.Popen(
                self._command(fd), pass_fds=[fd], env=self._environment(hash_seed), cwd=self._folder,
                start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints,
            ))
        finally:
            os.close(fd)

    def _command(self, socket_fd: int) -> list[str]:
        outside = namespaces.command(namespaces.find()[0] or "bwrap") if self._inside else []
        settings = self._settings(socket_fd).to_json()
        return [*outside, sys.executable, "-s", "-B", "-c", _LAUNCH, _PACKAGE_ROOT, settings]

    def _settings(self, socket_fd: int) -> Settings:
        active = self._isolation.active
        packages = allowed_packages(self._isolation.packages)
        readable = (*python_files.library_folders(), *packages.paths, self._programs_folder())
        uid = privileges.sandbox_uid() if "privileges" in active and self._may_drop_user() else None
        return Settings(
            package_root=_PACKAGE_ROOT,
            socket_fd=socket_fd,
            engine=self._engine,
            uid=uid,
            privileges="privileges" not in active,
            threads=self._threads(uid),
            standard_library_only=self._isolation.mode is not Mode.TRUSTED,
            packages=packages,
            readable=readable if "landlock" in active else None,
            seccomp="seccomp" in active,
            among_ourselves=self._inside,
            limits="limits" in active,
        )

    def _threads(self, uid: int | None) -> int | None:
        """The kernel counts a user's threads in one namespace: all of them, where the program shares ours."""
        if self._isolation.mode is Mode.TRUSTED:
            return None
        if uid is not None or self._inside:
            return _THREADS
        return privileges.threads_of_this_user() + _THREADS_BESIDE_OURS

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
        theirs, ours = json.loads(line), server.identity()
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


_starts: dict[int, queue.SimpleQueue[tuple[Callable[[], _Process], Future[_Process]]]] = {}  # by our process id


def _start_to_last(start: Callable[[], _Process]) -> _Process:
    """Start a process in a thread that lasts as long as we do: the kernel ends a warm process together with the thread
    that started it. The main thread lasts anyway; any other may end at any time."""
    if threading.current_thread() is threading.main_thread():  # and no thread is left behind, of which os.fork warns
        return start()
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
