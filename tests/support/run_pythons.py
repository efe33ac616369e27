"""Run the tests that need no torch under every other supported Python that is found, each in its own environment.

    python -m tests.support.run_pythons              # make test-pythons: all versions except the one of .venv
    python -m tests.support.run_pythons 3.12 3.13    # only these versions
    python -m tests.support.run_pythons --long       # the whole forms of the sampled tests

Interpreters are searched on PATH and in the folder of pyenv. The golden texts and the comparison with unmodified snoop
are tested under each version. Slow tests that do not depend on the interpreter, such as those of interrupted builds, run
only in `make test`. The version of .venv runs all tests there; here it runs only if no other version is found, so that
the tests run once without torch.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.make_environments import ROOT, NoEnvironment, make, requirements

VERSIONS = ("3.10", "3.11", "3.12", "3.13")
QUICK = ["-n", "2", "--dist", "loadfile", "-m", "not torch and not one_python"]
REFERENCE = ["-m", "one_python", "tests/tracing/engines/snoop/test_recorder.py"]  # uses two processes itself
LONG = ["-n", "2", "-m", "long and not torch and not one_python"]
LONG_REFERENCE = ["-m", "long and one_python", "tests/tracing/engines/snoop/test_recorder.py"]
CURRENT = f"{sys.version_info[0]}.{sys.version_info[1]}"  # `make test` and `make test-long` run REFERENCE under this version


def find(version: str) -> str | None:
    """Return an interpreter of this version that can create environments, or None.

    The newest one of pyenv is preferred, then one on PATH, then this interpreter.
    """
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(root.glob(f"versions/{version}.*/bin/python"), key=_numbers, reverse=True)
    for candidate in [*map(str, installed), shutil.which(f"python{version}"), sys.executable]:
        if candidate and _version_of(candidate) == version:
            return candidate
    return None


def _numbers(python: Path) -> list[int]:
    """Return the version as a sort key, with which 3.12.10 comes after 3.12.9."""
    return [int(number) for number in re.findall(r"\d+", python.parent.parent.name)]


def _version_of(python: str) -> str | None:
    script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def run_tests(version: str, interpreter: str, long: bool) -> bool:
    """Run the tests, or their whole forms, under one interpreter, in its own environment; return True if all passed."""
    constraints = ["-c", str(ROOT / "constraints.txt")]
    python = make(f"python{version}", interpreter, [*constraints, *requirements("test")])
    print(f"\n== Python {version}: {interpreter}", flush=True)
    # else a fork server may compile a module and the next one not: programs that print an address show the difference
    subprocess.run([str(python), "-m", "compileall", "-q", "-x", "/programs/embedded/", "statecode"], cwd=ROOT)
    selections = [LONG, LONG_REFERENCE] if long else [QUICK, REFERENCE]
    if version == CURRENT:
        del selections[1:]
    results = [subprocess.run([str(python), "-m", "pytest", "-q", *selection], cwd=ROOT) for selection in selections]
    return all(result.returncode == 0 for result in results)


def interpreters(versions: list[str]) -> dict[str, str | None]:
    """Return the interpreter of each version, None if it is not found; without versions, those to test by default."""
    found = {version: find(version) for version in versions or VERSIONS}
    if not versions and any(found[version] for version in found if version != CURRENT):
        found.pop(CURRENT, None)
    return found


def main() -> int:
    """Run the tests under the other versions; return 1 if a version failed or none was found, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help=f"such as 3.12 (default: all except {CURRENT})")
    parser.add_argument("--long", action="store_true", help="run only the whole forms of the sampled tests")
    args = parser.parse_args()
    outcomes = {}
    for version, interpreter in interpreters(args.versions).items():
        if interpreter is None:
            outcomes[version] = "not found on this machine"
            continue
        try:
            outcomes[version] = "passed" if run_tests(version, interpreter, args.long) else "FAILED"
        except NoEnvironment as reason:
            outcomes[version] = f"FAILED: {reason}"
    print("\n" + "\n".join(f"Python {version}: {outcome}" for version, outcome in outcomes.items()))
    ran = [outcome for outcome in outcomes.values() if not outcome.startswith("not found")]
    return 0 if ran and all(outcome == "passed" for outcome in ran) else 1


if __name__ == "__main__":
    sys.exit(main())
