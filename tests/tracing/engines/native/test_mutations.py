"""The comparison of engines has teeth: each fault that is put into the native engine's source is noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.engine_mutations import FAULTS, PROGRAMS, Fault
from tests.support.paths import ROOT

SOURCE = Path("statecode", "tracing", "engines", "native")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the package that engines can be built in, and the programs to compare."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tree)
    shutil.copytree(ROOT / "statecode", tree / "statecode", ignore=shutil.ignore_patterns("*.so", "data", "__pycache__"))
    for name, source in PROGRAMS.items():
        folder = tree / "programs" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    os.chmod(tree, 0o755)
    return tree


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "STATECODE_NATIVE": "required"}
    return subprocess.run([sys.executable, *command], cwd=tree, env=environment, capture_output=True, text=True)


def compare(tree: Path) -> tuple[int, dict]:
    """Build the engine of the copy and compare it with snoop; gives the exit code and what was found."""
    shutil.rmtree(tree / "build", ignore_errors=True)
    built = run(tree, "setup.py", "--quiet", "build_ext", "--inplace")
    assert built.returncode == 0, built.stderr
    found = tree / "found.json"
    compared = run(tree, "-m", "statecode", "verify-engines", "--programs", "programs/", "--engines", "native", "snoop",
                   "--events", "500", "--wall-s", "20", "--quiet", "--out", str(found))
    assert not compared.stderr, compared.stderr
    return compared.returncode, json.loads(found.read_text(encoding="utf-8"))


def test_without_a_fault_nothing_differs(tree) -> None:
    code, found = compare(tree)
    assert (code, found["not_equal"], found["runs"]["equal"]) == (0, [], len(PROGRAMS))


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if sys.version_info < fault.before])
def test_a_fault_is_noticed(tree, name) -> None:
    with_fault(tree, FAULTS[name])
    try:
        code, found = compare(tree)
    finally:
        shutil.copy(ROOT / SOURCE / FAULTS[name].file, tree / SOURCE)
    assert code == 1, f"nobody noticed: {name}"
    assert found["runs"]["different"] >= 1


def with_fault(tree: Path, fault: Fault) -> None:
    path = tree / SOURCE / fault.file
    source = path.read_text(encoding="utf-8")
    assert source.count(fault.old) == 1, f"{fault.file} has changed: {fault.old}"
    path.write_text(source.replace(fault.old, fault.new), encoding="utf-8")
