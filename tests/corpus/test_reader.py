"""Read a corpus: splits, unfinished corpora, damaged files, and folders that are not corpora."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import statecode
from statecode.corpus.build import build
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.lookup import find_row
from statecode.corpus.reader import UnfinishedCorpus, read
from statecode.corpus.shards import GROUP_EVENTS, ShardWriter, read_row, read_shard
from statecode.errors import ConfigError, CorpusError
from tests.support.corpus_samples import programs, trace


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("read") / "corpus"
    build(programs(6), out, workers=1, runs_per_shard=8, split="60,40,0", progress=False)
    return out


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


@pytest.mark.parametrize(
    ("text", "reason"), [('{\n"a": }', "line 2: Expecting value"), ("{}", "it has no settings"), ("[]", "have other types")]
)
def test_the_error_for_a_damaged_manifest_contains_a_fix_hint(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(CorpusError, match=f"manifest.json: not what .* writes .*{reason}.; restore the file, or build"):
        next(statecode.read(tmp_path))


def test_a_newer_schema_is_refused(corpus: Path, manifest) -> None:  # type: ignore[no-untyped-def]
    fields, write = manifest
    write({**fields, "settings": {**fields["settings"], "schema_version": 99}})
    with pytest.raises(CorpusError, match="has schema version 99, this statecode reads up to 3; update statecode"):
        read(corpus)


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="absent: no such folder; make a corpus with `statecode build"):
        read(tmp_path / "absent")
    with pytest.raises(CorpusError, match="no corpus: it has no manifest.json"):
        read(tmp_path)
    for text in ("{", "[]", "{}", '{"settings": 1}'):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(CorpusError, match="manifest.json: not what `statecode build` writes"):
            read(tmp_path)


def test_the_error_names_a_damaged_shard(tmp_path: Path) -> None:
    path = tmp_path / "train-00000.parquet"
    path.write_bytes(b"PAR1 not at all")
    with pytest.raises(CorpusError, match="train-00000.parquet: not a readable shard .*; delete it and build again"):
        next(read_shard(path))


def test_large_traces_are_written_and_read_in_groups(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    some = [trace(GROUP_EVENTS // 4, input_index=number) for number in range(6)]
    with ShardWriter(tmp_path / "s") as writer:
        for one in some:
            writer.add(one)
    assert [pq.ParquetFile(tmp_path / "s").metadata.row_group(index).num_rows for index in range(2)] == [4, 2]
    assert [one.input_index for one in read_shard(tmp_path / "s")] == list(range(6))
    assert read_row(tmp_path / "s", 5) == some[5] and read_row(tmp_path / "s", 5).input_index == 5


def test_rows_are_found_by_number_and_by_id(corpus: Path) -> None:
    folder = CorpusFolder(corpus)
    for split in ("train", "validation"):
        for number, expected in enumerate(read(corpus, split)):
            found = find_row(folder, str(number), split)
            name = f"{expected.program_id}#{expected.input_index}"
            assert f"{found.trace.program_id}#{found.trace.input_index}" == name
            by_id = find_row(folder, name)
            assert (by_id.split, by_id.number, by_id.trace) == (split, number, expected)
            assert by_id.entry.last.status == expected.status.value and by_id.entry.program_id == expected.program_id


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("99", "no row 99 in train, which has rows 0 to"),
        ("p0/sum", "neither a row's number nor PROGRAM_ID#INPUT_INDEX, such as p0"),
        ("p00/sun#0", "no program p00/sun; close: p00/sum"),
        ("p00/sum#5", "program p00/sum has no input 5, only 0 to 1"),
    ],
)
def test_missing_rows_are_errors(corpus: Path, row: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        find_row(CorpusFolder(corpus), row)
