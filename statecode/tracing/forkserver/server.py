"""Fork server: has the engine loaded, forks one child per job, waits for it, and reports how it ended.

`forkserver.client` starts this process with one end of a socket pair. When the server is ready, it sends its identity
as one line of JSON. A job is one message: the wall limit (a double, in seconds) with five descriptors: job, stdin,
stdout, stderr, channel; and with two more, the files of the program and those that it leaves, if programs have a
writable folder. The reply is one `CHILD_RESULT` struct. After the reply the server forks the child for the next
job: this preforked child does everything that does not depend on the job while it waits. While a program runs there is
no other child.

The layers of the sandbox that are equal for all programs (another user, no capabilities, Landlock) are applied here
once, before the first job, and every child inherits them. The layers that each child needs for itself (limits, seccomp)
are applied in `child`.
"""

from __future__ import annotations

import _signal  # as `signal`, but returns plain numbers instead of enums
import atexit
import contextlib
import errno
import gc
import json
import marshal
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from statecode.tracing.forkserver import at_fork, children, heap, process
from statecode.tracing.forkserver.settings import Settings
from statecode.tracing.sandbox import imports, landlock, limits, privileges
from statecode.tracing.wire.record import FAILURE_EXIT_CODE, EndRecord

if TYPE_CHECKING:
    from statecode.tracing.forkserver.file_keeper import FileKeeper

WALL_LIMIT = struct.Struct("<d")
CHILD_RESULT = struct.Struct("<i?dddQ")  # wait status, wall limit hit, wall s, user s, system s, peak resident bytes

_WARM_UP_JOBS = 16  # after this number of jobs every fork finds an equal heap, so all children have equal addresses
_FILES_PER_JOB = 5  # and 2 more if programs have a writable folder


def main(settings_json: str) -> None:
    """Serve jobs until the supervisor closes its end of the socket.

    Args:
        settings_json: the text that `Settings.to_json` returned.
    """
    # created first, because memory allocated after the last warm-up job would change the addresses in children
    ready = json.dumps(identity()).encode() + b"\n"
    server = set_up_server(Settings(**json.loads(settings_json)))
    warm_up_jobs = server.warm_up_jobs()  # this frame keeps the generator alive
    for _ in warm_up_jobs:
        server.serve()                    # called at the stack depth of all later jobs: programs can see it
    server.supervisor.sendall(ready)
    while server.serve():
        pass


def set_up_server(settings: Settings) -> Server:
    """Set up this process as a fork server and return its `Server`, which is ready for the warm-up jobs.

    Afterwards its children may run untrusted programs. If the kernel randomises the addresses of this process, the
    process executes itself again with fixed addresses: see `heap.disable_address_randomisation`.
    """
    if settings.writable_folder is not None and not os.path.ismount(settings.writable_folder):
        from statecode.tracing.sandbox import writable_folder  # every imported module makes forks slower

        writable_folder.mount(settings.writable_folder, settings.uid)
    if settings.uid is not None and os.geteuid() != settings.uid:
        privileges.switch_user(settings.uid)
    if settings.writable_folder is not None:
        os.chdir(settings.writable_folder)  # the mount, which only its owner may enter
    process.reset_signals()
    os.environ.pop("PWD", None)  # bubblewrap sets it
    process.set_stack_limit()
    heap.disable_address_randomisation()
    heap.use_one_malloc_arena()
    process.set_parent_death_signal()
    process.become_subreaper()
    child, shared_child = _import_without_heavy_packages(settings.tracer)
    at_fork.stop_collecting()
    keeper_type: type[FileKeeper] | None = None
    if settings.writable_folder is not None:
        from statecode.tracing.forkserver import file_keeper  # not at the top: every module makes forks slower

        keeper_type = file_keeper.FileKeeper
    sys.path.remove(settings.package_root)  # programs import from the interpreter's path, see `child`
    atexit._clear()  # type: ignore[attr-defined]  # removes handlers of imported modules; children run only their own
    threading.excepthook, sys.excepthook = threading.__excepthook__, sys.__excepthook__
    server = Server(settings, child, shared_child, keeper_type)
    server.apply_layers()
    server.stabilise_heap()
    return server


def identity() -> dict[str, str]:
    """Return the version and the folders of this interpreter.

    The client compares them with its own: if the interpreter lies under a home folder of mode 700, the server's user
    may find another interpreter by the same name.
    """
    return {"version": sys.version, "prefix": sys.prefix, "base_prefix": sys.base_prefix}


class Server:
    """Serves jobs one after the other, and holds the state between them.

    Attributes:
        supervisor: the server's end of the socket pair.
    """

    def __init__(
        self, settings: Settings, child: Any, shared_child: Any, keeper_type: type[FileKeeper] | None = None
    ) -> None:
        self._settings = settings
        self._child, self._shared_child = child, shared_child
        self._keeper_type = keeper_type
        self.supervisor = socket.socket(fileno=settings.socket_fd)
        self._watchdog = children.Watchdog(self.supervisor)
        self._setup = child.ChildSetup.from_settings(settings)
        self._preforked: tuple[int, socket.socket] | None = None  # process id, and the socket for its job
        self._keeper: FileKeeper | None = None                    # None: programs have no writable folder
        self._files_per_job = _FILES_PER_JOB

    def apply_layers(self) -> None:
        """Apply the layers of the sandbox that all children inherit; they cannot be removed again."""
        settings = self._settings
        if settings.standard_library_only:
            imports.restrict_imports(imports.AllowedPackages(*map(tuple, settings.allowed_packages)))
        if not settings.keep_privileges:
            privileges.drop_capabilities()
        if settings.readable_paths is not None:
            landlock.restrict_files(settings.readable_paths, settings.writable_folder)
        if self._keeper_type is not None and settings.writable_folder is not None:
            self._keeper = self._keeper_type(settings.writable_folder)
            self._files_per_job += 2

    def stabilise_heap(self) -> None:
        """Bring the heap into the state that every later fork finds."""
        gc.collect()
        gc.freeze()   # collections in children then do not write to pages shared with this process
        gc.disable()  # in this process: a collection would move the objects of later children
        self._held = heap.fill_holes()
        heap.fill_free_lists()
        if self._settings.limits:
            self._setup.in_use_bytes = limits.address_space_bytes()

    def warm_up_jobs(self) -> Iterator[None]:
        """Send jobs to this server that fail immediately. Yield after each; the caller then calls `serve`.

        Objects created here live until the process ends: a freed memory block would move the objects of the first
        program.
        """
        fd = self.supervisor.fileno()
        saved_fd = os.dup(fd)
        self._job_sender, self._job_receiver = socket.socketpair()
        os.dup2(self._job_receiver.fileno(), fd)
        self._job_receiver.close()
        count = 0
        while count < _WARM_UP_JOBS:
            count += 1
            # all descriptors are the null device: reading the job from it fails
            socket.send_fds(self._job_sender, [WALL_LIMIT.pack(1.0)], [0] * self._files_per_job)
            yield
            self._job_sender.recv(CHILD_RESULT.size)
        os.dup2(saved_fd, fd)
        os.close(saved_fd)
        self._job_sender.close()

    def serve(self) -> bool:
        """Receive one job, run it, send its result, and fork the child for the next job.

        Returns:
            False if the supervisor has closed its socket, else True.

        Raises:
            OSError: the job's descriptors did not all arrive, no child could be forked, or the file keeper has ended.
        """
        message, fds, _, _ = socket.recv_fds(self.supervisor, WALL_LIMIT.size, self._files_per_job)
        if not message:
            return False
        if len(fds) != self._files_per_job:
            raise OSError(errno.EMFILE, "not all descriptors of the job arrived; this process has no free descriptors")
        self.supervisor.sendall(self.run_job(fds, WALL_LIMIT.unpack(message)[0]))
        for fd in fds:
            os.close(fd)
        with contextlib.suppress(OSError):  # no process can be created now; `run_job` tries again
            self._preforked = self._fork()
        return True

    def run_job(self, fds: list[int], wall_s: float) -> bytes:
        """Run one job in a child and wait for its end.

        Args:
            fds: descriptors of job, stdin, stdout, stderr and channel, and those of the file keeper, if there is one.
            wall_s: the wall limit in seconds; it begins with the job, not with the child's fork.

        Returns:
            A `CHILD_RESULT` struct.
        """
        started = time.monotonic()
        if self._keeper is not None:
            self._keeper.wait_until_empty()
        pid = self._send_to_child(fds)
        if self._keeper is not None:
            self._keeper.start_job(fds[_FILES_PER_JOB:])
        self._watchdog.start(pid, started + wall_s)
        # The first call of the handler from this frame allocates memory, which moves the objects of later children.
        # With this call it happens in the warm-up jobs, not at the first check of a child that runs for long.
        signal.raise_signal(signal.SIGALRM)
        if hasattr(os, "waitid"):  # the child is not reaped yet, so no other process group can have its id
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            self._watchdog.stop()
            children.kill_group(pid)  # processes that the program started and did not end
        if self._keeper is not None:
            self._keeper.start_read_back()
        result = children.reap(pid)
        self._watchdog.stop()
        if not self._settings.seccomp:  # under seccomp no program starts a process
            children.kill_orphans(self._settings.own_pid_namespace)
        if self._keeper is not None:
            self._keeper.finish_read_back()
        return CHILD_RESULT.pack(result[0], self._watchdog.limit_hit, time.monotonic() - started, *result[1:])

    def _send_to_child(self, fds: list[int]) -> int:
        """Send a job's descriptors to the preforked child, or to a new one, and return the child's process id.

        If a signal ended the preforked child while it waited, a new child is forked.

        Raises:
            OSError: no child can be forked, or a new child ended before it received the job.
        """
        while True:
            was_preforked = self._preforked is not None
            pid, jobs = self._preforked or self._fork()
            self._preforked = None
            with jobs:
                try:
                    socket.send_fds(jobs, [b"j"], fds)
                except OSError:  # the child ended while it waited
                    children.kill_group(pid)
                    children.reap(pid)
                    if not was_preforked:
                        raise
                else:
                    return pid

    def _fork(self) -> tuple[int, socket.socket]:
        """Fork a child that waits for its job; return its process id and the socket for the job."""
        parent = os.getpid()
        server_end, child_end = socket.socketpair()
        held = heap.stabilise_heap()  # noqa: F841 - here, where it writes to no page that two processes share
        with child_end:
            try:
                pid = os.fork()
            except BaseException:
                server_end.close()
                raise
            if pid == 0:
                self._become_program(child_end, parent)
        return pid, server_end

    def _become_program(self, jobs: socket.socket, parent: int) -> NoReturn:
        """Prepare this child, wait for its job, and run it."""
        channel = None
        try:
            self._detach_from(parent)
            self._close_all_except(jobs.fileno())
            self._setup.enter_child()
            _, fds, _, _ = socket.recv_fds(jobs, 1, self._files_per_job)
            job_fd, stdin_fd, stdout_fd, stderr_fd, channel_fd, *kept_fds = fds
            fields = marshal.loads(os.read(job_fd, os.fstat(job_fd).st_size))
            channel = self._child.ChannelWriter(channel_fd)
            for fd, target in ((stdin_fd, 0), (stdout_fd, 1), (stderr_fd, 2)):
                os.dup2(fd, target)
            if self._keeper is not None:
                self._keeper.fill_folder(kept_fds[0])
            os.closerange(3, 256)
            if type(fields) is list:
                together = list(map(self._child.Job, fields))
                self._shared_child.run(together, channel, self._setup, base_depth=_stack_depth())
            self._child.run(self._child.Job(fields), channel, self._setup, base_depth=_stack_depth())
        except BaseException as error:  # an error of this package, not of the program
            if channel is not None:
                channel.write(EndRecord(tracer_error=f"{type(error).__name__}: {error}"[:1000]).fields(), final=True)
        finally:
            os._exit(FAILURE_EXIT_CODE)

    def _close_all_except(self, fd: int) -> None:
        """Close all descriptors from 3 to 255 except `fd`; the supervisor's socket is one of those closed."""
        os.closerange(3, fd)
        os.closerange(fd + 1, 256)

    def _detach_from(self, parent: int) -> None:
        """Start a session, ask to be killed when the server ends, and restore the default action of SIGALRM."""
        process.set_parent_death_signal()
        if os.getppid() != parent:  # the server ended before the call above
            os._exit(FAILURE_EXIT_CODE)
        os.setsid()
        _signal.signal(signal.SIGALRM, _signal.SIG_DFL)


def _stack_depth() -> int:
    """Return the number of frames on the stack, including the frame of this function."""
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return depth


def _import_without_heavy_packages(tracer: str) -> tuple[Any, Any]:
    """Import `child`, `shared_child` and the tracer (MODULE:CLASS), while numpy, pandas and django cannot be imported.

    cheap_repr, which snoop uses, would import these packages only to register repr functions for their types.

    Returns:
        The modules `child` and `shared_child`.
    """
    hidden = [name for name in ("numpy", "pandas", "django") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        from statecode.tracing.forkserver import child, shared_child

        child.tracer_type(tracer)
    finally:
        for name in hidden:
            del sys.modules[name]
    return child, shared_child
