"""Compile the allow-list into the seccomp filters in `filters/`, with libseccomp.

    python -m statecode.tracing.sandbox.make_filters

Needs libseccomp.so.2. Versions other than MADE_WITH may write the instructions in another order.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from statecode.errors import ConfigError
from statecode.tracing.sandbox.allow_list import FILTERS, NO_OPS, UNIMPLEMENTED, ArgumentCheck, allowed_by

FOLDER = Path(__file__).resolve().parent / "filters"
MADE_WITH = (2, 5, 4)  # the version of libseccomp that made the committed files
_OLDEST = (2, 5, 0)
ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
"""Output of `uname -m` → the constant AUDIT_ARCH_* of linux/audit.h."""

_KILL_PROCESS, _ERRNO, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000  # actions
_ACT_BADARCH, _CTL_OPTIMIZE = 2, 8                                     # attributes
_BINARY_TREE = 2  # of call numbers: to load a filter, the kernel evaluates it once for each call number
_MASKED_EQ = 7
_UNKNOWN = -1     # __NR_SCMP_ERROR: no architecture has the call


class _Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int), ("mask", ctypes.c_uint64),
                ("value", ctypes.c_uint64)]


class Libseccomp:
    """The functions of libseccomp that are needed here; each failure raises an exception.

    Raises:
        ConfigError: libseccomp is not installed, or is too old.
    """

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        except OSError:
            raise ConfigError(
                "no libseccomp.so.2 on this machine; install it to make filters (Debian, Ubuntu: apt-get install "
                "libseccomp2; Fedora: dnf install libseccomp)"
            ) from None
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._library.seccomp_version.restype = ctypes.POINTER(ctypes.c_uint * 3)
        if self.version() < _OLDEST:
            raise ConfigError(f"libseccomp {self.version()} is too old to make filters; {_OLDEST} or newer will do")

    def version(self) -> tuple[int, int, int]:
        """Return the major, minor and micro version."""
        major, minor, micro = self._library.seccomp_version().contents
        return major, minor, micro

    def number(self, name: str, machine: str) -> int | None:
        """Return the number of a system call on an architecture; None if that architecture does not have the call.

        Raises:
            ConfigError: libseccomp does not know a system call with this name.
        """
        token = ctypes.c_uint32(ARCHITECTURES[machine])
        number = self._library.seccomp_syscall_resolve_name_arch(token, name.encode())
        if number == _UNKNOWN:
            raise ConfigError(f"allow_list.py: libseccomp {self.version()} knows no system call {name!r}; correct it")
        return number if number >= 0 else None

    def build(self, machine: str, filter_name: str) -> bytes:
        """Return one of the `allow_list.FILTERS` for one architecture: an array of struct sock_filter, as bytes."""
        allowed, allowed_if = allowed_by(filter_name)
        context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(_ERRNO | errno.EPERM)))
        if not context:
            raise MemoryError("libseccomp cannot allocate a filter")
        try:
            self._set_architecture(context, machine)
            self._set_attribute(context, _ACT_BADARCH, _KILL_PROCESS)
            self._set_attribute(context, _CTL_OPTIMIZE, _BINARY_TREE)
            for name in sorted(allowed | UNIMPLEMENTED | NO_OPS | set(allowed_if)):
                if self.number(name, machine) is not None:
                    self._add(context, name, allowed_if.get(name, ((),)))
            return self._export(context)
        finally:
            self._library.seccomp_release(context)

    def _set_architecture(self, context: ctypes.c_void_p, machine: str) -> None:
        self._library.seccomp_arch_remove.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        self._library.seccomp_arch_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        self._checked(self._library.seccomp_arch_remove(context, 0))  # 0: the native one, in each new filter
        self._checked(self._library.seccomp_arch_add(context, ARCHITECTURES[machine]))

    def _set_attribute(self, context: ctypes.c_void_p, attribute: int, value: int) -> None:
        self._checked(self._library.seccomp_attr_set(context, attribute, ctypes.c_uint32(value)))

    def _add(self, context: ctypes.c_void_p, name: str, rules: Sequence[Sequence[ArgumentCheck]]) -> None:
        number = self._library.seccomp_syscall_resolve_name(name.encode())  # native number, which libseccomp translates
        for rule in rules:
            comparisons = (_Comparison * len(rule))(*map(_comparison, rule))
            added = self._library.seccomp_rule_add_array(
                context, ctypes.c_uint32(_action(name)), number, len(rule), comparisons
            )
            self._checked(added)

    def _export(self, context: ctypes.c_void_p) -> bytes:
        with tempfile.TemporaryFile() as file:
            self._checked(self._library.seccomp_export_bpf(context, file.fileno()))
            file.seek(0)
            return file.read()

    @staticmethod
    def _checked(result: int) -> int:
        if -4096 < result < 0:
            raise OSError(-result, f"libseccomp: {os.strerror(-result)}")
        return result


def _action(name: str) -> int:
    if name in NO_OPS:
        return _ERRNO  # with error number 0: the call returns success
    return _ERRNO | errno.ENOSYS if name in UNIMPLEMENTED else _ALLOW


def _comparison(check: ArgumentCheck) -> _Comparison:
    return _Comparison(check.argument, _MASKED_EQ, check.mask, check.value)


def main() -> int:
    """Write the filters of each architecture and return the exit code: 0, or 2 if libseccomp cannot be used."""
    try:
        library = Libseccomp()
        filters = {
            f"{machine}-{name}": library.build(machine, name) for machine in ARCHITECTURES for name in FILTERS
        }
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    for name, program in filters.items():
        (FOLDER / f"{name}.bpf").write_bytes(program)
        print(f"{name}: {len(program) // 8} instructions, {len(program)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
