"""Isolations for tests in every mode, and functions that find the processes of a runner."""

from __future__ import annotations

import os

import pytest

from statecode.errors import IsolationError
from statecode.tracing import SandboxRunner
from statecode.tracing.sandbox.isolation import Isolation, Mode, isolation_for

MODES = tuple(mode.value for mode in Mode)
UNTRUSTED = tuple(mode.value for mode in Mode if mode is not Mode.TRUSTED)
TRUSTED = isolation_for(trust_programs=True)


def isolation_or_skip(mode: str) -> Isolation:
    """Return the isolation of a mode; skip the test, with the reason, if this machine does not support it."""
    try:
        return isolation_for(mode=mode)
    except IsolationError as error:
        pytest.skip(str(error))


def fork_server_pid(runner: SandboxRunner) -> int:
    """Return the process id of the fork server; with namespaces, two processes of bubblewrap are its ancestors."""
    launcher = runner.server._process.pid
    return children_of(children_of(launcher)[0])[0] if "namespaces" in runner.isolation.active else launcher


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children; empty if the process does not exist."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def runs_a_program(runner: SandboxRunner) -> bool:
    """Return True if the fork server's child runs a program. The stdin of a preforked child is the null device."""
    children = children_of(fork_server_pid(runner))
    try:
        return bool(children) and os.readlink(f"/proc/{children[0]}/fd/0") != os.devnull
    except OSError:
        return False


def alive(pid: int) -> bool:
    """Return True if the process exists and is not a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
