"""Fixtures of the tests of the dataset."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import dataset_project


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset_project.make_corpus(tmp_path_factory.mktemp("builder") / "corpus")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project root with a copy of the package that contains a small corpus."""
    folder = tmp_path_factory.mktemp("dataset")
    corpus = dataset_project.make_corpus(folder / "corpus")
    return dataset_project.make_project(folder / "project", corpus)
