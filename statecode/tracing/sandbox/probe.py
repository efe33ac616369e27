"""Tries the layers that act on the process itself, each in a child that is thrown away; prints what came of it.

    python -m statecode.tracing.sandbox.probe

prints one JSON object: layer → [works, detail].
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

from statecode.tracing.sandbox import landlock, limits, privileges, seccomp

_TRIED: dict[str, Callable[[], str]] = {
    "privileges": privileges.try_out,
    "landlock": landlock.try_out,
    "seccomp": seccomp.try_out,
    "limits": limits.try_out,
}


def main() -> None:
    """Try each and print the answers."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, which is inherited, no child could be waited for
    print(json.dumps({name: _in_a_child(try_out) for name, try_out in _TRIED.items()}))


def _in_a_child(try_out: Callable[[], str]) -> tuple[bool, str]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            answer = (True, try_out())
        except BaseException as error:
            answer = (False, (str(error) or type(error).__name__).splitlines()[0])
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        said = file.read()
    _, status = os.waitpid(pid, 0)
    return tuple(json.loads(said)) if said else (False, f"trying it ended the process (status {status})")


if __name__ == "__main__":
    main()
