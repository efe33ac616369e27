"""Test the counts of exceptions by type and of missing modules."""

from __future__ import annotations

from pathlib import Path

from statecode.corpus.exceptions import ExceptionCounts, installed
from statecode.corpus.folder import CorpusFolder


def test_exceptions_and_missing_modules_are_counted() -> None:
    counts = ExceptionCounts()
    counts.add(
        ["ModuleNotFoundError", "ModuleNotFoundError", "ModuleNotFoundError", "KeyError", None, "ImportError"],
        ["No module named 'numpy'", "No module named 'numpy.linalg'; 'numpy' is not a package", "own text", "No module named 'x'",
         None, "No module named 'y'"],
    )
    assert counts.types == {"ModuleNotFoundError": 3, "KeyError": 1, "ImportError": 1}
    assert counts.missing_modules == {"numpy": 2}


def test_a_corpus_is_counted(corpus: Path) -> None:
    assert ExceptionCounts.of(CorpusFolder(corpus)).types == {"ZeroDivisionError": 12}


def test_installed_modules() -> None:
    assert installed(["pytest", "no_such_module", "pyarrow"]) == ["pytest", "pyarrow"]
