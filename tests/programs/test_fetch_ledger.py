"""Test the ledger of a fetch after an interruption and after damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.errors import ProgramError
from statecode.programs.fetch_ledger import FetchLedger
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


def test_a_damaged_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for line in ('{"url": "x"}', "[1]", "{"):
        path.write_text(line + "\n")
        with pytest.raises(ProgramError, match=r"ledger\.jsonl:1: "):
            FetchLedger(path)
