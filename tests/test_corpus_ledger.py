"""The ledger: one line per run, with the attempts before it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from corpus_samples import trace

from statecode.corpus.ledger import entry_of, read_ledger, write_ledger
from statecode.errors import CorpusError
from statecode.records import Status


def entry(status: Status = Status.OK, wall_s: float = 0.5):  # type: ignore[no-untyped-def]
    return entry_of(trace(status=status, program_id="ä\n"), wall_s=wall_s, cpu_s=0.1, max_rss_bytes=7, attempts=1)


def test_a_ledger_comes_back(tmp_path: Path) -> None:
    entries = [entry(), entry(Status.TIMEOUT).again(entry(Status.KILLED)).again(entry(wall_s=0.1234567))]
    write_ledger(tmp_path / "l", entries)
    assert read_ledger(tmp_path / "l") == entries
    plain, retried = map(json.loads, (tmp_path / "l").read_text().splitlines())
    assert plain == {
        "program_id": "ä\n", "problem_id": "q", "input_index": 0, "status": "ok", "events": 3, "wall_s": 0.5,
        "cpu_s": 0.1, "max_rss_bytes": 7, "attempts": 1,
    }
    assert (retried["status"], retried["wall_s"]) == ("ok", 0.123457)
    assert [attempt["status"] for attempt in retried["earlier"]] == ["timeout", "killed"]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"program_id": 1}', "null"])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "l").write_text(entry().line() + line + "\n")
    with pytest.raises(CorpusError, match="l:2: no ledger entry"):
        read_ledger(tmp_path / "l")


def test_a_missing_ledger_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        read_ledger(tmp_path / "l")
