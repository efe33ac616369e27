"""The program's standard streams, over memory files that never block.

They are the interpreter's streams with one difference: `read`, `write` and `tell` hold the GIL. The interpreter's files
release the GIL around each system call, and then another thread may or may not run, depending on the load of the
machine. With these streams threads switch only where the program makes them wait, so their order is the same in every
run.
"""

from __future__ import annotations

import builtins
import ctypes
import io
import os
import sys
from collections.abc import Callable
from typing import Any

_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: calls keep the GIL
_libc.lseek.argtypes, _libc.lseek.restype = (ctypes.c_int, ctypes.c_long, ctypes.c_int), ctypes.c_long
_libc.read.argtypes = _libc.write.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
_libc.read.restype = _libc.write.restype = ctypes.c_ssize_t


_DEVICES = ("/dev/stdin", "/dev/stdout", "/dev/stderr")


class _StandardFile(io.FileIO):
    """The file of descriptor 0, 1 or 2, whose methods hold the GIL during system calls."""

    def tell(self) -> int:
        return _check_result(_libc.lseek(self.fileno(), 0, os.SEEK_CUR))

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        target = (ctypes.c_char * len(view)).from_buffer(view)
        return _check_result(_libc.read(self.fileno(), target, len(view)))

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return self.readall()
        data = bytearray(size)
        return bytes(data[: self.readinto(data)])

    def readall(self) -> bytes:
        parts = []
        while part := self.read(io.DEFAULT_BUFFER_SIZE):
            parts.append(part)
        return b"".join(parts)

    def write(self, data: Any) -> int:
        view = bytes(data)
        return _check_result(_libc.write(self.fileno(), view, len(view)))


def _check_result(result: int) -> int:
    """Return the result of a C function, or raise OSError with errno if it is negative."""
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


class Streams:
    """New objects for sys.stdin, sys.stdout and sys.stderr, as the interpreter creates them for files.

    They may be created before descriptors 0, 1 and 2 are the program's files, if the descriptors are then
    seekable and their positions are 0.
    """

    def __init__(self) -> None:
        self._stdin = io.TextIOWrapper(io.BufferedReader(_open_file(0, "<stdin>")), encoding="utf-8")
        self._stdout_buffer: io.BufferedWriter = io.BufferedWriter(_open_file(1, "<stdout>"))
        # write_through passes each write to the byte buffer, so the buffer's position counts all bytes written
        self._stdout = io.TextIOWrapper(self._stdout_buffer, encoding="utf-8", write_through=True)
        self._stderr = io.TextIOWrapper(
            io.BufferedWriter(_open_file(2, "<stderr>")), encoding="utf-8", errors="backslashreplace",
            line_buffering=True,
        )
        self._stdin.mode, self._stdout.mode, self._stderr.mode = "r", "w", "w"  # type: ignore[misc]

    def install(self) -> None:
        """Assign the streams to sys.stdin, sys.stdout and sys.stderr, and to sys.__stdin__ and so on."""
        sys.stdin = sys.__stdin__ = self._stdin  # type: ignore[misc]
        sys.stdout = sys.__stdout__ = self._stdout  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = self._stderr  # type: ignore[misc]

    @property
    def stdout_buffer(self) -> io.BufferedWriter:
        """The byte buffer of the original sys.stdout, even if the program replaces sys.stdout."""
        return self._stdout_buffer

    def stdout_position(self) -> Callable[[], int]:
        """Return a function that returns the number of bytes written to stdout, flushed or not.

        After the program has closed stdout, the function returns the last number.
        """
        tell = self._stdout_buffer.tell
        last = 0

        def position() -> int:
            nonlocal last
            try:
                last = tell()
            except (ValueError, OSError):  # closed by the program
                pass
            return last

        return position

    def flush(self) -> None:
        """Flush these streams, and the objects by which the program replaced them."""
        for stream in (sys.stdout, sys.stderr, self._stdout, self._stderr):
            try:
                stream.flush()
            except Exception:  # closed, or replaced by an object that cannot be flushed
                pass


class StandardDevices:
    """The function `open` for programs that name a standard device: it opens /dev/stdin as `open(0)` does.

    Other files are opened as usual. Inside the namespaces these paths do not exist; without them, opening a path would
    start at the beginning of the file, whatever was read before.
    """

    __slots__ = ("_open", "_dup")
    __name__ = __qualname__ = "open"

    def __init__(self) -> None:
        self._open, self._dup = io.open, os.dup

    def install(self) -> None:
        """Assign this object to `open` and `io.open`, and to the `open` of pathlib."""
        builtins.open = io.open = self  # type: ignore[assignment]
        accessor: Any = getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)
        if accessor is not None:  # in Python 3.10 pathlib has its own reference to io.open
            accessor.open = self

    def __repr__(self) -> str:
        return repr(self._open)

    def __call__(
        self, file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, errors: str | None = None,
        newline: str | None = None, closefd: bool = True, opener: Callable[[str, int], int] | None = None,
    ) -> Any:
        path = file if type(file) is str else str(file) if type(file).__module__.startswith("pathlib") else ""
        if path in _DEVICES and opener is None:
            fd = _DEVICES.index(path)
            opener = lambda path, flags: self._dup(fd)  # noqa: E731
        return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)


def _open_file(fd: int, name: str) -> _StandardFile:
    """Open descriptor 0 for reading, or 1 or 2 for writing. `name` is the name of the interpreter's own stream."""
    file = _StandardFile(fd, "r" if fd == 0 else "w", closefd=False)
    file.name = name  # type: ignore[misc]
    return file
