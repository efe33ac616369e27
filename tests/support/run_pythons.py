"""Run the tests that need no torch under every supported Python that is found, each in an environment of its own.

    python tests/support/run_pythons.py              # make test-pythons
    python tests/support/run_pythons.py 3.12 3.13    # these alone

Interpreters are looked for on PATH and among pyenv's. The golden texts and the comparison with unmodified snoop run under
each; what takes long and does not depend on the interpreter (corpora that are killed and resumed) runs in `make test` alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.make_environments import ROOT, NoEnvironment, make, requirements

VERSIONS = ("3.10", "3.11", "3.12", "3.13")
QUICK = ["-n", "2", "--dist", "loadfile", "-m", "not torch and not slow"]
REFERENCE = ["-m", "slow", "tests/tracing/engines/snoop/test_recorder.py"]


def find(version: str) -> str | None:
    """Give an interpreter of this version, the newest of pyenv's before others, if there is one that starts."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(root.glob(f"versions/{version}.*/bin/python"), key=_numbers, reverse=True)
    for candidate in [*map(str, installed), shutil.which(f"python{version}"), sys.executable]:
        if candidate and _version_of(candidate) == version:
            return candidate
    return None


def _numbers(python: Path) -> list[int]:
    """3.12.10 comes after 3.12.9."""
    return [int(number) for number in re.findall(r"\d+", python.parent.parent.name)]


def _version_of(python: str) -> str | None:
    script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def run_tests(version: str, interpreter: str) -> bool:
    """Run the selections under one interpreter; tells whether all passed."""
    constraints = ["-c", str(ROOT / "constraints.txt")]
    python = make(f"python{version}", interpreter, [*constraints, *requirements("test")])
    print(f"\n== Python {version}: {interpreter}", flush=True)
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"  # `make test` compares with the reference under this one
    selections = [QUICK] if version == ours else [QUICK, REFERENCE]
    results = [subprocess.run([str(python), "-m", "pytest", "-q", *selection], cwd=ROOT) for selection in selections]
    return all(result.returncode == 0 for result in results)


def main() -> int:
    """Run all versions that are found; the exit code is 1 if one failed or none was found."""
    outcomes = {}
    for version in sys.argv[1:] or VERSIONS:
        interpreter = find(version)
        if interpreter is None:
            outcomes[version] = "not found on this machine"
            continue
        try:
            outcomes[version] = "passed" if run_tests(version, interpreter) else "FAILED"
        except NoEnvironment as reason:
            outcomes[version] = f"FAILED: {reason}"
    print("\n" + "\n".join(f"Python {version}: {outcome}" for version, outcome in outcomes.items()))
    ran = [outcome for outcome in outcomes.values() if not outcome.startswith("not found")]
    return 0 if ran and all(outcome == "passed" for outcome in ran) else 1


if __name__ == "__main__":
    sys.exit(main())
