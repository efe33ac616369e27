"""The protocol of a token source, from which a pre-training run reads its documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from statecode.arguments import check
from statecode.modeling.configs import DataConfig, Objective, PretrainConfig, SourceConfig, as_json
from statecode.modeling.run_folder import flatten

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from statecode.modeling.documents import Documents

SPLITS_READ = ("train", "validation")
"""The splits that a pre-training run reads."""
_METHODS = ("settings", "make_tokenizer", "prepare", "documents")


class TokenSource(Protocol):
    """The splits `train` and `validation` of a corpus as token ids.

    A run calls `settings`, `make_tokenizer` and `prepare` in this order, on its first process. Then each process calls
    `documents`.
    """

    def settings(self) -> dict[str, Any]:
        """Return settings that identify the documents: `train_sha256`, `validation_sha256`, and others.

        A run is resumed only if they equal those in its run.json. None has the name of a setting of the run.
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


@dataclass(frozen=True)
class TokenSourceFactory:
    """The description of a kind of token source, with the function that creates one."""

    name: str  # for messages
    create: Callable[[SourceConfig, DataConfig, Path], TokenSource | None]
    """Returns the token source for the corpus of a SourceConfig; None if the corpus is not of its kind.

    The path is a folder in which the source can store token files. Nothing is written before `prepare`.
    """

    def open(self, source: SourceConfig, data: DataConfig, folder: Path) -> TokenSource | None:
        """Return what `create` returns.

        Raises:
            ConfigError: it has not all methods of a TokenSource.
        """
        found = self.create(source, data, folder)
        if found is not None:
            missing = [name for name in _METHODS if not callable(getattr(found, name, None))]
            check(not missing, f"the token source {self.name}: {type(found).__name__} has no method"
                               f" {', '.join(missing)}")
        return found


def documents_sha256(texts_sha256: str, loss_on: str, in_windows: bool) -> str:
    """Return the hash of the documents of a split: that of the texts, if they are cut and all tokens are scored."""
    if loss_on == "all" and not in_windows:
        return texts_sha256
    return hashlib.sha256(f"{texts_sha256} loss on {loss_on}, windows {in_windows}".encode()).hexdigest()


def settings_of_run(config: PretrainConfig, tokens: TokenSource) -> dict[str, Any]:
    """Return the settings that identify a run: those of its config and those of its documents.

    Raises:
        ConfigError: `tokens.settings` does not identify the documents of each split, or replaces a setting of the run.
    """
    added, owner = tokens.settings(), f"the token source {type(tokens).__name__}: settings()"
    check(isinstance(added, dict), f"{owner} must return a dict, not {type(added).__name__}")
    for name in (f"{split}_sha256" for split in SPLITS_READ):
        value = added.get(name)
        check(isinstance(value, str) and value != "", f"{owner} must contain {name}, a hash of the split")
    run = as_json(config)
    taken = sorted((added.keys() | flatten(added).keys()) & (run.keys() | flatten(run).keys()))
    check(not taken, f"{owner} contains settings of the run: {', '.join(taken)}; rename them")
    return config.settings() | added
