"""What stands around a program, one module per layer; each is tried in a throw-away process before it is relied on.

    privileges   no capabilities, and another user where we are root
    namespaces   bubblewrap: no network, no other processes, and only those files that Python needs
    landlock     the kernel refuses to open any other file
    seccomp      an allow-list of system calls
    limits       rlimits: time, memory, output, descriptors
"""

from __future__ import annotations

import functools
import signal
import sys
from dataclasses import dataclass

from statecode.errors import TracingError

_PATIENCE_S = 60
_FEATURE = {
    "privileges": "the right to give rights up",
    "landlock": "Linux 5.13 or newer with Landlock among the security modules that are on at boot",
    "seccomp": "Linux on x86-64 or aarch64",
    "limits": "a kernel that keeps RLIMIT_AS",
}


@dataclass(frozen=True, slots=True)
class LayerState:
    """Whether a layer works on this machine."""

    name: str
    active: bool
    detail: str  # what was found (a version), or why it was refused and what it needs


@functools.cache
def probe_layers() -> tuple[LayerState, ...]:
    """Try every layer in a throw-away process; the answer is kept for the life of this one.

    Raises:
        TracingError: no process that we start could be waited for.
    """
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        raise TracingError(
            "SIGCHLD is ignored in this process, so that nothing it starts can be waited for; "
            "call signal.signal(signal.SIGCHLD, signal.SIG_DFL) first"
        )
    if not sys.platform.startswith("linux"):
        refused = f"needs Linux, this is {sys.platform}"
        works = LayerState("limits", True, "time, output; no limit on memory on this system")
        return *(LayerState(name, False, refused) for name in ("namespaces", *_FEATURE) if name != "limits"), works
    from statecode.tracing.sandbox import namespaces

    bwrap, said = namespaces.find()
    return LayerState("namespaces", bwrap is not None, said), *_probe_in_children()


def _probe_in_children() -> list[LayerState]:
    import json  # here: the warm process imports this package and stays small
    import subprocess

    from statecode.files import PACKAGE_FOLDER

    script = "import sys; sys.path.insert(0, sys.argv[1]); from statecode.tracing.sandbox.probe import main; main()"
    root = str(PACKAGE_FOLDER.parent)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", script, root], capture_output=True, text=True, timeout=_PATIENCE_S,
            check=True,
        )
        answers = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        answers = {name: (False, f"could not be tried ({type(error).__name__})") for name in _FEATURE}
    return [
        LayerState(name, works, said if works else f"{said}; it needs {_FEATURE[name]}")
        for name, (works, said) in answers.items()
    ]
