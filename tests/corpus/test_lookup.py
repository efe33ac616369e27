"""Test that a row is found by its number, or by its program and input."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.lookup import find_row
from statecode.corpus.reader import read
from statecode.errors import CorpusError
from tests.support.corpus_samples import two_splits


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_splits(tmp_path_factory.mktemp("read") / "corpus")


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
