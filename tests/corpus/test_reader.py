"""Test the reader of a corpus: splits, unfinished corpora, and folders that are not corpora."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import statecode
from statecode.corpus.reader import UnfinishedCorpus, read
from statecode.errors import ConfigError, CorpusError
from statecode.records import SCHEMA_VERSION
from tests.support.corpus_samples import two_splits


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_splits(tmp_path_factory.mktemp("read") / "corpus")


@pytest.fixture
def manifest(corpus: Path):  # type: ignore[no-untyped-def]
    """Yield the manifest as a dict, and a function that writes another one; restore the file at the end."""
    path = corpus / "manifest.json"
    text = path.read_text()
    yield json.loads(text), lambda changed: path.write_text(json.dumps(changed))
    path.write_text(text)


def test_all_splits_or_one(corpus: Path) -> None:
    ids = [trace.program_id for trace in statecode.read(corpus)]
    parts = [[trace.program_id for trace in statecode.read(str(corpus), split)] for split in ("train", "validation")]
    assert ids == parts[0] + parts[1] and len(ids) == 36


@pytest.mark.parametrize(
    ("split", "error", "message"),
    [
        ("test", CorpusError, "no test split .it has train, validation."),
        ("dev", ConfigError, "unknown split 'dev'; known: train, validation, test"),
    ],
)
def test_a_missing_split_is_an_error(corpus: Path, split: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read(corpus, split)  # at the call, not at the first trace


def test_an_unfinished_corpus_is_read_with_a_warning(corpus: Path, manifest) -> None:  # type: ignore[no-untyped-def]
    fields, write = manifest
    write({**fields, "finished": False, "counts": {}})
    with pytest.warns(UnfinishedCorpus, match="not finished; 5 of its shards are read"):
        assert sum(1 for _ in read(corpus)) == 36


def test_a_newer_schema_is_refused(corpus: Path, manifest) -> None:  # type: ignore[no-untyped-def]
    fields, write = manifest
    write({**fields, "settings": {**fields["settings"], "schema_version": 99}})
    with pytest.raises(CorpusError, match=f"has schema version 99, this statecode reads up to {SCHEMA_VERSION}; update statecode"):
        read(corpus)


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="absent: no such folder; make a corpus with `statecode build"):
        read(tmp_path / "absent")
    (tmp_path / "prog.py").write_text("")
    with pytest.raises(CorpusError, match="prog.py: is a file, not a corpus; pass the folder that `statecode build --out` wrote"):
        read(tmp_path / "prog.py")
    (tmp_path / "prog.py").unlink()
    with pytest.raises(CorpusError, match="no corpus: it has no manifest.json"):
        read(tmp_path)
    for text in ("{", "[]", "{}", '{"settings": 1}'):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(CorpusError, match="manifest.json: not what `statecode build` writes"):
            read(tmp_path)
