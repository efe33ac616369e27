"""Create virtual environments in the project root, for tests with other versions of `datasets`. Reuse complete ones.

    python -m tests.support.make_environments            # make datasets-envs
    python -m tests.support.make_environments 4.8        # only this version

Each contains one version of `datasets`, statecode (editable) and the packages that statecode requires, but not torch.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

from tests.support.paths import ROOT

OTHER_DATASETS = ("3.6", "4.8")  # the oldest supported version, and the last before 5. .venv has the newest


class NoEnvironment(Exception):
    """Raised when an environment cannot be created. The message is the reason, in one line."""


def environment(datasets_version: str) -> Path:
    """Return the interpreter of the environment for this version of `datasets`; create the environment if needed.

    Raises:
        NoEnvironment: pip could not install the packages, for example because there is no network.
    """
    return make(f"datasets{datasets_version}", sys.executable, [f"datasets=={datasets_version}.*", *requirements()])


def make(name: str, base: str, wanted: list[str]) -> Path:
    """Return the interpreter of the environment `.venv-NAME`; create the environment if it is missing or different.

    The native engine is built on each call, which is fast if its source has not changed.

    Args:
        base: path of the interpreter from which the environment is created.
        wanted: arguments of `pip install`: the packages besides statecode.

    Raises:
        NoEnvironment: pip could not install the packages, or the native engine could not be built.
    """
    wanted = [*wanted, "setuptools"]  # setuptools builds the engine; new environments of Python 3.12 and later lack it
    folder = ROOT / f".venv-{name}"
    python = folder / "bin" / "python"
    stamp = folder / "complete"
    key = hashlib.sha256("\n".join([os.path.realpath(base), str(ROOT), *wanted]).encode()).hexdigest()
    if not (stamp.is_file() and stamp.read_text() == key and python.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        _run(base, "-m", "venv", str(folder))
        _pip(python, *wanted)
        # compat adds ROOT to sys.path; by default a folder `statecode/` in the working directory would be imported
        _pip(python, "--no-deps", "--config-settings=editable_mode=compat", "--editable", str(ROOT))
        stamp.write_text(key)
    _build_engine(python)
    return python


def _build_engine(python: Path) -> None:
    """Build the native engine in the source folder, which can contain builds for several interpreters.

    Raises:
        NoEnvironment: the build failed. Unlike an installation, it does not fall back to the engine snoop.
    """
    command = [str(python), "setup.py", "--quiet", "build_ext", "--inplace"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "STATECODE_NATIVE": "required"}, capture_output=True, text=True
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if re.search(r"\berror\b", line, re.IGNORECASE)]
        raise NoEnvironment(f"the native engine cannot be built: {(errors or ['no error message'])[0]}")


def requirements(extra: str | None = None) -> list[str]:
    """Return the requirements of statecode in setup.cfg; if `extra` is not None, also those of this extra."""
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["install_requires"].splitlines()
    if extra is not None:
        lines += config["options.extras_require"][extra].splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _pip(python: Path, *arguments: str) -> None:
    _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if re.match("error", line, re.IGNORECASE)]
        raise NoEnvironment(f"{' '.join(command[:4])}: {(errors or ['no error message'])[-1]}")


def main() -> None:
    """Create an environment for each version on the command line, or without any for each of `OTHER_DATASETS`."""
    for version in sys.argv[1:] or OTHER_DATASETS:
        try:
            print(f"datasets {version}: {environment(version)}", flush=True)
        except NoEnvironment as reason:
            sys.exit(f"error: datasets {version}: {reason}")


if __name__ == "__main__":
    main()
