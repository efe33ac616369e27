"""Processes that programs must not affect, and descendants that they must not leave behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 1, 36, 37
_libc = ctypes.CDLL(None, use_errno=True)
_EXIT_WAIT_S = 2.0  # time for a killed process to end


class Victim:
    """A process that sleeps with all signals blocked, so that a signal sent to it remains pending and is visible."""

    def __init__(self, uid: int | None = None) -> None:
        self._uid = uid
        self._start()

    @property
    def pid(self) -> int:
        """The id of the process and of its process group."""
        return self._process.pid

    def violations(self) -> list[str]:
        """Return the changes of the process, such as pending signals."""
        state = self._state()
        return [f"victim {self.pid}: {key} was {before}, is {state.get(key, 'gone')}"
                for key, before in self._before.items() if state.get(key) != before]

    def repair(self) -> None:
        """Replace the process if anything changed."""
        if self.violations():
            self.stop()
            self._start()

    def stop(self) -> None:
        """Kill the process and wait for it."""
        self._process.kill()
        self._process.wait()

    def _start(self) -> None:
        who = {} if self._uid is None else {"user": self._uid, "extra_groups": []}
        self._process = subprocess.Popen(
            ["sleep", "36000"], start_new_session=True, cwd="/", env={}, preexec_fn=_prepare_victim, **who
        )
        self._before = self._state()

    def _state(self) -> dict[str, str]:
        try:
            status = dict(line.split(":\t", 1) for line in _proc(self.pid, "status").splitlines() if ":\t" in line)
            fields = _stat_fields(self.pid)
        except (OSError, ValueError):
            return {}
        seen = {key: status[key] for key in ("SigPnd", "ShdPnd", "TracerPid", "Uid", "Cpus_allowed")}
        # R and D: the process has just started and will sleep; any other state was caused by a program
        state = "asleep" if fields[0] in "SRD" else fields[0]
        return {"state": state, "nice": fields[16], "policy": fields[38], "limits": _proc(self.pid, "limits"), **seen}


def _prepare_victim() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # ends the victim if the tests are killed


class ProcessTree:
    """The descendants of this process, which must be the same before and after each program.

    This process becomes the subreaper, so that orphans, such as daemons, also become its descendants.
    """

    def __init__(self) -> None:
        reaper = ctypes.c_int()
        _libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(reaper), 0, 0, 0)
        self._was_reaper = reaper.value
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._known: Counter[str] = Counter()

    def record_baseline(self) -> None:
        """Record the present descendants as expected. A process with the same command may later replace one of them."""
        self._known = Counter(descendants().values())

    def violations(self) -> list[str]:
        """Return the unexpected descendants that remain after `_EXIT_WAIT_S`."""
        deadline = time.monotonic() + _EXIT_WAIT_S
        while (extra := Counter(descendants().values()) - self._known) and time.monotonic() < deadline:
            _reap()
            time.sleep(0.01)
        return [f"{count} processes left: {command}" for command, count in extra.items()]

    def repair(self, spared: set[int]) -> None:
        """Kill all descendants except `spared` if one of them is unexpected.

        Runners start their processes again.
        """
        if not Counter(descendants().values()) - self._known:
            return
        for pid in descendants().keys() - spared:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _EXIT_WAIT_S
        while descendants().keys() - spared and time.monotonic() < deadline:
            _reap()
            time.sleep(0.01)

    def close(self) -> None:
        """Restore the subreaper setting of this process."""
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, self._was_reaper, 0, 0, 0)


def descendants(ancestor: int | None = None) -> dict[int, str]:
    """Return the descendants of a process, by default this one, without zombies: process id → command."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                fields = _stat_fields(int(name))
                children.setdefault(int(fields[1]), []).append(int(name))
    found: dict[int, str] = {}
    new = [ancestor or os.getpid()]
    while new:
        for pid in children.get(new.pop(), ()):
            new.append(pid)
            with contextlib.suppress(OSError):
                if _stat_fields(pid)[0] not in "ZX":
                    found[pid] = _proc(pid, "cmdline").replace("\0", " ")[:200]
    return found


def uids_of_tree(ancestor: int) -> set[int]:
    """Return the set of user ids of a process and its descendants."""
    found = set()
    for pid in (ancestor, *descendants(ancestor)):
        with contextlib.suppress(OSError):
            found.add(Path(f"/proc/{pid}").stat().st_uid)
    return found


def _reap() -> None:
    """Wait for dead children, including orphans; `subprocess` accepts that its children were waited for elsewhere."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = _stat_fields(int(name))[:2]
                if state == "Z" and int(parent) == os.getpid():
                    os.waitpid(int(name), os.WNOHANG)


def _stat_fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on: state, parent, process group, ..."""
    return _proc(pid, "stat").rpartition(")")[2].split()


def _proc(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
        return file.read()
