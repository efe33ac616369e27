"""Test the list of slow tests: the tests that a report adds, and that all listed tests exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import slow_tests
from tests.support.paths import ROOT

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a.test_b" name="test_many[1-x]" time="0.6"/>
<testcase classname="tests.a.test_b" name="test_many[2-y]" time="0.6"/>
<testcase classname="tests.a.test_b" name="test_one" time="1.5"><failure message="no"/></testcase>
<testcase classname="tests.test_c" name="test_fast" time="0.5"/>
</testsuite></testsuites>"""


def test_cases_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(slow_tests, "ROOT", tmp_path)
    monkeypatch.setattr(slow_tests, "LIST", tmp_path / "slow.txt")
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert slow_tests.main([str(report)]) == 0
    assert slow_tests.listed() == ["tests/a/test_b.py::test_many", "tests/a/test_b.py::test_one"]
    assert capsys.readouterr().out == "slow.txt: 2 tests; the others of the report take 0 s\n"


def test_add_keeps_the_listed_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_tests, "ROOT", tmp_path)
    monkeypatch.setattr(slow_tests, "LIST", tmp_path / "slow.txt")
    (tmp_path / "slow.txt").write_text("tests/test_old.py::test_old\n")
    (tmp_path / "report.xml").write_text(REPORT)
    slow_tests.main(["--add", str(tmp_path / "report.xml")])
    assert slow_tests.listed()[-1] == "tests/test_old.py::test_old" and len(slow_tests.listed()) == 3
    slow_tests.main([str(tmp_path / "report.xml")])
    assert len(slow_tests.listed()) == 2


def test_the_listed_tests_exist() -> None:
    for name in slow_tests.listed():
        path, _, function = name.rpartition("::")
        assert f"def {function}(" in (ROOT / path.partition("::")[0]).read_text(encoding="utf-8"), f"{name}: run `make slow-tests`"
