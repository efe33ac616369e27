"""List the files that an interpreter needs to run programs: the only files that the sandbox layers leave readable."""

from __future__ import annotations

import os
import sys
import sysconfig

from statecode.files import PACKAGE_FOLDER

_SYSTEM = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/zoneinfo",
           "/etc/ld.so.cache", "/etc/localtime")

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""The devices that programs may use; they store no data."""


def library_folders() -> tuple[str, ...]:
    """Return the folders and files that programs may read: the standard library and the shared libraries.

    The shared libraries are the interpreter's own and the system's; the system's files include the time zones.
    """
    prefixes = {sys.base_prefix, sys.base_exec_prefix}
    own = {os.path.join(prefix, name) for prefix in prefixes for name in ("lib", "lib64", "lib32")}
    return _existing({*own, sysconfig.get_path("stdlib"), *_SYSTEM})


def installed_folders() -> tuple[str, ...]:
    """Return the paths that the fork server reads before it runs programs: installed packages and statecode itself."""
    folders = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    return _existing({*folders, str(PACKAGE_FOLDER), os.path.join(sys.prefix, "pyvenv.cfg")})


def executables() -> tuple[str, ...]:
    """Return the paths of the interpreter: each symbolic link on the way to its file, then the file itself."""
    chain = [sys.executable]
    while os.path.islink(chain[-1]):
        chain.append(os.path.normpath(os.path.join(os.path.dirname(chain[-1]), os.readlink(chain[-1]))))
    return tuple(chain)


def _existing(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in paths if os.path.lexists(path)))
