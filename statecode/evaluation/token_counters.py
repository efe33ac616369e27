"""Count tokens with a tokenizer from a local folder, from the Hub, or trained on the texts themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.modeling.hub_names import first_line, missing_reason, not_found_message

TokenCounter = Callable[[Sequence[str]], list[int]]
"""A function that returns the number of tokens of each text, without special tokens."""


def load_counter(name_or_folder: str) -> TokenCounter:
    """Load a tokenizer and return a function that counts tokens.

    Args:
        name_or_folder: a Hub id, or a folder with tokenizer.json, with vocab.json and merges.txt, or with vocab.txt.

    Raises:
        ConfigError: there is no tokenizer, it is invalid, or the package `tokenizers` is not installed.
    """
    tokenizers = _import_tokenizers()
    folder = Path(name_or_folder)
    if not folder.is_dir():
        return _load_from_hub(tokenizers, name_or_folder)
    try:
        if (folder / "tokenizer.json").is_file():
            return _counter_of(tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")))
        if (folder / "merges.txt").is_file():
            return _counter_of(tokenizers.ByteLevelBPETokenizer(str(folder / "vocab.json"), str(folder / "merges.txt")))
        if (folder / "vocab.txt").is_file():
            return _counter_of(tokenizers.BertWordPieceTokenizer(str(folder / "vocab.txt")))
    except Exception as error:  # `tokenizers` raises Exception itself, not a subclass
        raise ConfigError(f"--tokenizer {name_or_folder}: cannot be loaded: {first_line(error)}") from error
    raise ConfigError(
        f"--tokenizer {name_or_folder}: the folder has neither tokenizer.json nor vocab.json, merges.txt nor vocab.txt"
    )


def _load_from_hub(tokenizers: Any, name: str) -> TokenCounter:
    if reason := missing_reason(name):
        raise ConfigError(f"--tokenizer: {reason}; pass a folder, or a Hub id such as openai-community/gpt2")
    try:
        return _counter_of(tokenizers.Tokenizer.from_pretrained(name))
    except Exception as error:
        raise ConfigError(f"--tokenizer: {not_found_message(name, error)}") from error


def train_counter(texts: Iterable[str], vocabulary: int) -> TokenCounter:
    """Train a byte-level BPE of at most `vocabulary` tokens on `texts`, and return a function that counts its tokens.

    Raises:
        ConfigError: the package `tokenizers` is not installed.
    """
    tokenizers = _import_tokenizers()
    core = tokenizers.Tokenizer(tokenizers.models.BPE())
    core.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    core.train_from_iterator(texts, trainer)
    return _counter_of(core)


def is_available() -> bool:
    """Return True if the package `tokenizers` is installed."""
    try:
        _import_tokenizers()
    except ConfigError:
        return False
    return True


def _counter_of(tokenizer: Any) -> TokenCounter:
    return lambda texts: [len(found.ids) for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def _import_tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError:
        raise ConfigError('counting tokens requires the package tokenizers: pip install "statecode[train]"') from None
    return tokenizers
