"""The things that a hostile program must not reach. Each class detects violations and repairs them.

Programs read the locations of these things as JSON from stdin. The JSON does not contain the secrets themselves.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import json
import os
import resource
import secrets
import shutil
import sysconfig
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from statecode.records import Limits, Trace
from tests.hostile.listeners import Listeners
from tests.hostile.processes import ProcessTree, Victim, uids_of_tree
from tests.support.paths import ROOT

REPOSITORY = ROOT
SECRET_VARIABLE = "STATECODE_HOSTILE_SECRET"
_IPC_RMID = 0
_MEMORY_BYTES = 350 * 2**20  # allowed growth of the supervisor per run: 40 times the longest trace in the corpus
_EXTRA_WALL_S = 20.0  # allowed time above the wall limit: a run may be repeated, and the machine may be busy


class Canary:
    """A file that every user can write, in a folder in which every user can create files."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "folder"
        self.path = self.folder / "canary"
        self._create()

    def violations(self) -> list[str]:
        """Return the changes of the file and its folder."""
        state = self._state()
        return [f"canary: {key} was {before!r}, is {state.get(key)!r}"
                for key, before in self._before.items() if state.get(key) != before]

    def repair(self) -> None:
        """Create file and folder again if anything changed."""
        if self.violations():
            shutil.rmtree(self.folder, ignore_errors=True)
            self._create()

    def _create(self) -> None:
        self.folder.mkdir()
        self.folder.chmod(0o777)
        self.path.write_bytes(b"canary\n")
        self.path.chmod(0o666)
        os.utime(self.path, ns=(10**18, 10**18))
        self._before = self._state()

    def _state(self) -> dict[str, object]:
        try:
            stat = self.path.stat()
            extra = {"content": self.path.read_bytes(), "attributes": os.listxattr(self.path)}
        except OSError as error:
            return {"content": str(error)}
        names = ("st_mode", "st_uid", "st_gid", "st_nlink", "st_ino", "st_mtime_ns")
        return {"names": os.listdir(self.folder), **extra, **{name: getattr(stat, name) for name in names}}


class Secrets:
    """Random tokens in a file that only this user can read, in a file for everyone, and in an environment variable."""

    def __init__(self, base: Path) -> None:
        folder = base / "secrets"
        folder.mkdir()
        folder.chmod(0o777)
        self.path, self.open_path = folder / "secret", folder / "open_secret"
        self._tokens = {
            "in a file": self._write(self.path, 0o600), "in an open file": self._write(self.open_path, 0o644),
        }
        os.environ[SECRET_VARIABLE] = self._tokens["in the environment"] = secrets.token_hex(16)

    def violations(self, trace: Trace) -> list[str]:
        """Return the secrets that the trace contains, and the files that are missing."""
        text = repr(trace.content())
        found = [f"the secret {where} was read" for where, token in self._tokens.items() if token in text]
        moved = [f"the secret {path.name} was moved" for path in (self.path, self.open_path) if not path.exists()]
        return found + moved

    def repair(self) -> None:
        """Write missing files again."""
        for path, where, mode in ((self.path, "in a file", 0o600), (self.open_path, "in an open file", 0o644)):
            if not path.exists():
                self._write(path, mode, self._tokens[where])

    @staticmethod
    def _write(path: Path, mode: int, token: str = "") -> str:
        token = token or secrets.token_hex(16)
        path.write_text(token + "\n", encoding="ascii")
        path.chmod(mode)
        return token


class Leftovers:
    """Files and System V objects that must not outlive a program.

    The hostile programs put `mark` into the names of their files, and use `key` for their System V objects.
    """

    def __init__(self) -> None:
        self.mark = f"statecode-hostile-{secrets.token_hex(8)}"
        self.key = secrets.randbelow(2**30) + 2**29
        self.home = Path.home()
        self.packages = Path(sysconfig.get_paths()["purelib"])
        folders = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/dev", "/run", self.home, self.packages]
        self._patterns = [os.path.join(glob.escape(str(folder)), f"*{self.mark}*") for folder in folders]
        self._libc = ctypes.CDLL(None, use_errno=True)

    def violations(self) -> list[str]:
        """Return the files with the mark and the System V objects with the key."""
        files = [path for pattern in self._patterns for path in glob.glob(pattern)]
        return [f"left behind: {name}" for name in files + [kind for kind, _ in self._objects()]]

    def repair(self) -> None:
        """Remove the files and the objects."""
        for pattern in self._patterns:
            for path in glob.glob(pattern):
                os.unlink(path)
        removals = {"shm": lambda number: self._libc.shmctl(number, _IPC_RMID, None),
                    "msg": lambda number: self._libc.msgctl(number, _IPC_RMID, None),
                    "sem": lambda number: self._libc.semctl(number, 0, _IPC_RMID)}
        for kind, number in self._objects():
            removals[kind](number)
        with contextlib.suppress(OSError):
            self._libc.mq_unlink(b"/" + self.mark.encode())

    def _objects(self) -> list[tuple[str, int]]:
        found = []
        for kind in ("shm", "sem", "msg"):
            with contextlib.suppress(OSError):
                rows = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]
                found += [(kind, int(row.split()[1])) for row in rows if int(row.split()[0]) == self.key]
        return found


class Supervisor:
    """The process of the tests: its descriptors, limits, priority, CPUs and working folder, and the cost of a run."""

    def record_baseline(self) -> None:
        """Record the state that must not change."""
        self._before = self._state()
        self._resident_bytes = _memory_bytes("VmRSS")

    def start_measurement(self) -> None:
        """Start to measure the peak memory and the time of a run."""
        with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # resets the peak of resident memory to its present size
        self._started = time.monotonic()

    def violations(self, limits: Limits) -> list[str]:
        """Return the changes of the state, and the costs of the run that exceed its limits.

        Memory is compared with the baseline, because a run reuses memory that an earlier run allocated.
        """
        state = self._state()
        found = [f"supervisor: {key} was {before}, is {state[key]}"
                 for key, before in self._before.items() if state[key] != before]
        grown_bytes, elapsed_s = _memory_bytes("VmHWM") - self._resident_bytes, time.monotonic() - self._started
        if grown_bytes > _MEMORY_BYTES:
            found.append(f"supervisor: took {grown_bytes / 2**20:.0f} MB to read the run")
        if elapsed_s > limits.wall_s + _EXTRA_WALL_S:
            found.append(f"supervisor: took {elapsed_s:.0f} s for the run")
        return found

    @staticmethod
    def _state() -> dict[str, object]:
        kinds = (name for name in dir(resource) if name.startswith("RLIMIT_"))
        return {
            "descriptors": Counter(_descriptor_target(name) for name in os.listdir("/proc/self/fd")),
            "limits": {name: resource.getrlimit(getattr(resource, name)) for name in kinds},
            "nice": os.getpriority(os.PRIO_PROCESS, 0),
            "processors": sorted(os.sched_getaffinity(0)),
            "folder": os.getcwd(),
        }


def _memory_bytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition(f"{name}:")[2].split()[0])


def _descriptor_target(fd: str) -> str:
    """Return the target of a descriptor without its inode number; "gone" for the one that listed the folder."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/self/fd/{fd}").partition(":[")[0]
    return "gone"


class Environment:
    """All things that programs must not reach; a context manager."""

    def __enter__(self) -> Environment:
        self._base = Path(tempfile.mkdtemp(prefix="statecode-hostile-"))
        self._base.chmod(0o755)
        self._processes = ProcessTree()
        self._canary, self._secrets = Canary(self._base), Secrets(self._base)
        self._listeners, self._leftovers = Listeners(self._base), Leftovers()
        self._victims: list[Victim] = []
        self._supervisor = Supervisor()
        return self

    def __exit__(self, *ignored: object) -> None:
        for victim in self._victims:
            victim.stop()
        self._listeners.close()
        self._processes.close()
        self._leftovers.repair()
        os.environ.pop(SECRET_VARIABLE, None)
        shutil.rmtree(self._base, ignore_errors=True)

    def runner_started(self, launcher: int) -> None:
        """Record the processes of a new runner as expected, and start victims of this user and of the programs' user.

        Args:
            launcher: process id of the runner's launcher. The programs run as the user of its descendants. Runners may
                have different users.
        """
        others = sorted(uids_of_tree(launcher) - {os.getuid()}) if os.getuid() == 0 else []
        self._victims = [Victim(), Victim(others[-1] if others else None)]
        self._processes.record_baseline()
        self._supervisor.record_baseline()

    def locations_json(self) -> str:
        """Return `locations()` as JSON; this text is the stdin of the programs."""
        return json.dumps(self.locations())

    def locations(self) -> dict[str, Any]:
        """Return the paths, process ids, ports and names of all things, by the keys that the programs use."""
        victim, peer = self._victims
        return {
            "secret": str(self._secrets.path), "open_secret": str(self._secrets.open_path),
            "canary": str(self._canary.path), "folder": str(self._canary.folder),
            "victim": victim.pid, "peer": peer.pid, "supervisor": os.getpid(),
            "mark": self._leftovers.mark, "key": self._leftovers.key, "home": str(self._leftovers.home),
            "packages": str(self._leftovers.packages), "repository": str(REPOSITORY), **self._listeners.locations(),
        }

    def start_measurement(self) -> None:
        """Start to measure the supervisor's memory and time."""
        self._supervisor.start_measurement()

    def violations(self, trace: Trace) -> list[str]:
        """Return all violations by the program that has this trace."""
        victims = [harm for victim in self._victims for harm in victim.violations()]
        return (self._canary.violations() + self._secrets.violations(trace) + self._listeners.violations() + victims
                + self._processes.violations() + self._leftovers.violations()
                + self._supervisor.violations(trace.limits))

    def repair(self) -> None:
        """Repair all violations, so that they are not reported again after the next program."""
        self._processes.repair({victim.pid for victim in self._victims})
        for victim in self._victims:
            victim.repair()
        self._canary.repair()
        self._secrets.repair()
        self._leftovers.repair()
        self._listeners.violations()
