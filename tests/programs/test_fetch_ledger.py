"""Test the ledger of a fetch after an interruption and after damage."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from statecode.errors import ProgramError
from statecode.programs.fetch_ledger import FetchEntry, FetchLedger, Outcome
from statecode.programs.urls import fetch
from tests.support.fetch_samples import FAST, ledger_of, links_file
from tests.support.misbehaving_server import MisbehavingServer


def test_a_partial_last_line_of_the_ledger_is_removed(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/ok/1"), server.url("/ok/2"))
    fetch(links, tmp_path / "out", FAST)
    ledger = tmp_path / "out" / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-20])
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 2}
    assert len(ledger_of(tmp_path / "out")) == 2
    assert sum(server.counts().values()) == 3


ENTRY = FetchEntry(
    url="http://h/", outcome="ok", http_status=200, bytes=2, attempts=1, elapsed_s=0.1, sha256="0" * 64, charset=None, error=None
)._asdict()


@pytest.mark.parametrize(
    "line",
    [
        '{"url": "x"}', "[1]", "{", "null", "\0", "\x1b]52;c;eA==\x07", '{"url": ' + "9" * 5000 + "}", "[" * 100_000,
        *(json.dumps({**ENTRY, **change}) for change in (
            {"url": None}, {"url": ["x"]}, {"outcome": "no_such"}, {"outcome": 5}, {"http_status": "200"}, {"bytes": 1.5},
            {"attempts": None}, {"elapsed_s": "1"}, {"sha256": 5}, {"charset": 5}, {"charset": ["utf-8"]}, {"error": {}},
            {"other": 1},
        )),
    ],
)
def test_a_damaged_ledger_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ledger.jsonl"
    text = json.dumps(ENTRY) + "\n" + line + "\n"
    path.write_text(text)
    with pytest.raises(ProgramError, match=r"ledger\.jsonl:2: ") as caught:
        FetchLedger(path)
    assert "\n" not in str(caught.value)
    assert path.read_text() == text


def test_all_entries_that_a_fetch_writes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    entries = [FetchEntry(**{**ENTRY, "url": outcome.value, "outcome": outcome.value}) for outcome in Outcome]
    entries.append(entries[0]._replace(url="huge", bytes=10**4000, http_status=-1, charset="a\0b", error="\ud800"))
    ledger = FetchLedger(path)
    for entry in entries:
        ledger.append(entry)
    ledger.close()
    ledger = FetchLedger(path)
    assert list(ledger.entries.values()) == entries
    ledger.close()


def test_a_long_partial_line_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    whole = (json.dumps(ENTRY) + "\n").encode()
    for partial in (b"{", b'{"url": "' + b"x" * 300_000, b'{"url": '):
        path.write_bytes(whole + partial)
        FetchLedger(path).close()
        assert path.read_bytes() == whole
    path.write_bytes(b'{"url"')
    FetchLedger(path).close()
    assert path.read_bytes() == b""


def test_a_file_that_no_fetch_wrote_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for data in (b"the accounts of a year", b'{"a": 1}', b"x" * 200_000):
        path.write_bytes(data)
        with pytest.raises(ProgramError, match=r"ledger\.jsonl:1: "):
            FetchLedger(path)
        assert path.read_bytes() == data


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    other, path = tmp_path / "other", tmp_path / "ledger.jsonl"
    other.write_text('{"url": ')
    path.symlink_to(other)
    with pytest.raises(ProgramError, match="is a link, and nothing is written through links. Choose another folder"):
        FetchLedger(path)
    path.unlink()
    path.hardlink_to(other)
    with pytest.raises(ProgramError, match="is a special file or a hard link. Choose another folder"):
        FetchLedger(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ProgramError, match="is a special file or a hard link. Choose another folder"):
        FetchLedger(path)
    assert other.read_text() == '{"url": '
