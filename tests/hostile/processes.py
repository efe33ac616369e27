"""Processes that programs must not touch, and those that they must not leave."""

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
_GRACE_S = 2.0  # what was killed takes a moment to go


class Victim:
    """A process that sleeps with every signal blocked: one that was sent stays pending and can be seen."""

    def __init__(self, uid: int | None = None) -> None:
        self._uid = uid
        self._start()

    @property
    def pid(self) -> int:
        """Its process number; also that of its group."""
        return self._process.pid

    def look(self) -> list[str]:
        """What was done to it."""
        state = self._state()
        return [f"victim {self.pid}: {key} was {before}, is {state.get(key, 'gone')}"
                for key, before in self._before.items() if state.get(key) != before]

    def mend(self) -> None:
        """Have an untouched one."""
        if self.look():
            self.end()
            self._start()

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def _start(self) -> None:
        who = {} if self._uid is None else {"user": self._uid, "extra_groups": []}
        self._process = subprocess.Popen(
            ["sleep", "36000"], start_new_session=True, cwd="/", env={}, preexec_fn=_be_a_victim, **who
        )
        self._before = self._state()

    def _state(self) -> dict[str, str]:
        try:
            status = dict(line.split(":\t", 1) for line in _proc(self.pid, "status").splitlines() if ":\t" in line)
            fields = _stat_fields(self.pid)
        except (OSError, ValueError):
            return {}
        seen = {key: status[key] for key in ("SigPnd", "ShdPnd", "TracerPid", "Uid", "Cpus_allowed")}
        # asleep soon after it was started, or already; anything else was done to it
        state = "asleep" if fields[0] in "SRD" else fields[0]
        return {"state": state, "nice": fields[16], "policy": fields[38], "limits": _proc(self.pid, "limits"), **seen}


def _be_a_victim() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # should we be killed


class Family:
    """Who descends from this process: after each program nobody but who was there before it.

    We are the reaper of whatever a dead parent leaves, so that a daemon, too, is found below us.
    """

    def __init__(self) -> None:
        reaper = ctypes.c_int()
        _libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(reaper), 0, 0, 0)
        self._was_reaper = reaper.value
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._known: Counter[str] = Counter()

    def remember(self) -> None:
        """Take those who are there now for the warm processes. A later one of the same command may take its place."""
        self._known = Counter(descendants().values())

    def look(self) -> list[str]:
        """Who is there and should not be, after a moment of grace."""
        deadline = time.monotonic() + _GRACE_S
        while (extra := Counter(descendants().values()) - self._known) and time.monotonic() < deadline:
            _reap()
            time.sleep(0.01)
        return [f"{count} processes left: {command}" for command, count in extra.items()]

    def mend(self, spared: set[int]) -> None:
        """Kill all descendants but those of the numbers given if any is there that should not be.

        Slots start their processes again.
        """
        if not Counter(descendants().values()) - self._known:
            return
        for pid in descendants().keys() - spared:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _GRACE_S
        while descendants().keys() - spared and time.monotonic() < deadline:
            _reap()
            time.sleep(0.01)

    def end(self) -> None:
        """Be no reaper any more."""
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, self._was_reaper, 0, 0, 0)


def descendants(ancestor: int | None = None) -> dict[int, str]:
    """The living processes below `ancestor`, or this one, with their commands; of the dead, nobody."""
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


def uids_of_family(ancestor: int) -> set[int]:
    """The users that a process and its descendants run as."""
    found = set()
    for pid in (ancestor, *descendants(ancestor)):
        with contextlib.suppress(OSError):
            found.add(Path(f"/proc/{pid}").stat().st_uid)
    return found


def _reap() -> None:
    """Wait for orphans that died as our children; children of `subprocess` bear being waited for by others."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = _stat_fields(int(name))[:2]
                if state == "Z" and int(parent) == os.getpid():
                    os.waitpid(int(name), os.WNOHANG)


def _stat_fields(pid: int) -> list[str]:
    """The fields of stat from the third on: state, parent, group, ..."""
    return _proc(pid, "stat").rpartition(")")[2].split()


def _proc(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
        return file.read()
