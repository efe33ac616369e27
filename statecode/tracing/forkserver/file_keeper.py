"""Fill the writable folder of a program, read back the files that its run left, and empty the folder.

The child fills the folder before it becomes the program: to wait for another process would take longer. A process of
its own, the keeper, reads back and empties; in the fork server this would move the objects of later children (`heap`).
The keeper opens files only while no program runs; it opens regular files only and follows no link.
"""

from __future__ import annotations

import os
import socket
import stat
from typing import NoReturn

from statecode.files import read_bytes, write_bytes
from statecode.records import MAX_FILE_BYTES, MAX_FILES
from statecode.tracing.forkserver import process
from statecode.tracing.wire.program_files import MAX_ENCODED_BYTES, decode, encode

_JOB, _READ_BACK, _DONE = b"j", b"r", b"d"
_READ_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0)
_CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)


class FileKeeper:
    """The fork server's side: it starts the keeper and waits for its answers.

    Args:
        folder: path of the writable folder.

    Raises:
        OSError: no process can be created.
    """

    def __init__(self, folder: str) -> None:
        self._emptying = False  # the keeper has not reported yet that the folder is empty again
        self._socket, keeper_end = socket.socketpair()
        with keeper_end:
            if os.fork() == 0:
                _keep(folder, keeper_end)

    def wait_until_empty(self) -> None:
        """Wait until the files of the last run are removed.

        Raises:
            OSError: the keeper has ended.
        """
        if self._emptying:
            self._wait()
            self._emptying = False

    def start_job(self, fds: list[int]) -> None:
        """Hand over the descriptors of a job, whose child fills the folder.

        Args:
            fds: the memory file with the files of the job, for `fill_folder`, and an empty one, to which
                `start_read_back` writes.

        Raises:
            OSError: the keeper has ended.
        """
        socket.send_fds(self._socket, [_JOB], fds)

    @staticmethod
    def fill_folder(fd: int) -> None:
        """Write the files in a memory file, which `program_files.encode` wrote, into the empty folder; for the child.

        Raises:
            OSError: a file cannot be written.
        """
        for name, content in _read_files(fd).items():
            file_fd = os.open(name, _CREATE_FLAGS, 0o600)
            try:
                write_bytes(file_fd, content)
            finally:
                os.close(file_fd)

    def start_read_back(self) -> None:
        """Start to write the files that are new or have changed to the second descriptor of `start_job`.

        The keeper then empties the folder. No process of the program may be left.

        Raises:
            OSError: the keeper has ended.
        """
        self._socket.sendall(_READ_BACK)

    def finish_read_back(self) -> None:
        """Wait until the files are written; the folder may not be empty yet.

        Raises:
            OSError: the keeper has ended.
        """
        self._wait()
        self._emptying = True

    def _wait(self) -> None:
        if self._socket.recv(1) != _DONE:
            raise OSError("the process that keeps the files of programs has ended")


def _keep(folder: str, requests: socket.socket) -> NoReturn:
    """Answer requests until the fork server ends; an error ends this process, and with it the fork server."""
    try:
        process.set_parent_death_signal()
        os.closerange(3, requests.fileno())
        os.closerange(requests.fileno() + 1, 256)
        os.chdir(folder)
        while True:
            request, fds, _, _ = socket.recv_fds(requests, 1, 2)
            if request == _JOB:
                files_fd, left_fd = fds
                files = _read_files(files_fd)
                os.close(files_fd)
            elif request == _READ_BACK:
                write_bytes(left_fd, encode(_files_left(files)))
                os.close(left_fd)
                requests.sendall(_DONE)
                _empty_folder()
                requests.sendall(_DONE)
            else:
                os._exit(0)
    finally:
        os._exit(1)


def _read_files(fd: int) -> dict[bytes, bytes]:
    return decode(read_bytes(fd, MAX_ENCODED_BYTES))


def _files_left(before: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Return the files in the working folder that are new or have another content, sorted by name.

    Files beyond the limits on number and bytes are left out, and so are files that cannot be read.
    """
    left: dict[bytes, bytes] = {}
    budget_bytes = MAX_FILE_BYTES
    for name in sorted(os.listdir(b".")):
        content = _read_regular(name, budget_bytes)
        if content is None or before.get(name) == content:
            continue
        budget_bytes -= len(content)
        left[name] = content
        if len(left) == MAX_FILES:
            break
    return left


def _read_regular(name: bytes, limit_bytes: int) -> bytes | None:
    """Return the content of a regular file; None if it is another kind of file, larger, or cannot be read."""
    try:
        found = os.lstat(name)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit_bytes:
            return None
        if not found.st_mode & stat.S_IRUSR:
            os.chmod(name, 0o600)  # a regular file: no link to follow, and no process is left that could replace it
        fd = os.open(name, _READ_FLAGS)
        try:
            return read_bytes(fd, limit_bytes) if stat.S_ISREG(os.fstat(fd).st_mode) else None
        finally:
            os.close(fd)
    except OSError:
        return None


def _empty_folder() -> None:
    """Remove every entry of the working folder.

    Raises:
        OSError: an entry cannot be removed. The keeper ends, and the next run has a new folder.
    """
    for name in os.listdir(b"."):
        os.unlink(name)
