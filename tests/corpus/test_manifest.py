"""Test the manifest: the counts of a corpus, and a damaged file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import statecode
from statecode.errors import CorpusError
from tests.support.corpus_samples import data_bytes


def test_the_manifest_counts_the_corpus(corpus: Path) -> None:
    manifest = json.loads((corpus / "manifest.json").read_text())
    events = sum(len(trace.events) for trace in statecode.read(corpus))
    assert manifest["finished"] is True
    assert manifest["counts"]["statuses"] == {"exception": 12, "ok": 60}
    assert (manifest["counts"]["programs"], manifest["counts"]["events"]) == (36, events)
    assert sum(manifest["counts"]["runs"].values()) == sum(manifest["plan"]["runs"].values()) == 72
    assert manifest["counts"]["data_bytes"] == sum(map(len, data_bytes(corpus).values()))
    assert manifest["settings"]["wall_s"] == 10.0 and manifest["settings"]["split"] == "80,10,10"


@pytest.mark.parametrize(
    ("text", "reason"), [('{\n"a": }', "line 2: Expecting value"), ("{}", "it has no settings"), ("[]", "have other types")]
)
def test_the_error_for_a_damaged_manifest_contains_a_fix_hint(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(CorpusError, match=f"manifest.json: not what .* writes .*{reason}.; restore the file, or build"):
        next(statecode.read(tmp_path))
