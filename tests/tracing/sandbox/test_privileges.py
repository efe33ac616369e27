"""Test privileges where the user cannot be changed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.runners import isolation_or_skip
from tests.support.supervisors import TRACE

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="isolation needs Linux")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to drop")
def test_all_capabilities_are_dropped_if_the_user_cannot_be_changed() -> None:
    isolation_or_skip("no-namespaces")
    script = f"""{TRACE}
with SandboxRunner(isolation=isolation_for(mode="no-namespaces")) as runner:
    print(trace(runner, "print(1)"))
    status = open(f"/proc/{{runner.server._process.pid}}/status").read().splitlines()
    print([line.split()[1] for line in status if line.startswith(("CapEff", "CapPrm", "NoNewPrivs"))])
"""
    without = ["setpriv", "--bounding-set", "-setuid,-setgid", "--inh-caps", "-setuid,-setgid"]
    try:
        done = subprocess.run([*without, sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("no setpriv here")
    assert (done.stdout, done.stderr) == (f"('ok', None, '1\\n', 1)\n{[16 * '0', 16 * '0', '1']}\n", "")


def test_root_of_a_namespace_without_other_users(tmp_path) -> None:
    """Trace as root of a user namespace, as in rootless containers.

    There is no other user to switch to, and the kernel may turn address randomisation on again.
    """
    program = tmp_path / "program.py"
    program.write_text("print(6 * 7)\n")
    inside = ["unshare", "--user", "--map-root-user", "--mount", "--"]
    try:
        subprocess.run([*inside, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no user namespaces are allowed here: {error}")
    command = [*inside, sys.executable, "-m", "statecode", "trace", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr.partition(";")[0]) == (0, "ok")
    assert "print(6 * 7)" in done.stdout
