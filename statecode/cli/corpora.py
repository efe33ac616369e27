"""The corpus argument of commands that read a corpus."""

from __future__ import annotations

from pathlib import Path

from statecode.corpus.folder import CorpusFolder
from statecode.dataset.source import EMBEDDED_CORPUS

CORPUS_HELP = "folder of a corpus of `statecode build`, or embedded for the corpus that is part of statecode"


def corpus_folder(name: str) -> CorpusFolder:
    """Return the corpus in the folder `name`. `embedded` is the shipped corpus unless a file of this name exists."""
    return CorpusFolder(EMBEDDED_CORPUS if name == "embedded" and not Path(name).exists() else name)
