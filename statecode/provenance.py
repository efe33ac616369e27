"""Where a result comes from: the command, the commit, the versions, the seed, the machine. Standard library only."""

from __future__ import annotations

import datetime
import os
import platform
import shlex
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from statecode._version import __version__
from statecode.machine import usable_cores

PACKAGES = ("torch", "transformers", "datasets", "accelerate", "tokenizers", "pyarrow", "snoop", "sacrebleu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is needed to run something again and to explain a difference."""

    command: str              # as typed, quoted for a shell
    commit: str | None        # of the code; ends in +changes where tracked files differed; None outside a repository
    seed: int | None
    versions: dict[str, str]  # package → version, of those that are installed
    machine: str              # processor, cores, memory, and accelerators where torch is loaded
    started_at: str           # UTC, ISO 8601, to the second

    def as_dict(self) -> dict[str, Any]:
        """Give the fields as JSON can hold them."""
        return asdict(self)


def provenance(seed: int | None = None) -> Provenance:
    """Describe the running process; call it once, at the start of a run."""
    return Provenance(
        command=command(),
        commit=commit(),
        seed=seed,
        versions=versions(),
        machine=machine(),
        started_at=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    )


def command() -> str:
    """The command line of this process, as a shell would take it; environment and launcher are not in it."""
    script = Path(sys.argv[0])
    if script.suffix != ".py":
        return shlex.join([script.name, *sys.argv[1:]])
    return shlex.join(["python", _short(script), *sys.argv[1:]])


def commit(folder: Path = Path(__file__).parent) -> str | None:
    """The commit that holds the Python files of `folder`, with `+changes` where tracked files differ from it.

    None where git is missing or the folder is not tracked (an installed package).
    """
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return head if not head or not changed else f"{head}+changes"


def versions() -> dict[str, str]:
    """Python's, statecode's and the versions of the packages that decide results, without importing them."""
    found = {"python": platform.python_version(), "statecode": __version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """One line: processor, usable cores, memory, accelerators."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [_processor(), f"{usable_cores()} cores", f"{memory_gib:.0f} GiB", platform.system()]
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        parts += [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return ", ".join(parts)


def _short(script: Path) -> str:
    """Seen from the current folder, else from the project's, else the name alone: no machine's own paths."""
    for folder in (Path.cwd(), Path(__file__).resolve().parent.parent):
        if script.resolve().is_relative_to(folder):
            return str(script.resolve().relative_to(folder))
    return script.name


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
