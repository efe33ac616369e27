"""Test the manifest: the counts of a corpus, and a damaged file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import statecode
from statecode.cli import main
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import Manifest
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


@pytest.mark.parametrize("value", ["x", None, 1.5])
def test_a_hostile_number_of_mutants_is_refused(value: object, corpus: Path, tmp_path: Path) -> None:
    fields = json.loads((corpus / "manifest.json").read_text())
    fields["plan"]["dropped_mutants"] = value
    (tmp_path / "manifest.json").write_text(json.dumps(fields))
    with pytest.raises(CorpusError, match="manifest.json: not what .* writes"):
        Manifest.read(CorpusFolder(tmp_path))


def test_a_corpus_of_other_code_is_read_but_not_continued(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "p.py").write_text("x = 1\n")
    command = ["build", "--programs", str(tmp_path / "programs"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main(command) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    ours = manifest["settings"].pop("code_hash")
    for name in ("fidelity", "repr_limit", "verify_determinism"):  # an older statecode did not have these settings
        del manifest["settings"][name]
    capsys.readouterr()
    for finished in (True, False):
        changed = {**manifest, "finished": finished, "settings": {**manifest["settings"], "code_hash": "0"}}
        (tmp_path / "out" / "manifest.json").write_text(json.dumps(changed))
        assert main(command) == 2
        assert capsys.readouterr().err == (
            f"error: {tmp_path / 'out'} holds another corpus (its code hash is 0, yours {ours}); choose another --out\n"
        )
        if finished:
            assert [trace.fidelity for trace in statecode.read(tmp_path / "out")] == ["snoop"]
