"""The program's standard streams, over memory files that never block.

They are what the interpreter makes, but for one thing: reading, writing and asking for the position keep the GIL. The
plain files release it around each system call, which lets another thread run there, or not, as the machine's load has
it; with these, threads give way only where the program makes them wait, and their order repeats.
"""

from __future__ import annotations

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


class _StandardFile(io.FileIO):
    """Descriptor 0, 1 or 2."""

    def tell(self) -> int:
        return _checked(_libc.lseek(self.fileno(), 0, os.SEEK_CUR))

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        target = (ctypes.c_char * len(view)).from_buffer(view)
        return _checked(_libc.read(self.fileno(), target, len(view)))

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
        return _checked(_libc.write(self.fileno(), view, len(view)))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


class Streams:
    """sys.stdin, sys.stdout and sys.stderr made anew, as the interpreter sets them up for files.

    They may be made before descriptors 0, 1 and 2 are the program's, if those can be sought in and stand at 0.
    """

    def __init__(self) -> None:
        self._stdin = io.TextIOWrapper(io.BufferedReader(_named(0, "<stdin>")), encoding="utf-8")
        # write_through hands each write on to the byte buffer, whose position then tells how much was written
        self._stdout = io.TextIOWrapper(io.BufferedWriter(_named(1, "<stdout>")), encoding="utf-8", write_through=True)
        self._stdout_buffer: io.BufferedWriter = self._stdout.buffer  # type: ignore[assignment]
        self._stderr = io.TextIOWrapper(
            io.BufferedWriter(_named(2, "<stderr>")), encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
        self._stdin.mode, self._stdout.mode, self._stderr.mode = "r", "w", "w"  # type: ignore[misc]

    def install(self) -> None:
        """Put them in the place of those that the interpreter made."""
        sys.stdin = sys.__stdin__ = self._stdin  # type: ignore[misc]
        sys.stdout = sys.__stdout__ = self._stdout  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = self._stderr  # type: ignore[misc]

    @property
    def stdout_buffer(self) -> io.BufferedWriter:
        """What sys.stdout hands on to, whatever the program puts in its place later."""
        return self._stdout_buffer

    def stdout_position(self) -> Callable[[], int]:
        """Give a function that tells how many bytes of stdout were written, flushed or not."""
        tell = self._stdout_buffer.tell
        last = 0

        def position() -> int:
            nonlocal last
            try:
                last = tell()
            except (ValueError, OSError):  # the program closed it
                pass
            return last

        return position

    def flush(self) -> None:
        """Write out what is buffered, in the program's own streams and in whatever it put in their place."""
        for stream in (sys.stdout, sys.stderr, self._stdout, self._stderr):
            try:
                stream.flush()
            except Exception:  # replaced by something that cannot, closed, or its descriptor is
                pass


def _named(fd: int, name: str) -> _StandardFile:
    file = _StandardFile(fd, "r" if fd == 0 else "w", closefd=False)
    file.name = name  # type: ignore[misc]
    return file
