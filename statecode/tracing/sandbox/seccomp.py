"""Restrict the system calls of a process with a seccomp filter to those in `allow_list`.

Needs Linux 4.14 and no_new_privs, but no privileges. `make_filters` builds the filters in advance, because building one
takes longer than a fork. Source: Documentation/userspace-api/seccomp_filter.rst of the kernel.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

from statecode.tracing.sandbox.allow_list import HOST, PID_PLACEHOLDER
from statecode.tracing.sandbox.privileges import set_no_new_privileges

_FOLDER = Path(__file__).parent / "filters"
_INSTRUCTION = struct.Struct("<HBBI")  # struct sock_filter: code, jump if true, jump if false, constant
_CONSTANT_OFFSET = 4                   # of the constant in an instruction, in bytes
_CONSTANT = struct.Struct("<I")
_JUMP_IF_EQUAL = 0x15
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


class Filter:
    """A seccomp filter that is ready to be applied: create it once before the forks; `apply` is cheap.

    Args:
        machine: the machine of the filter, as printed by `uname -m`.
        instructions: an array of struct sock_filter with `PID_PLACEHOLDER` in place of the pid.

    Raises:
        OSError: the instructions are incomplete, or contain no placeholder.
    """

    def __init__(self, machine: str, instructions: bytes) -> None:
        self.machine = machine
        self.size_bytes = len(instructions)
        self._pid_offsets = _pid_offsets_in(instructions)
        self._buffer = ctypes.create_string_buffer(instructions, self.size_bytes)
        self._program = _Program(self.size_bytes // _INSTRUCTION.size, ctypes.addressof(self._buffer))
        self._pointer = ctypes.c_void_p(ctypes.addressof(self._program))
        self._prctl = _prctl()

    def apply(self) -> None:
        """Apply the filter to this thread and to the threads that it starts from now on.

        The process needs no_new_privs. The filter cannot be removed.

        Raises:
            OSError: the kernel refuses the filter.
        """
        pid = os.getpid()
        for offset in self._pid_offsets:
            _CONSTANT.pack_into(self._buffer, offset, pid)
        if self._prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, self._pointer, None, None) != 0:
            raise OSError(f"the kernel refuses a seccomp filter ({os.strerror(ctypes.get_errno())})")


def load_filter(filter_name: str, machine: str | None = None) -> Filter:
    """Return a filter for a machine.

    Args:
        filter_name: one of `allow_list.FILTERS`.
        machine: the machine's name as `uname -m` prints it; None: this machine.

    Raises:
        OSError: there is no filter for the machine, or it cannot be read.
    """
    machine = machine or os.uname().machine
    if not sys.platform.startswith("linux"):
        raise OSError(f"seccomp needs Linux; this is {sys.platform}")
    known = sorted({path.stem.partition("-")[0] for path in _FOLDER.glob("*.bpf")})
    if machine not in known or struct.calcsize("P") != 8:
        bits = 8 * struct.calcsize("P")
        available = f"available: 64-bit Python on {', '.join(known)}"
        raise OSError(f"no seccomp filter for a {bits}-bit Python on {machine}; {available}")
    return Filter(machine, (_FOLDER / f"{machine}-{filter_name}.bpf").read_bytes())


def probe() -> str:
    """Apply the filter to this process and check that the kernel enforces it; call this in a throw-away process.

    Returns:
        A description of the filter.

    Raises:
        OSError: this machine has no filter, or the kernel does not enforce it.
    """
    prepared = load_filter(HOST)
    set_no_new_privileges()
    prepared.apply()
    if _can_fork() or _can_open_a_socket():
        raise OSError("the kernel accepted the seccomp filter, but does not enforce it")
    return f"filter for {prepared.machine}, {prepared.size_bytes} bytes"


def _pid_offsets_in(instructions: bytes) -> tuple[int, ...]:
    """Return the offsets, in bytes, of the constants that hold the placeholder of the pid.

    Raises:
        OSError: the instructions are incomplete, or contain no placeholder.
    """
    if len(instructions) % _INSTRUCTION.size:
        raise OSError("the seccomp filter is truncated; reinstall statecode")
    offsets = tuple(
        number * _INSTRUCTION.size + _CONSTANT_OFFSET
        for number, (code, _, _, constant) in enumerate(_INSTRUCTION.iter_unpack(instructions))
        if (code, constant) == (_JUMP_IF_EQUAL, PID_PLACEHOLDER)
    )
    if not offsets:
        raise OSError("the seccomp filter has no placeholder for the pid; reinstall statecode")
    return offsets


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
