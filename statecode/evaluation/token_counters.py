"""Tokenizers that only count: from a local folder, from the Hub, or trained on the texts themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.modeling.hub_names import in_one_line, misnamed, not_found

TokenCounter = Callable[[Sequence[str]], list[int]]
"""Gives the number of tokens of each text, without special ones."""


def load_counter(name_or_folder: str) -> TokenCounter:
    """Count with a tokenizer: a folder with tokenizer.json, vocab.json and merges.txt, or vocab.txt; or a Hub id.

    Raises:
        ConfigError: there is none, or the package tokenizers is missing.
    """
    tokenizers = _package()
    folder = Path(name_or_folder)
    if not folder.is_dir():
        return _of_the_hub(tokenizers, name_or_folder)
    try:
        if (folder / "tokenizer.json").is_file():
            return _counter(tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")))
        if (folder / "merges.txt").is_file():
            return _counter(tokenizers.ByteLevelBPETokenizer(str(folder / "vocab.json"), str(folder / "merges.txt")))
        if (folder / "vocab.txt").is_file():
            return _counter(tokenizers.BertWordPieceTokenizer(str(folder / "vocab.txt")))
    except Exception as error:  # the tokenizers library raises Exception itself
        raise ConfigError(f"--tokenizer {name_or_folder}: cannot be loaded: {in_one_line(error)}") from error
    raise ConfigError(
        f"--tokenizer {name_or_folder}: the folder has neither tokenizer.json nor vocab.json, merges.txt nor vocab.txt"
    )


def _of_the_hub(tokenizers: Any, name: str) -> TokenCounter:
    if reason := misnamed(name):
        raise ConfigError(f"--tokenizer: {reason}; give one, or a Hub id such as openai-community/gpt2")
    try:
        return _counter(tokenizers.Tokenizer.from_pretrained(name))
    except Exception as error:
        raise ConfigError(f"--tokenizer: {not_found(name, error)}") from error


def trained_counter(texts: Iterable[str], vocabulary: int) -> TokenCounter:
    """Count with a byte-level BPE of at most `vocabulary` tokens, learnt from `texts`.

    Raises:
        ConfigError: the package tokenizers is missing.
    """
    tokenizers = _package()
    core = tokenizers.Tokenizer(tokenizers.models.BPE())
    core.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    core.train_from_iterator(texts, trainer)
    return _counter(core)


def is_available() -> bool:
    """Whether the package tokenizers is there."""
    try:
        _package()
    except ConfigError:
        return False
    return True


def _counter(tokenizer: Any) -> TokenCounter:
    return lambda texts: [len(found.ids) for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def _package() -> Any:
    try:
        import tokenizers
    except ImportError:
        raise ConfigError('tokens are counted with the package tokenizers: pip install "statecode[train]"') from None
    return tokenizers
