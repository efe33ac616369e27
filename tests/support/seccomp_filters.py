"""An interpreter of classic BPF for the prebuilt seccomp filters, and system calls by name and number."""

from __future__ import annotations

import ctypes
import errno
import functools
import struct

import pytest

from statecode.tracing.sandbox import make_filters
from statecode.tracing.sandbox.allow_list import HOST
from statecode.tracing.sandbox.make_filters import ARCHITECTURES, FOLDER, Libseccomp

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF_0000, 0x8000_0000, 0x5_0000 | errno.EPERM, 0x5_0000 | errno.ENOSYS
SUCCESS = 0x5_0000  # errno 0: the call is not executed and returns success
THREAD, SIGCHLD, NEWNET, NEWUSER, PARENT = 0x3D_0F00, 17, 0x4000_0000, 0x1000_0000, 0x8000


@functools.cache
def libseccomp() -> Libseccomp:
    try:
        return Libseccomp()
    except make_filters.ConfigError as error:
        pytest.skip(str(error))


def committed(machine: str, filter_name: str = HOST) -> bytes:
    return (FOLDER / f"{machine}-{filter_name}.bpf").read_bytes()


# --- an interpreter of classic BPF, as the kernel executes it for seccomp (linux/filter.h, linux/seccomp.h)


def decide(program: bytes, number: int, *arguments: int, arch: int = ARCHITECTURES["x86_64"]) -> int:
    """Return the action of the filter `program` for the system call `number`; missing arguments are 0."""
    call = struct.pack("<IIQ6Q", number, arch, 0, *(arguments + (0,) * 6)[:6])
    return _interpret(_instructions(program), struct.unpack("<16I", call))


@functools.cache
def _instructions(program: bytes) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(struct.iter_unpack("<HBBI", program))


def _interpret(instructions: tuple[tuple[int, int, int, int], ...], words: tuple[int, ...]) -> int:
    at = accumulator = 0
    while True:
        code, if_true, if_false, constant = instructions[at]
        at += 1
        if code == 0x06:    # ret
            return constant
        elif code == 0x20:  # load a word of the call
            assert constant % 4 == 0
            accumulator = words[constant // 4]
        elif code == 0x54:  # and
            accumulator &= constant
        elif code == 0x05:  # jump
            at += constant
        else:
            at += if_true if _JUMPS[code](accumulator, constant) else if_false


_JUMPS = {0x15: int.__eq__, 0x25: int.__gt__, 0x35: int.__ge__, 0x45: int.__and__}


# --- system calls by name


def names_of(machine: str) -> dict[str, int]:
    """Return the number of every system call of an architecture by name, from libseccomp's table."""
    libseccomp()
    resolve = ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_num_arch
    resolve.argtypes, resolve.restype = [ctypes.c_uint32, ctypes.c_int], ctypes.c_char_p
    resolved = {resolve(ARCHITECTURES[machine], number): number for number in range(601)}
    return {name.decode(): number for name, number in resolved.items() if name}
