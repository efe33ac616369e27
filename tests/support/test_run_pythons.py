"""Test the choice of interpreters in tests/support/run_pythons.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import run_pythons


def test_find_returns_the_newest_version_that_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version, exit_code in (("3.12.9", 0), ("3.12.10", 0), ("3.12.11", 1)):
        python = tmp_path / "versions" / version / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f"#!/bin/sh\necho 3.12\nexit {exit_code}\n")
        python.chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert run_pythons.find("3.12") == str(tmp_path / "versions" / "3.12.10" / "bin" / "python")


@pytest.mark.parametrize(("installed", "asked", "expected"), [
    (run_pythons.VERSIONS, [], set(run_pythons.VERSIONS) - {run_pythons.CURRENT}),
    ((run_pythons.CURRENT,), [], set(run_pythons.VERSIONS)),
    (run_pythons.VERSIONS, [run_pythons.CURRENT], {run_pythons.CURRENT}),
], ids=["others", "no other", "on request"])
def test_the_version_of_make_test_runs_only_if_no_other_is_found_or_on_request(installed, asked, expected, monkeypatch) -> None:
    monkeypatch.setattr(run_pythons, "find", lambda version: "python" if version in installed else None)
    assert set(run_pythons.interpreters(asked)) == expected
