"""The supervisor's side of a fork server: start it inside its sandbox layers, let it run jobs, and stop it."""

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
from typing import IO, TypeAlias

from statecode.errors import StatecodeError, TracingError
from statecode.files import PACKAGE_FOLDER
from statecode.tracing.engines.base import ChildResult, ServerLost
from statecode.tracing.forkserver import server
from statecode.tracing.forkserver.settings import Settings
from statecode.tracing.sandbox import allow_list, namespaces, privileges, python_files
from statecode.tracing.sandbox.imports import allowed_packages
from statecode.tracing.sandbox.isolation import Isolation, Mode

_TIMEOUT_MARGIN_S = 10.0  # a server that has not replied after the wall limit and this margin is killed
_START_TIMEOUT_S = 60.0   # the start usually takes 0.2 s; on a loaded machine the import of snoop alone takes seconds
_MAX_THREADS = 256
_MAX_NEW_THREADS = 1024   # more than `_MAX_THREADS`: the user's other processes may start threads, too
_PACKAGE_ROOT = str(PACKAGE_FOLDER.parent)
# numpy's libraries map 40 MB of addresses per thread, which count against the memory limit. By default they start one
# thread per core.
_THREAD_COUNTS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_LAUNCH = (
    "import sys; root, settings = sys.argv[1:3]; sys.path[0] = root; "  # not "", the working folder of programs
    "from statecode.tracing.forkserver import at_fork; at_fork.collect_hooks(); "
    "from statecode.tracing.forkserver.server import main; main(settings)"
)


_Process: TypeAlias = "subprocess.Popen[bytes]"


class ForkServer:
    """A client that owns one fork server, from its start to its end.

    Args:
        isolation: the mode of the sandbox and its active layers.
        hash_seed: PYTHONHASHSEED of the server and its children.
        folder: working folder of programs, unless namespaces provide one.
        tracer: MODULE:CLASS of the tracer that records.

    Raises:
        ConfigError: an allowed package is not installed.
        TracingError: the server does not start, or runs another interpreter than this process.
    """

    def __init__(self, isolation: Isolation, hash_seed: int, folder: str, tracer: str) -> None:
        self._isolation = isolation
        self._folder = folder
        self._tracer = tracer
        self._in_namespaces = "namespaces" in isolation.active
        self._process: _Process | None = None
        self._socket, server_socket = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with server_socket, tempfile.TemporaryFile() as stderr:
            try:
                self._process = self._start(server_socket, hash_seed, stderr)
                server_socket.close()
                self._check_identity(self._first_line())
            except StatecodeError:  # a package is not installed: the message is complete
                self.stop()
                raise
            except (OSError, EOFError, ValueError) as error:
                self.stop()
                stderr.seek(0)
                last = (stderr.read().decode(errors="replace").strip().splitlines() or [str(error)])[-1]
                raise TracingError(f"the fork server did not start: {last}") from None
            except BaseException:
                self.stop()
                raise

    def run_job(self, wall_s: float, descriptors: list[int]) -> ChildResult:
        """Run one job in a child of the server and wait for its end.

        Args:
            wall_s: the wall limit in seconds.
            descriptors: the files of the job, see `JobFiles.descriptors`.

        Raises:
            ServerLost: the server ended, or did not reply within the wall limit and a margin.
        """
        try:
            self._socket.settimeout(wall_s + _TIMEOUT_MARGIN_S)
            socket.send_fds(self._socket, [server.WALL_LIMIT.pack(wall_s)], descriptors)
            reply = self._receive(server.CHILD_RESULT.size)
        except (OSError, EOFError) as error:
            raise ServerLost(str(error)) from None
        status, wall_limit_hit, wall_s, user_s, system_s, rss = server.CHILD_RESULT.unpack(reply)
        return ChildResult(status, wall_limit_hit, wall_s, user_s + system_s, rss)

    def stop(self) -> None:
        """Kill the server; its child ends with it. If another thread is in `run_job`, this call raises ServerLost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._socket.close()

    def _start(self, server_socket: socket.socket, hash_seed: int, stderr: IO[bytes]) -> _Process:
        fd = fcntl.fcntl(server_socket, fcntl.F_DUPFD_CLOEXEC, 3)  # not 0, 1 or 2, which may be free in this process
        try:
            return _start_in_lasting_thread(lambda: subprocess.Popen(
                self._command(fd), pass_fds=[fd], env=self._environment(hash_seed), cwd=self._folder,
                start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr,
            ))
        finally:
            os.close(fd)

    def _command(self, socket_fd: int) -> list[str]:
        launcher = []
        if self._in_namespaces:
            bwrap = namespaces.find_bubblewrap()[0] or "bwrap"
            launcher = namespaces.bubblewrap_command(bwrap, may_mount=self._isolation.writable_folder)
        settings = self._settings(socket_fd).to_json()
        return [*launcher, sys.executable, "-s", "-B", "-c", _LAUNCH, _PACKAGE_ROOT, settings]

    def _settings(self, socket_fd: int) -> Settings:
        active = self._isolation.active
        packages = allowed_packages(self._isolation.packages)
        readable_paths = (*python_files.library_folders(), *packages.paths, self._program_folder())
        uid = privileges.sandbox_uid() if "privileges" in active and self._may_drop_user() else None
        return Settings(
            package_root=_PACKAGE_ROOT,
            socket_fd=socket_fd,
            tracer=self._tracer,
            uid=uid,
            keep_privileges="privileges" not in active,
            max_threads=self._max_threads(uid),
            standard_library_only=self._isolation.mode is not Mode.TRUSTED,
            allowed_packages=packages,
            readable_paths=readable_paths if "landlock" in active else None,
            writable_folder=namespaces.PROGRAM_FOLDER if self._isolation.writable_folder else None,
            seccomp=self._filter_name() if "seccomp" in active else None,
            own_pid_namespace=self._in_namespaces,
            limits="limits" in active,
        )

    def _filter_name(self) -> str:
        if not self._in_namespaces:
            return allow_list.HOST
        return allow_list.FILES if self._isolation.writable_folder else allow_list.NAMESPACES

    def _max_threads(self, uid: int | None) -> int | None:
        """Return the limit on the threads of the program's user; None: no limit.

        The kernel counts the threads of a user over all processes in a user namespace. If the program has a user or a
        namespace of its own, only its threads are counted. Otherwise the threads of the user's other processes are
        counted as well; the limit is then their present number plus 1024.
        """
        if self._isolation.mode is Mode.TRUSTED:
            return None
        if uid is not None or self._in_namespaces:
            return _MAX_THREADS
        return privileges.count_user_threads() + _MAX_NEW_THREADS

    def _may_drop_user(self) -> bool:
        """Return True if another user can read all folders that the server needs.

        Inside namespaces, another user can read everything that is mounted. Outside, the modes of the folders decide.
        """
        needed = (*python_files.executables(), *python_files.library_folders(), *python_files.installed_folders())
        return self._in_namespaces or privileges.reachable_by_others((*needed, self._folder))

    def _program_folder(self) -> str:
        return namespaces.PROGRAM_FOLDER if self._in_namespaces else self._folder

    def _environment(self, hash_seed: int) -> dict[str, str]:
        folder = self._program_folder()
        return {
            "PYTHONHASHSEED": str(hash_seed), "PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8",
            **dict.fromkeys(_THREAD_COUNTS, "1"),
        }

    def _first_line(self) -> bytes:
        self._socket.settimeout(_START_TIMEOUT_S)
        line = b""
        while not line.endswith(b"\n"):
            line += self._receive(1)
        return line

    def _check_identity(self, line: bytes) -> None:
        identity = json.loads(line)
        if identity != server.identity():
            raise ValueError(f"another interpreter answered: {identity['version']} in {identity['prefix']}")

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._socket.recv(size - len(data))
            if not part:
                raise EOFError("the fork server closed its socket")
            data += part
        return data


_starts: dict[int, queue.SimpleQueue[tuple[Callable[[], _Process], Future[_Process]]]] = {}  # key: id of this process


def _start_in_lasting_thread(start: Callable[[], _Process]) -> _Process:
    """Call `start` in a thread that lasts as long as this process, and return its result.

    The kernel kills a server when the thread that started it ends (PR_SET_PDEATHSIG). The main thread lasts until the
    process ends. Any other thread may end earlier, so a daemon thread calls `start` in its place.
    """
    if threading.current_thread() is threading.main_thread():  # no second thread: os.fork warns if there is one
        return start()
    if os.getpid() not in _starts:  # a forked process does not inherit the thread
        _starts[os.getpid()] = queue.SimpleQueue()
        threading.Thread(target=_serve_starts, args=(_starts[os.getpid()],), daemon=True).start()
    future: Future[_Process] = Future()
    _starts[os.getpid()].put((start, future))
    return future.result()


def _serve_starts(starts: queue.SimpleQueue) -> None:
    while True:
        start, future = starts.get()
        try:
            future.set_result(start())
        except BaseException as error:
            future.set_exception(error)
