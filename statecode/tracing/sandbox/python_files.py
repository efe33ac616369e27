"""The files that an interpreter needs to run programs: all that the layers leave open."""

from __future__ import annotations

import os
import sys
import sysconfig

from statecode.files import PACKAGE_FOLDER

_SYSTEM = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/zoneinfo",
           "/etc/ld.so.cache", "/etc/localtime")

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""The devices that programs may use: none of them keeps anything."""


def library_folders() -> tuple[str, ...]:
    """The standard library, the interpreter's own shared libraries and the system's: what programs may read."""
    prefixes = {sys.base_prefix, sys.base_exec_prefix}
    own = {os.path.join(prefix, name) for prefix in prefixes for name in ("lib", "lib64", "lib32")}
    return _existing({*own, sysconfig.get_path("stdlib"), *_SYSTEM})


def installed_folders() -> tuple[str, ...]:
    """Where packages are installed, and ourselves: what the warm process reads before programs come."""
    folders = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    return _existing({*folders, str(PACKAGE_FOLDER), os.path.join(sys.prefix, "pyvenv.cfg")})


def executables() -> tuple[str, ...]:
    """The interpreter: every link of the chain that leads to it, then the file."""
    chain = [sys.executable]
    while os.path.islink(chain[-1]):
        chain.append(os.path.normpath(os.path.join(os.path.dirname(chain[-1]), os.readlink(chain[-1]))))
    return tuple(chain)


def _existing(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in paths if os.path.lexists(path)))
