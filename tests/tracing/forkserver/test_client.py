"""Test that descriptors of the supervisor do not change traces, and how failures of the fork server are reported."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pytest

from statecode.errors import TracingError
from statecode.records import Status
from statecode.tracing import SandboxRunner
from tests.support.runners import UNTRUSTED, isolation_or_skip
from tests.support.supervisors import TRACE, outcomes
from tests.support.traced_programs import program

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="isolation needs Linux")


def test_an_ignored_sigchld_is_reported() -> None:
    script = f"{TRACE}\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nimport statecode\nstatecode.trace('1')\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("statecode.errors.TracingError: SIGCHLD is ignored in this process")


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_closed_streams_and_many_descriptors(mode) -> None:
    preparation = "open_files = [os.open('/dev/null', os.O_RDONLY) for _ in range(400)]\nos.close(0)"
    assert outcomes(preparation, mode, "print(1)") == [["ok", "None", "1"], ["", "1"]]


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_another_interpreter_is_refused(mode, monkeypatch) -> None:
    """Pretend that this interpreter has another prefix than the server's."""
    isolation = isolation_or_skip(mode)
    monkeypatch.setattr("statecode.tracing.forkserver.server.sys.base_prefix", "/elsewhere")
    with pytest.raises(TracingError, match="another interpreter answered"):
        SandboxRunner(isolation=isolation)


def test_a_runner_cannot_be_used_in_a_forked_process() -> None:
    script = f"""{TRACE}
with SandboxRunner() as runner:
    if os.fork() == 0:
        try:
            trace(runner, "print(1)")
        except Exception as error:
            os.write(1, type(error).__name__.encode())
        os._exit(0)
    os.wait()
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("TracingError", "")


@pytest.mark.parametrize("mode", UNTRUSTED)
def test_no_program_reads_the_target_of_a_link_of_the_machine(mode: str) -> None:
    with tempfile.TemporaryDirectory() as folder, SandboxRunner(isolation=isolation_or_skip(mode)) as runner:
        os.chmod(folder, 0o755)
        link = os.path.join(folder, "link")
        os.symlink("secret", link)
        trace = runner.run(program(f"import os\nprint(os.readlink({link!r}))\n")).trace
        assert trace.exception is not None
        assert trace.exception.type == ("FileNotFoundError" if mode == "full" else "PermissionError")
        assert runner.run(program("import os\nprint(os.path.realpath('x'))\n")).trace.status is Status.OK
