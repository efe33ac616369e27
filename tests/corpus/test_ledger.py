"""Test the ledger: one line per run, which contains the earlier attempts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statecode.corpus.ledger import entry_of, read_isolation, read_ledger, write_ledger
from statecode.errors import CorpusError
from statecode.records import Status
from statecode.tracing.wire.event_columns import RecordedRun
from tests.support.corpus_samples import trace


def entry(status: Status = Status.OK, wall_s: float = 0.5):  # type: ignore[no-untyped-def]
    return entry_of(RecordedRun.of(trace(status=status, program_id="ä\n")), wall_s=wall_s, cpu_s=0.1, max_rss_bytes=7, attempts=1)


def test_a_ledger_round_trip(tmp_path: Path) -> None:
    entries = [entry(), entry(Status.TIMEOUT).with_retry(entry(Status.KILLED)).with_retry(entry(wall_s=0.1234567))]
    write_ledger(tmp_path / "l", entries)
    assert read_ledger(tmp_path / "l") == entries
    first, plain, retried = map(json.loads, (tmp_path / "l").read_text().splitlines())
    assert first == {"isolation": []}
    assert plain == {
        "program_id": "ä\n", "problem_id": "q", "input_index": 0, "status": "ok", "events": 3, "wall_s": 0.5,
        "cpu_s": 0.1, "max_rss_bytes": 7, "attempts": 1,
    }
    assert (retried["status"], retried["wall_s"]) == ("ok", 0.123457)
    assert [attempt["status"] for attempt in retried["earlier"]] == ["timeout", "killed"]


def test_the_first_line_contains_the_isolations(tmp_path: Path) -> None:
    states = [{"mode": "full", "layers": {"seccomp": "active: x"}}, {"mode": "trusted", "layers": {}}]
    write_ledger(tmp_path / "l", [entry()], states)
    assert read_isolation(tmp_path / "l") == states
    assert read_ledger(tmp_path / "l") == [entry()]


def test_a_ledger_of_schema_version_1_has_no_isolations(tmp_path: Path) -> None:
    (tmp_path / "l").write_text(entry().line() * 2)
    assert read_ledger(tmp_path / "l") == [entry()] * 2
    assert read_isolation(tmp_path / "l") == []


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"isolation": 1}', '{"program_id": 1}', "null"])
def test_the_error_names_a_damaged_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "l").write_text(entry().line() + line + "\n")
    with pytest.raises(CorpusError, match="l:2: no ledger entry"):
        read_ledger(tmp_path / "l")
    (tmp_path / "l").write_text(line + "\n")
    with pytest.raises(CorpusError, match="l:1: no ledger entry"):
        read_ledger(tmp_path / "l")


def test_a_missing_ledger_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        read_ledger(tmp_path / "l")
