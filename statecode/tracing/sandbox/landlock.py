"""Restrict file access with Landlock: this process and its children can then read the listed paths only.

Needs Linux 5.13 and no privileges. The ABI version of the kernel determines the set of rights. The ruleset handles all
of these rights, so the kernel refuses those that no rule grants. The rules grant read access only, write access to two
devices, and the creation of regular files in the writable folder, if there is one. Source:
Documentation/userspace-api/landlock.rst of the kernel.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable

from statecode.tracing.sandbox.privileges import set_no_new_privileges
from statecode.tracing.sandbox.python_files import DEVICES

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system call numbers, equal on every architecture
_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_O_PATH = getattr(os, "O_PATH", 0)

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILE_RIGHTS_OF_ABI = {1: 13, 2: 14, 3: 15, 5: 16}  # ABI version → number of file rights from this version on
_NETWORK_RIGHTS = 0b11   # bind and connect TCP, from ABI 4
_SCOPES = 0b11           # abstract Unix sockets and signals to other processes, from ABI 6

_READ_ONLY = _READ_FILE | _READ_DIR
_REMOVE_FILE, _MAKE_REG, _TRUNCATE = 1 << 5, 1 << 8, 1 << 14
_REGULAR_FILES = _READ_ONLY | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE
_WRITABLE = ("/dev/null", "/dev/full")


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # implied by _pack_, but required from Python 3.14 on
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def abi_version() -> int:
    """Return the version of Landlock's ABI in this kernel.

    Raises:
        OSError: the kernel has no Landlock, or it was disabled at boot.
    """
    return _call(_CREATE_RULESET, None, 0, _RULESET_VERSION)


def restrict_files(readable: Iterable[str], writable_folder: str | None = None) -> None:
    """Remove this process's rights to files, to TCP (from ABI 4), and to signals to other processes (from ABI 6).

    The process can still read the paths in `readable`, everything below them, and `python_files.DEVICES`. It can write
    to /dev/null and /dev/full, and create, write and remove regular files in `writable_folder`. Paths that do not exist
    are skipped.

    Raises:
        OSError: the kernel has no Landlock, or a path cannot be opened.
    """
    abi = abi_version()
    handled = (1 << max(count for since, count in _FILE_RIGHTS_OF_ABI.items() if since <= abi)) - 1
    attributes = _RulesetAttributes(handled, _NETWORK_RIGHTS, _SCOPES)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _call(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_ONLY)
        if writable_folder is not None:
            _allow(ruleset, writable_folder, _REGULAR_FILES & handled)
        for path in DEVICES:
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE if path in _WRITABLE else _READ_FILE)
        set_no_new_privileges()
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def probe() -> str:
    """Allow this process only the devices and check that the kernel refuses `/`; call this in a throw-away process.

    Returns:
        The ABI version, as text.

    Raises:
        OSError: Landlock does not work on this machine.
    """
    abi = abi_version()
    restrict_files(())
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        return f"ABI {abi}"
    raise OSError("the ruleset is active, but / can still be opened")


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, _O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= ~_READ_DIR
        _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(_PathBeneath(rights, fd)), 0)
    finally:
        os.close(fd)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
