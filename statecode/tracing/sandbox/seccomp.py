"""seccomp: from here on this process can make those system calls that `allow_list` names, and no others.

Needs Linux 4.14 and no privilege, but no_new_privs. The filters are prebuilt by `make_filters`, since making one takes
longer than a fork. Source: Documentation/userspace-api/seccomp_filter.rst of the kernel.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

from statecode.tracing.sandbox.allow_list import OWN_PID
from statecode.tracing.sandbox.privileges import forgo_new_privileges

_FOLDER = Path(__file__).parent / "filters"
_INSTRUCTION = struct.Struct("<HBBI")  # struct sock_filter: code, jump if true, jump if false, constant
_CONSTANT_AT = 4                       # offset of the constant in it, bytes
_CONSTANT = struct.Struct("<I")
_JUMP_IF_EQUAL = 0x15
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


class Filter:
    """A filter ready to be put on: made once before the forks, `apply` is cheap."""

    def __init__(self, machine: str, instructions: bytes) -> None:
        """Raises OSError: these are no instructions of ours."""
        self.machine = machine
        self.size_bytes = len(instructions)
        self._pid_at = _places_of_own_pid(instructions)
        self._buffer = ctypes.create_string_buffer(instructions, self.size_bytes)
        self._program = _Program(self.size_bytes // _INSTRUCTION.size, ctypes.addressof(self._buffer))
        self._pointer = ctypes.c_void_p(ctypes.addressof(self._program))
        self._prctl = _prctl()

    def apply(self) -> None:
        """Filter this thread's system calls, and those of the threads that it starts from now on.

        The process needs no_new_privs. Nothing takes the filter off again.

        Raises:
            OSError: the kernel refuses it.
        """
        pid = os.getpid()
        for place in self._pid_at:
            _CONSTANT.pack_into(self._buffer, place, pid)
        if self._prctl(_PR_SET_SECCOMP, _MODE_FILTER, self._pointer, None, None) != 0:
            raise OSError(f"the kernel refuses a seccomp filter ({os.strerror(ctypes.get_errno())})")


def load_filter(machine: str | None = None) -> Filter:
    """Read the filter for this machine, or for another by what `uname -m` says there.

    Raises:
        OSError: there is none, or it cannot be read.
    """
    machine = machine or os.uname().machine
    if not sys.platform.startswith("linux"):
        raise OSError(f"seccomp is a part of Linux; this is {sys.platform}")
    known = sorted(path.stem for path in _FOLDER.glob("*.bpf"))
    if machine not in known or struct.calcsize("P") != 8:
        bits = 8 * struct.calcsize("P")
        there_are = f"there are those of 64 bits for {', '.join(known)}"
        raise OSError(f"no seccomp filter for a {bits}-bit Python on {machine}; {there_are}")
    return Filter(machine, (_FOLDER / f"{machine}.bpf").read_bytes())


def try_out() -> str:
    """Put the filter on this process, see that it holds, and describe it; for a process that is thrown away.

    Raises:
        OSError: this machine has no filter, or it does not hold.
    """
    prepared = load_filter()
    forgo_new_privileges()
    prepared.apply()
    if _can_fork() or _can_open_a_socket():
        raise OSError("the kernel took the seccomp filter, but it does not hold")
    return f"filter for {prepared.machine}, {prepared.size_bytes} bytes"


def _places_of_own_pid(instructions: bytes) -> tuple[int, ...]:
    if len(instructions) % _INSTRUCTION.size:
        raise OSError("the seccomp filter is cut off; install statecode anew")
    places = tuple(
        number * _INSTRUCTION.size + _CONSTANT_AT
        for number, (code, _, _, constant) in enumerate(_INSTRUCTION.iter_unpack(instructions))
        if (code, constant) == (_JUMP_IF_EQUAL, OWN_PID)
    )
    if not places:
        raise OSError("the seccomp filter has no place for the process number; install statecode anew")
    return places


def _prctl() -> ctypes._NamedFuncPointer:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    prctl.restype = ctypes.c_int
    return prctl


def _can_fork() -> bool:
    try:
        pid = os.fork()
    except PermissionError:
        return False
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


def _can_open_a_socket() -> bool:
    try:
        socket.socket().close()
    except PermissionError:
        return False
    return True
