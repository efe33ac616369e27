"""Mount the folder in which a program may create files: a file system in memory, of bounded size, without subfolders.

The fork server mounts it inside its own mount namespace, at its start. Neither the size of the memory nor the number of
files can exceed the bounds: an inode, also that of an empty file, takes memory that no other limit counts. Landlock and
the filter of system calls allow to create, rename and remove regular files only: no folders, links, FIFOs or sockets.
Source: tmpfs(5), mount(2).
"""

from __future__ import annotations

import ctypes
import os

from statecode.records import MAX_FILE_BYTES, MAX_FILES

_PAGE_BYTES = 4096  # a file takes whole pages
_SIZE_BYTES = 2 * (MAX_FILE_BYTES + MAX_FILES * _PAGE_BYTES)  # the files that a program finds, and as many of its own
_INODES = 2 * MAX_FILES + 1                              # and the folder itself
_NOSUID, _NODEV, _NOEXEC, _NOSYMFOLLOW = 2, 4, 8, 256


def mount(path: str, uid: int | None) -> None:
    """Mount the folder at `path`, which must be an empty folder. Its owner can then make it the working folder.

    Needs CAP_SYS_ADMIN in the mount namespace of this process.

    Args:
        uid: the user and group that own it; None: those of this process.

    Raises:
        OSError: the kernel refuses the mount.
    """
    user, group = (os.getuid(), os.getgid()) if uid is None else (uid, uid)
    options = f"size={_SIZE_BYTES},nr_inodes={_INODES},mode=0700,uid={user},gid={group}"
    libc = ctypes.CDLL(None, use_errno=True)
    flags = ctypes.c_ulong(_NOSUID | _NODEV | _NOEXEC | _NOSYMFOLLOW)
    if libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", flags, options.encode()) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"the folder for files of programs cannot be mounted: {os.strerror(error)}")
