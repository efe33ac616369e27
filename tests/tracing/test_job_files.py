"""Test that a lack of descriptors for a job is an error, not a status of the program."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.runners import UNTRUSTED, isolation_or_skip
from tests.support.supervisors import TRACE

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="isolation needs Linux")


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_exhausted_descriptors_are_an_error_and_not_a_status_of_the_program(mode) -> None:
    isolation_or_skip(mode)
    script = f"""{TRACE}
from statecode.errors import TracingError
with SandboxRunner(isolation=isolation_for(mode={mode!r})) as runner:
    before = len(os.listdir("/proc/self/fd"))
    taken = []
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        os.close(taken.pop()), os.close(taken.pop())
    try:
        print(trace(runner, "print(1)"))
    except TracingError as error:
        message = str(error)
    for fd in taken:
        os.close(fd)
    print(message)
    print(trace(runner, "print(1)"), len(os.listdir("/proc/self/fd")) - before)
"""
    limited = f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))\n{script}"
    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "cannot create the files of a run: Too many open files", "('ok', None, '1\\n', 1) 0",
    ]
