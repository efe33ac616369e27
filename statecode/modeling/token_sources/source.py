"""The protocol of a token source, from which a pre-training run reads its documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from transformers import PreTrainedTokenizerBase

from statecode.modeling.configs import DataConfig, Objective, SourceConfig
from statecode.modeling.documents import Documents

SPLITS_READ = ("train", "validation")
"""The splits that a pre-training run reads."""


class TokenSource(Protocol):
    """The splits `train` and `validation` of a corpus as token ids.

    A run calls `settings`, `make_tokenizer` and `prepare` in this order, on its first process. Then each process calls
    `documents`.
    """

    def settings(self) -> dict[str, Any]:
        """Return settings that identify the documents, such as `train_sha256` and `validation_sha256`.

        A run is resumed only if they equal those in its run.json.
        """
        ...

    def make_tokenizer(self, objective: Objective) -> PreTrainedTokenizerBase:
        """Return the tokenizer of a new model, for a run without --tokenizer.

        Raises:
            ConfigError: the source has neither texts nor a tokenizer.
        """
        ...

    def prepare(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Write the token files that `documents` opens, unless they exist.

        Raises:
            ConfigError: the tokens of the source are those of another tokenizer.
        """
        ...

    def documents(self, split: str) -> Documents:
        """Return the documents of a split."""
        ...


TokenSourceFactory = Callable[[SourceConfig, DataConfig, Path], "TokenSource | None"]
"""Returns the token source for the corpus of a SourceConfig; None if the corpus is not of its kind.

The path is a folder in which the source can store token files.
"""
