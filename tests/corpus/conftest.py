"""Fixtures of the tests of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.corpus.build import build
from tests.support.corpus_samples import SETTINGS, programs


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "corpus"
    report = build(programs(), out, **SETTINGS)
    assert not report.failed and not report.already_finished and report.empty_splits == ()
    return out
