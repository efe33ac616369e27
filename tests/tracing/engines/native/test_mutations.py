"""Test that `statecode verify-engines` detects each mutation of the native engine's source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.engine_mutations import MUTATIONS, PROGRAMS, Mutation
from tests.support.paths import ROOT

SOURCE = Path("statecode", "tracing", "engines", "native")
pytestmark = pytest.mark.one_python


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """Copy the package, so that engines can be built in the copy, and write the programs to compare."""
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
    """Build the engine of the copy and compare it with snoop.

    Returns:
        The exit code of `verify-engines`, and the content of its --out file.
    """
    shutil.rmtree(tree / "build", ignore_errors=True)
    built = run(tree, "setup.py", "--quiet", "build_ext", "--inplace")
    assert built.returncode == 0, built.stderr
    found = tree / "found.json"
    compared = run(tree, "-m", "statecode", "verify-engines", "--programs", "programs/", "--engines", "native", "snoop",
                   "--events", "500", "--wall-s", "20", "--quiet", "--out", str(found))
    assert not compared.stderr, compared.stderr
    return compared.returncode, json.loads(found.read_text(encoding="utf-8"))


def test_the_unchanged_engine_equals_snoop(tree) -> None:
    code, found = compare(tree)
    assert (code, found["not_equal"], found["runs"]["equal"]) == (0, [], len(PROGRAMS))


@pytest.mark.parametrize("name", [name for name, mutation in MUTATIONS.items() if sys.version_info < mutation.no_effect_from])
def test_each_mutation_is_detected(tree, name) -> None:
    apply_mutation(tree, MUTATIONS[name])
    try:
        code, found = compare(tree)
    finally:
        shutil.copy(ROOT / SOURCE / MUTATIONS[name].file, tree / SOURCE)
    assert code == 1, f"not detected: {name}"
    assert found["runs"]["different"] >= 1


def apply_mutation(tree: Path, mutation: Mutation) -> None:
    path = tree / SOURCE / mutation.file
    source = path.read_text(encoding="utf-8")
    assert source.count(mutation.old) == 1, f"{mutation.file} has changed: {mutation.old}"
    path.write_text(source.replace(mutation.old, mutation.new), encoding="utf-8")
