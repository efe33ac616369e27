"""What a hostile program must not reach, each thing with a look at what happened to it and a way to mend it.

Programs are told on stdin, as JSON, where everything is. A secret itself they are never told.
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
from tests.hostile.processes import Family, Victim, uids_of_family
from tests.support.paths import ROOT

REPOSITORY = ROOT
VARIABLE = "STATECODE_HOSTILE_SECRET"
_IPC_RMID = 0
_MEMORY_BYTES = 350 * 2**20  # the supervisor's, to read one run: 40 times the longest trace in the corpus
_PATIENCE_S = 20.0  # beyond the wall limit; a run may be repeated, and the machine busy


class Canary:
    """A file that everybody may write, in a folder in which everybody may make files."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "folder"
        self.path = self.folder / "canary"
        self._make()

    def look(self) -> list[str]:
        """What was done to it and its folder."""
        state = self._state()
        return [f"canary: {key} was {before!r}, is {state.get(key)!r}"
                for key, before in self._before.items() if state.get(key) != before]

    def mend(self) -> None:
        """Make it anew if anything was done to it."""
        if self.look():
            shutil.rmtree(self.folder, ignore_errors=True)
            self._make()

    def _make(self) -> None:
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
    """Tokens: in a file for us alone, in one that everybody may read, and in our environment."""

    def __init__(self, base: Path) -> None:
        folder = base / "secrets"
        folder.mkdir()
        folder.chmod(0o777)
        self.path, self.open_path = folder / "secret", folder / "open_secret"
        self._tokens = {"in a file": self._write(self.path, 0o600), "in an open file": self._write(self.open_path, 0o644)}
        os.environ[VARIABLE] = self._tokens["in the environment"] = secrets.token_hex(16)

    def look(self, trace: Trace) -> list[str]:
        """Which of them stand in the trace, and whether the files are still there."""
        text = repr(trace.content())
        found = [f"the secret {where} was read" for where, token in self._tokens.items() if token in text]
        moved = [f"the secret {path.name} was moved" for path in (self.path, self.open_path) if not path.exists()]
        return found + moved

    def mend(self) -> None:
        """Put moved files back."""
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
    """What must not outlive a program outside of its own memory; all that ours leave bears a mark or a key."""

    def __init__(self) -> None:
        self.mark = f"statecode-hostile-{secrets.token_hex(8)}"
        self.key = secrets.randbelow(2**30) + 2**29
        self.home = Path.home()
        self.packages = Path(sysconfig.get_paths()["purelib"])
        folders = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/dev", "/run", self.home, self.packages]
        self._patterns = [os.path.join(glob.escape(str(folder)), f"*{self.mark}*") for folder in folders]
        self._libc = ctypes.CDLL(None, use_errno=True)

    def look(self) -> list[str]:
        """Files with our mark, and System V objects with our key."""
        files = [path for pattern in self._patterns for path in glob.glob(pattern)]
        return [f"left behind: {what}" for what in files + [kind for kind, _ in self._objects()]]

    def mend(self) -> None:
        """Remove them."""
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
    """Ourselves: descriptors, limits, priority, processors, working folder, and the memory and time that reading took."""

    def remember(self) -> None:
        """Take what is now for what must stay."""
        self._before = self._state()
        self._resident_bytes = _memory_bytes("VmRSS")

    def before_a_run(self) -> None:
        """Measure from here on."""
        with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # the peak of resident memory becomes what is resident now
        self._started = time.monotonic()

    def look(self, limits: Limits) -> list[str]:
        """What changed, and whether the run cost us more than its limits let expect.

        Memory counts from the start, as some of what a run took stays with us and the next one uses it.
        """
        state = self._state()
        found = [f"supervisor: {key} was {before}, is {state[key]}"
                 for key, before in self._before.items() if state[key] != before]
        grown_bytes, elapsed_s = _memory_bytes("VmHWM") - self._resident_bytes, time.monotonic() - self._started
        if grown_bytes > _MEMORY_BYTES:
            found.append(f"supervisor: took {grown_bytes / 2**20:.0f} MB to read the run")
        if elapsed_s > limits.wall_s + _PATIENCE_S:
            found.append(f"supervisor: took {elapsed_s:.0f} s for the run")
        return found

    @staticmethod
    def _state() -> dict[str, object]:
        kinds = (name for name in dir(resource) if name.startswith("RLIMIT_"))
        return {
            "descriptors": Counter(_kind_of(name) for name in os.listdir("/proc/self/fd")),
            "limits": {name: resource.getrlimit(getattr(resource, name)) for name in kinds},
            "nice": os.getpriority(os.PRIO_PROCESS, 0),
            "processors": sorted(os.sched_getaffinity(0)),
            "folder": os.getcwd(),
        }


def _memory_bytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition(f"{name}:")[2].split()[0])


def _kind_of(fd: str) -> str:
    """What a descriptor is, without the number that tells it from others of its kind; the listing's own is gone."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/self/fd/{fd}").partition(":[")[0]
    return "gone"


class Surroundings:
    """All of it; a context manager."""

    def __enter__(self) -> Surroundings:
        self._base = Path(tempfile.mkdtemp(prefix="statecode-hostile-"))
        self._base.chmod(0o755)
        self._family = Family()
        self._canary, self._secrets = Canary(self._base), Secrets(self._base)
        self._listeners, self._leftovers = Listeners(self._base), Leftovers()
        self._victims: list[Victim] = []
        self._supervisor = Supervisor()
        return self

    def __exit__(self, *ignored: object) -> None:
        for victim in self._victims:
            victim.end()
        self._listeners.close()
        self._family.end()
        self._leftovers.mend()
        os.environ.pop(VARIABLE, None)
        shutil.rmtree(self._base, ignore_errors=True)

    def slot_started(self, launcher: int) -> None:
        """Know the slot's processes from now on, and have a victim of the user that it runs programs as.

        Its launcher's family alone says who that is: another slot may be open beside it.
        """
        others = sorted(uids_of_family(launcher) - {os.getuid()}) if os.getuid() == 0 else []
        self._victims = [Victim(), Victim(others[-1] if others else None)]
        self._family.remember()
        self._supervisor.remember()

    def world(self) -> str:
        """What programs are told."""
        return json.dumps(self.places())

    def places(self) -> dict[str, Any]:
        """Where everything is."""
        victim, peer = self._victims
        return {
            "secret": str(self._secrets.path), "open_secret": str(self._secrets.open_path),
            "canary": str(self._canary.path), "folder": str(self._canary.folder),
            "victim": victim.pid, "peer": peer.pid, "supervisor": os.getpid(),
            "mark": self._leftovers.mark, "key": self._leftovers.key, "home": str(self._leftovers.home),
            "packages": str(self._leftovers.packages), "repository": str(REPOSITORY), **self._listeners.where(),
        }

    def before_a_run(self) -> None:
        """Measure ourselves from here on."""
        self._supervisor.before_a_run()

    def look(self, trace: Trace) -> list[str]:
        """Everything that was touched while the program of this trace ran."""
        victims = [harm for victim in self._victims for harm in victim.look()]
        return (self._canary.look() + self._secrets.look(trace) + self._listeners.look() + victims
                + self._family.look() + self._leftovers.look() + self._supervisor.look(trace.limits))

    def mend(self) -> None:
        """Make good what was touched, so that the next program is measured alone."""
        self._family.mend({victim.pid for victim in self._victims})
        for victim in self._victims:
            victim.mend()
        self._canary.mend()
        self._secrets.mend()
        self._leftovers.mend()
        self._listeners.look()
