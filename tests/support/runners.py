"""Slots in every mode that this machine allows, and a look at the processes behind one."""

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
    """The isolation of this name; the test is skipped, with the reason, where the machine does not allow it."""
    try:
        return isolation_for(mode=mode)
    except IsolationError as error:
        pytest.skip(str(error))


def fork_server_pid(runner: SandboxRunner) -> int:
    """The process id of the warm process: with namespaces, bubblewrap stands twice between it and us."""
    launcher = runner._fork_server._process.pid
    return children_of(children_of(launcher)[0])[0] if "namespaces" in runner.isolation.active else launcher


def children_of(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def runs_a_program(runner: SandboxRunner) -> bool:
    """Whether the warm process's child has a program's stdin; the one that waits for its job has the null device."""
    children = children_of(fork_server_pid(runner))
    try:
        return bool(children) and os.readlink(f"/proc/{children[0]}/fd/0") != os.devnull
    except OSError:
        return False


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
