"""The corpora that commands read."""

from __future__ import annotations

from pathlib import Path

from statecode.corpus.folder import CorpusFolder
from statecode.dataset.source import EMBEDDED_CORPUS

HELP = "a corpus that `statecode build` made, or embedded: the one that comes with statecode"


def corpus_folder(name: str) -> CorpusFolder:
    """The folder `name`; where there is none of the name `embedded`, the corpus that comes with statecode."""
    return CorpusFolder(EMBEDDED_CORPUS if name == "embedded" and not Path(name).exists() else name)
