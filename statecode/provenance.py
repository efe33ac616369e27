"""The provenance of a result: command, commit, versions, seed and machine. Uses only the standard library."""

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
    """The facts needed to repeat a run and to explain a different result."""

    command: str              # the command line, quoted for a shell
    commit: str | None        # of the code; ends in +changes if tracked files differ; None outside a repository
    seed: int | None
    versions: dict[str, str]  # installed package → version
    machine: str              # processor, cores, memory, system, and GPUs if torch is loaded
    started_at: str           # UTC, ISO 8601, to the second

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a dict for JSON."""
        return asdict(self)


def provenance(seed: int | None = None) -> Provenance:
    """Return the provenance of the running process. Call it once, at the start of a run."""
    return Provenance(
        command=command(),
        commit=commit(),
        seed=seed,
        versions=versions(),
        machine=machine(),
        started_at=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    )


def command() -> str:
    """Return the command line of this process, quoted for a shell, without environment variables and launcher."""
    script = Path(sys.argv[0])
    if script.suffix != ".py":
        return shlex.join([script.name, *sys.argv[1:]])
    return shlex.join(["python", _relative_path(script), *sys.argv[1:]])


def commit(folder: Path = Path(__file__).parent) -> str | None:
    """Return the commit of the repository in which `folder` is tracked.

    Returns:
        12 hex digits, followed by `+changes` if tracked files have uncommitted changes; None if git is missing or the
        folder is not tracked, as in an installed package.
    """
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return head if not head or not changed else f"{head}+changes"


def versions() -> dict[str, str]:
    """Return the versions of Python, statecode and the installed packages of `PACKAGES`, without importing them."""
    found = {"python": platform.python_version(), "statecode": __version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """Return one line with processor, usable cores, memory, system, and GPUs if torch has been imported."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [_processor(), f"{usable_cores()} cores", f"{memory_gib:.0f} GiB", platform.system()]
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        parts += [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return ", ".join(parts)


def _relative_path(script: Path) -> str:
    """Return the path relative to the current or to the project folder, else only the name; never an absolute path."""
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
    """Return the output of a git command in `folder`, or None if it fails or git is missing."""
    try:
        completed = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return completed.stdout.strip() if completed.returncode == 0 else None
