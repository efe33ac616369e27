"""Make the environments that test other versions of `datasets`: one per line below, beside .venv, reused when complete.

    python tests/make_environments.py            # make datasets-envs
    python tests/make_environments.py 4.8        # this one alone

Each holds `datasets` at that version, statecode itself (editable) and the packages that statecode needs; no torch.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import venv
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OTHER_DATASETS = ("3.6", "4.8")  # the oldest that is supported; the last before 5. The newest is in .venv


class NoEnvironment(Exception):
    """An environment could not be made; the message is the reason in one line."""


def environment(datasets_version: str) -> Path:
    """Give the interpreter of the environment for `datasets` at this version, made now if need be.

    Raises:
        NoEnvironment: pip could not install it, for want of a network perhaps.
    """
    folder = ROOT / f".venv-datasets{datasets_version}"
    python = folder / "bin" / "python"
    stamp = folder / "complete"
    wanted = requirements(datasets_version)
    key = hashlib.sha256("\n".join([sys.version, str(ROOT), *wanted]).encode()).hexdigest()
    if not (stamp.is_file() and stamp.read_text() == key and python.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True, symlinks=True)
        _pip(python, *wanted)
        # compat: a plain path. The default finder loses against a folder `statecode/` in the working directory
        _pip(python, "--no-deps", "--config-settings=editable_mode=compat", "--editable", str(ROOT))
        stamp.write_text(key)
    return python


def requirements(datasets_version: str) -> list[str]:
    """What goes into the environment beside statecode: its own requirements, as setup.cfg has them, and `datasets`."""
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["install_requires"].splitlines()
    return [f"datasets=={datasets_version}.*", *(line for line in lines if line and not line.startswith("#"))]


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if re.match("error", line, re.IGNORECASE)]
        raise NoEnvironment(f"pip install {arguments[0]}: {(errors or ['failed without a word'])[-1]}")


def main() -> None:
    """Make the environments named on the command line, or all."""
    for version in sys.argv[1:] or OTHER_DATASETS:
        try:
            print(f"datasets {version}: {environment(version)}", flush=True)
        except NoEnvironment as reason:
            sys.exit(f"error: datasets {version}: {reason}")


if __name__ == "__main__":
    main()
