"""A folder of token files that runs share, so that equal texts are read and tokenised once.

    FOLDER/CORPUS/train-texts.json    the hash of the texts of a split
    FOLDER/CORPUS/tokenizer-KEY/      a tokenizer that was trained on the corpus
    FOLDER/CORPUS/KEY/train.*         the token files of a split, see token_files

CORPUS is a hash of the identity of a corpus, KEY one of the settings. An entry is complete or absent: its description
appears last. A lock on the folder of a corpus makes other processes wait for an entry instead of writing it too; the
system releases the lock of a process that is killed. Any entry may be deleted while no run starts: runs have links.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tokenizers as tokenizers_library
from transformers import PreTrainedTokenizerBase

from statecode.files import write_text
from statecode.modeling.outputs import reported_write_errors
from statecode.modeling.run_folder import TOKENIZER_FILE
from statecode.modeling.tokenizers import load_tokenizer, save_tokenizer

FOLDER_VARIABLE = "STATECODE_TOKEN_CACHE"
_KEY_DIGITS = 32  # hexadecimal digits of a hash in the name of a folder


def cache_folder(chosen: str | None) -> Path:
    """Return the folder of the token cache.

    Args:
        chosen: the value of --token-cache; None: that of the environment variable STATECODE_TOKEN_CACHE, or else the
            folder `statecode_tokens` in the cache of `datasets`.
    """
    if chosen := chosen or os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).expanduser()
    import datasets.config

    return Path(datasets.config.HF_DATASETS_CACHE) / "statecode_tokens"


class TokenCache:
    """The entries of one corpus in the token cache.

    Args:
        folder: see `cache_folder`.
        identity: values that identify the texts of the corpus.
    """

    def __init__(self, folder: Path, *identity: object) -> None:
        self._root, self._folder = folder, folder / _hash_of(identity)

    def texts_sha256(self, split: str, compute: Callable[[], str]) -> str:
        """Return the hash of the texts of a split; call `compute` only if no run has computed it."""
        path = self._folder / f"{split}-texts.json"
        with self._locked():
            if not path.is_file():
                write_text(path, json.dumps({"texts_sha256": compute()}))
        return str(json.loads(path.read_text())["texts_sha256"])

    def tokenizer(
        self, settings: dict[str, Any], train: Callable[[], PreTrainedTokenizerBase]
    ) -> PreTrainedTokenizerBase:
        """Return the tokenizer that was trained with these settings; call `train` only if there is none."""
        versioned = settings | {"tokenizers": tokenizers_library.__version__}
        folder = self._folder / f"tokenizer-{_hash_of(versioned)}"
        with self._locked():
            if not (folder / TOKENIZER_FILE).is_file():
                folder.mkdir(exist_ok=True)
                save_tokenizer(train(), folder)
        return load_tokenizer(str(folder))

    @contextmanager
    def token_files(self, settings: dict[str, Any], split: str) -> Iterator[Path]:
        """Yield the path of the token files of a split, without their suffixes, while no other process writes them.

        Args:
            settings: all values on which the tokens depend, besides the texts.
        """
        with self._locked():
            yield self._folder / _hash_of(settings) / split

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold an exclusive lock on the folder of the corpus, which is created if it is missing.

        Raises:
            ConfigError: the folder cannot be written.
        """
        with self._reported():
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Convert an OSError of the block into a ConfigError, unless it names a file outside of the cache."""
        try:
            yield
        except OSError as error:
            if error.filename is not None and not Path(os.fsdecode(error.filename)).is_relative_to(self._root):
                raise  # such as a file of the corpus that is missing
            with reported_write_errors(self._root, "--token-cache"):
                raise


def _hash_of(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:_KEY_DIGITS]
