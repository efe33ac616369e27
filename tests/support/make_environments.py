"""Make the environments that test other versions of `datasets`: one per line below, beside .venv, reused when complete.

    python tests/support/make_environments.py            # make datasets-envs
    python tests/support/make_environments.py 4.8        # this one alone

Each holds `datasets` at that version, statecode itself (editable) and the packages that statecode needs; no torch.
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

OTHER_DATASETS = ("3.6", "4.8")  # the oldest that is supported; the last before 5. The newest is in .venv


class NoEnvironment(Exception):
    """An environment could not be made; the message is the reason in one line."""


def environment(datasets_version: str) -> Path:
    """Give the interpreter of the environment for `datasets` at this version, made now if need be.

    Raises:
        NoEnvironment: pip could not install it, for want of a network perhaps.
    """
    return make(f"datasets{datasets_version}", sys.executable, [f"datasets=={datasets_version}.*", *requirements()])


def make(name: str, base: str, wanted: list[str]) -> Path:
    """Give the interpreter of `.venv-NAME`: from the interpreter `base`, with the packages `wanted` and statecode.

    The native engine is built for it each time, which takes no time where its source is the same.

    Raises:
        NoEnvironment: pip could not install them, or the native engine could not be built.
    """
    wanted = [*wanted, "setuptools"]  # which builds the engine; from 3.12 on no environment has it by itself
    folder = ROOT / f".venv-{name}"
    python = folder / "bin" / "python"
    stamp = folder / "complete"
    key = hashlib.sha256("\n".join([os.path.realpath(base), str(ROOT), *wanted]).encode()).hexdigest()
    if not (stamp.is_file() and stamp.read_text() == key and python.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        _run(base, "-m", "venv", str(folder))
        _pip(python, *wanted)
        # compat: a plain path. The default finder loses against a folder `statecode/` in the working directory
        _pip(python, "--no-deps", "--config-settings=editable_mode=compat", "--editable", str(ROOT))
        stamp.write_text(key)
    _build_engine(python)
    return python


def _build_engine(python: Path) -> None:
    """Build the native engine in place, beside those of other interpreters; here a failure is none of the usual ones
    that leave recording to snoop."""
    command = [str(python), "setup.py", "--quiet", "build_ext", "--inplace"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "STATECODE_NATIVE": "required"}, capture_output=True, text=True
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if re.search(r"\berror\b", line, re.IGNORECASE)]
        raise NoEnvironment(f"the native engine cannot be built: {(errors or ['failed without a word'])[0]}")


def requirements(extra: str | None = None) -> list[str]:
    """The packages that setup.cfg asks for: those of statecode itself and those of an extra."""
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
        raise NoEnvironment(f"{' '.join(command[:4])}: {(errors or ['failed without a word'])[-1]}")


def main() -> None:
    """Make the environments named on the command line, or all."""
    for version in sys.argv[1:] or OTHER_DATASETS:
        try:
            print(f"datasets {version}: {environment(version)}", flush=True)
        except NoEnvironment as reason:
            sys.exit(f"error: datasets {version}: {reason}")


if __name__ == "__main__":
    main()
