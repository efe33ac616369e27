"""Giving up root, capabilities and the way back to them."""

from __future__ import annotations

import ctypes
import os
import random
import sys
from collections.abc import Iterable
from pathlib import Path

from statecode.tracing.sandbox import python_files

_FIRST_UID = 0x6000_0000  # far above what systems give to people and services
_UIDS = 2**28
_NOBODY = 65534
_CAP_SETGID, _CAP_SETUID = 6, 7
_PR_CAPBSET_DROP, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 24, 4, 38
_CAPABILITY_VERSION_3 = 0x2008_0522
_LAST_CAPABILITY = 63


def sandbox_uid() -> int | None:
    """The user that the programs of a new warm process run as: one of their own where we are root, else None (ours).

    None too where there is no other (in a user namespace that knows our user alone), or we may not become it.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return None
    if not _may_change_user():
        return None
    uid = _FIRST_UID + random.SystemRandom().randrange(_UIDS)  # one of its own: the kernel counts threads per user
    return next(filter(_is_mapped, (uid, _NOBODY)), None)


def drop_user(uid: int) -> None:
    """Become another user, with no groups, for good.

    Raises:
        OSError: we may not.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def drop_capabilities() -> None:
    """Give up all capabilities and the means to gain any; keep other processes of this user from looking in."""
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(_LAST_CAPABILITY + 1):
        libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)  # fails where the kernel has fewer, and without the right to
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities could not be dropped")
    forgo_new_privileges()
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def forgo_new_privileges() -> None:
    """Gain none by any later exec; the kernel asks for this before it takes a Landlock ruleset or a filter from us."""
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def try_out() -> str:
    """Drop everything and see that it is gone; for a process that is thrown away.

    Raises:
        OSError: it does not work here.
    """
    uid = sandbox_uid()
    reachable = open_to_others((*python_files.executables(), *python_files.library_folders()))
    if uid is not None:
        drop_user(uid)
    drop_capabilities()
    if uid is None:
        return "no capabilities"
    if os.getuid() != uid or os.access(__file__, os.W_OK):
        raise OSError("root's rights are still there")
    return "no capabilities, another user" + ("" if reachable else " inside namespaces (no other reaches this Python)")


def open_to_others(paths: Iterable[str]) -> bool:
    """Tell whether a user without any rights of ours can reach all these files: an interpreter under a home folder of
    mode 700 is out of its reach."""
    return all(_passable(Path(path)) for path in paths if os.path.exists(path))


def _passable(path: Path) -> bool:
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in path.parents) and bool(path.stat().st_mode & 0o004)


def threads_of_this_user() -> int:
    """How many threads our user has now, in all processes that can be seen; 0 without /proc."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            count += len(os.listdir(process / "task")) if process.stat().st_uid == os.getuid() else 0
        except OSError:  # it ended
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
