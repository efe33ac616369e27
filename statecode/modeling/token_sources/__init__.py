"""Token sources: the documents of a pre-training run, made from texts or opened from token files.

    tokenised_texts    tokenises the texts of a corpus once
    tokens_of_run      opens the token files of another run
    mixture            several corpora of any kind, with shares

Importing this package imports neither torch nor transformers, because the command line checks corpora.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from statecode.arguments import check
from statecode.modeling.configs import DataConfig, SourceConfig
from statecode.modeling.texts import check_corpus
from statecode.modeling.token_sources.mixture import TokenMixture, parse_mixture
from statecode.modeling.token_sources.source import SPLITS_READ, TokenSource, TokenSourceFactory, settings_of_run
from statecode.modeling.token_sources.tokens_of_run import TOKENS_OF_RUN
from statecode.registry import Registry

__all__ = [
    "SPLITS_READ", "TOKEN_SOURCES", "TokenSource", "TokenSourceFactory", "check_has_texts", "check_source",
    "open_token_source", "settings_of_run",
]


def _mixture(source: SourceConfig, data: DataConfig, folder: Path) -> TokenMixture | None:
    """Return the token source of a mixture of corpora; None if the corpus is a single one."""
    shares = parse_mixture(source.corpus)
    if shares is None:
        return None
    parts = []
    for number, corpus in enumerate(shares):
        part = replace(source, corpus=corpus)
        check_source(part, data, folder)  # the whole folder: a part must not be the run that this folder belongs to
        parts.append(partial(open_token_source, part, data, folder / str(number)))
    return TokenMixture(parts, list(shares.values()))


TOKEN_SOURCES: Registry[TokenSourceFactory] = Registry(
    "token source", [TokenSourceFactory(name="mixture of corpora", create=_mixture), TOKENS_OF_RUN])
"""The token sources by name. Every corpus that they do not accept is a corpus of texts."""


def open_token_source(source: SourceConfig, data: DataConfig, folder: Path) -> TokenSource:
    """Return the token source of a corpus. No texts are read.

    Args:
        folder: the folder in which the source can store token files.

    Raises:
        ConfigError: the object that an entry of TOKEN_SOURCES creates has not all methods.
    """
    if (found := _registered_source(source, data, folder)) is not None:
        return found
    from statecode.modeling.token_sources.tokenised_texts import TokenisedTexts

    return TokenisedTexts(source, data, folder)


def check_source(source: SourceConfig, data: DataConfig, folder: Path) -> None:
    """Check that a pre-training run can open its corpus, as far as this is known before texts are read.

    Raises:
        InputError: there is no such corpus, it lacks a split, it has no texts in this config, or its token source is
            not valid.
    """
    if _registered_source(source, data, folder) is None:
        check_corpus(source.corpus, source.config, SPLITS_READ)


def check_has_texts(corpus: str, config: str, split: str) -> None:
    """Check, for scripts that need the texts of a split, that there is a corpus that has not only tokens.

    Raises:
        InputError: an entry of TOKEN_SOURCES accepts the corpus, there is no such corpus, it has no texts in this
            config, or it lacks the split.
    """
    for factory in TOKEN_SOURCES.values():
        found = factory.open(SourceConfig(corpus=corpus), DataConfig(), Path(os.devnull))
        check(found is None, f"--corpus {corpus} has tokens only ({factory.name}), which train/pretrain.py reads; pass"
                             " a corpus of texts")
    check_corpus(corpus, config, (split,))


def _registered_source(source: SourceConfig, data: DataConfig, folder: Path) -> TokenSource | None:
    for factory in TOKEN_SOURCES.values():
        if (found := factory.open(source, data, folder)) is not None:
            return found
    return None
