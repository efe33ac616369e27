"""Drop root, all capabilities and the ways to regain them."""

from __future__ import annotations

import ctypes
import os
import random
import sys
from collections.abc import Iterable
from pathlib import Path

from statecode.tracing.sandbox import python_files

_FIRST_UID = 0x6000_0000  # far above the uids that systems assign to users and services
_UID_COUNT = 2**28
_NOBODY = 65534
_CAP_SETGID, _CAP_SETUID = 6, 7
_PR_CAPBSET_DROP, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 24, 4, 38
_CAPABILITY_VERSION_3 = 0x2008_0522
_LAST_CAPABILITY = 63


def sandbox_uid() -> int | None:
    """Return a uid for the programs of a new fork server; None: programs run as the current user.

    The uid is random and high. In a user namespace that does not map this uid, the uid of `nobody` is returned. The
    result is None if `nobody` is not mapped either, or if this process is not root, may not change its user or does not
    run on Linux.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return None
    if not _may_change_user():
        return None
    uid = _FIRST_UID + random.SystemRandom().randrange(_UID_COUNT)  # own user: the kernel counts threads per user
    return next(filter(_is_mapped, (uid, _NOBODY)), None)


def switch_user(uid: int) -> None:
    """Change the user and the group of this process permanently, without supplementary groups.

    Raises:
        OSError: this process may not change its user.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def drop_capabilities() -> None:
    """Drop all capabilities and the ways to gain new ones, and make this process non-dumpable.

    Other processes of the user cannot trace or inspect a non-dumpable process.

    Raises:
        OSError: the kernel refuses to drop the capabilities.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(_LAST_CAPABILITY + 1):
        libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)  # fails for unknown capabilities, and without CAP_SETPCAP
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities could not be dropped")
    set_no_new_privileges()
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def set_no_new_privileges() -> None:
    """Set no_new_privs: no later exec can gain privileges.

    The kernel requires this before an unprivileged process can apply a Landlock ruleset or a seccomp filter.
    """
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def probe() -> str:
    """Drop all privileges and check that they are gone; call this in a throw-away process.

    Returns:
        A description of the result.

    Raises:
        OSError: the privileges cannot be dropped.
    """
    uid = sandbox_uid()
    reachable = reachable_by_others((*python_files.executables(), *python_files.library_folders()))
    if uid is not None:
        switch_user(uid)
    drop_capabilities()
    if uid is None:
        return "no capabilities"
    if os.getuid() != uid or os.access(__file__, os.W_OK):
        raise OSError("the process still has the rights of root")
    return "no capabilities, another user" + ("" if reachable else " inside namespaces (no other reaches this Python)")


def reachable_by_others(paths: Iterable[str]) -> bool:
    """Return True if a user without special rights can read all of these files and folders.

    Such a user cannot read an interpreter in a home folder of mode 700. Paths that do not exist are ignored.
    """
    return all(_is_reachable(Path(path)) for path in paths if os.path.exists(path))


def _is_reachable(path: Path) -> bool:
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in path.parents) and bool(path.stat().st_mode & 0o004)


def count_user_threads() -> int:
    """Return the number of threads of the current user, over all visible processes; 0 without /proc."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            count += len(os.listdir(process / "task")) if process.stat().st_uid == os.getuid() else 0
        except OSError:  # the process has ended
            pass
    return count


def _may_change_user() -> bool:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return True
    effective = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff")), 16)
    return bool(effective >> _CAP_SETGID & 1 and effective >> _CAP_SETUID & 1)


def _is_mapped(uid: int) -> bool:
    try:
        with open("/proc/self/uid_map") as file:
            return any(first <= uid < first + count for first, _, count in (map(int, line.split()) for line in file))
    except OSError:
        return False
