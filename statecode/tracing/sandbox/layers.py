"""Report the sandbox layers that work on this machine. Each layer is tested in a throw-away process before its use.

    privileges   no capabilities, and another user if this process runs as root
    namespaces   bubblewrap: no network, no other processes, and only the files that Python needs
    landlock     the kernel refuses to open files that Python does not need
    seccomp      an allow-list of system calls
    limits       rlimits: time, memory, output, descriptors
"""

from __future__ import annotations

import functools
import signal
import sys
from dataclasses import dataclass

from statecode.errors import TracingError

_TIMEOUT_S = 60
_REQUIREMENTS = {
    "privileges": "the right to drop privileges",
    "landlock": "Linux 5.13 or newer with Landlock among the security modules that are enabled at boot",
    "seccomp": "Linux on x86-64 or aarch64",
    "limits": "a kernel that enforces RLIMIT_AS",
}


@dataclass(frozen=True, slots=True)
class LayerState:
    """State of a sandbox layer on this machine."""

    name: str
    active: bool  # the layer works on this machine
    detail: str  # a version or description; for a refused layer the reason, with its requirements


@functools.cache
def probe_layers() -> tuple[LayerState, ...]:
    """Test every layer in a throw-away process and return the states; they are cached for the life of this process.

    Raises:
        TracingError: SIGCHLD is ignored, so that this process cannot wait for its child processes.
    """
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        raise TracingError(
            "SIGCHLD is ignored in this process, so that it cannot wait for its child processes; "
            "call signal.signal(signal.SIGCHLD, signal.SIG_DFL) first"
        )
    if not sys.platform.startswith("linux"):
        refused = f"needs Linux, this is {sys.platform}"
        works = LayerState("limits", True, "time, output; no limit on memory on this system")
        return *(LayerState(name, False, refused) for name in ("namespaces", *_REQUIREMENTS) if name != "limits"), works
    from statecode.tracing.sandbox import namespaces

    bwrap, detail = namespaces.find_bubblewrap()
    return LayerState("namespaces", bwrap is not None, detail), *_probe_in_children()


def _probe_in_children() -> list[LayerState]:
    import json  # imported late: the fork server imports this module and must stay small
    import subprocess

    from statecode.files import PACKAGE_FOLDER

    script = "import sys; sys.path.insert(0, sys.argv[1]); from statecode.tracing.sandbox.probe import main; main()"
    root = str(PACKAGE_FOLDER.parent)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", script, root], capture_output=True, text=True, timeout=_TIMEOUT_S,
            check=True,
        )
        answers = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        answers = {name: (False, f"the test did not run ({type(error).__name__})") for name in _REQUIREMENTS}
    return [
        LayerState(name, works, detail if works else f"{detail}; it needs {_REQUIREMENTS[name]}")
        for name, (works, detail) in answers.items()
    ]
