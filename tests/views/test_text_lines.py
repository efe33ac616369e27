"""Test that any view can be printed as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statecode.corpus.reader import read
from statecode.views import render, rows
from statecode.views.text_lines import text_of
from tests.support.corpus_samples import small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus(tmp_path_factory.mktemp("views") / "corpus")


def test_rows_are_json_lines(corpus: Path) -> None:
    trace = next(read(corpus))
    assert [json.loads(line) for line in text_of(trace, "steps").splitlines()] == rows(trace, "steps") != []
    assert text_of(trace, "io") == render(trace, "io")
