"""Test each layer that acts on the process itself in a throw-away child process, and print the results.

    python -m statecode.tracing.sandbox.probe

prints one JSON object that maps each layer to [works, detail].
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

from statecode.tracing.sandbox import landlock, limits, privileges, seccomp

_PROBES: dict[str, Callable[[], str]] = {
    "privileges": privileges.probe,
    "landlock": landlock.probe,
    "seccomp": seccomp.probe,
    "limits": limits.probe,
}


def main() -> None:
    """Run every probe and print the results as JSON."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # if the parent ignored SIGCHLD, waiting would fail
    print(json.dumps({name: _run_in_child(probe) for name, probe in _PROBES.items()}))


def _run_in_child(probe: Callable[[], str]) -> tuple[bool, str]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            answer = (True, probe())
        except BaseException as error:
            answer = (False, (str(error) or type(error).__name__).splitlines()[0])
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        output = file.read()
    _, status = os.waitpid(pid, 0)
    return tuple(json.loads(output)) if output else (False, f"the test ended its process (status {status})")


if __name__ == "__main__":
    main()
