"""Test the provenance that is saved with every result."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import statecode
from statecode import provenance
from tests.support.paths import ROOT


def test_the_command_is_quoted_for_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", [str(ROOT / "tests" / "conftest.py"), "--name", "two words"])
    assert provenance.command() == "python tests/conftest.py --name 'two words'"
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/statecode", "stats", "x"])
    assert provenance.command() == "statecode stats x"


def test_the_commit_is_the_head_of_the_repository(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        settings = ["-c", "user.name=a", "-c", "user.email=a@b"]
        command = ["git", "-C", str(tmp_path), *settings, *arguments]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()

    package = tmp_path / "package"
    package.mkdir()
    assert provenance.commit(package) is None
    git("init")
    (package / "__init__.py").write_text("")
    assert provenance.commit(package) is None  # in a repository, but not tracked
    git("add", ".")
    git("commit", "-m", "first")
    head = git("rev-parse", "HEAD")
    assert len(head) == 40 and provenance.commit(package) == head[:12]
    (package / "__init__.py").write_text("changed = True")
    assert provenance.commit(package) == f"{head[:12]}+changes"


def test_provenance_contains_versions_seed_and_machine() -> None:
    record = provenance.provenance(seed=5).as_dict()
    assert record["seed"] == 5 and record["versions"]["statecode"] == statecode.__version__
    assert record["versions"]["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert "cores" in record["machine"] and record["started_at"].endswith("+00:00")
