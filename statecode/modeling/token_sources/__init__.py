"""Token sources: the documents of a pre-training run, made from texts or opened from token files.

    tokenised_texts    tokenises the texts of a corpus once
    tokens_of_run      opens the token files of another run
"""

from __future__ import annotations

from pathlib import Path

from statecode.modeling.configs import DataConfig, SourceConfig
from statecode.modeling.token_sources.source import SPLITS_READ, TokenSource, TokenSourceFactory
from statecode.modeling.token_sources.tokenised_texts import TokenisedTexts
from statecode.modeling.token_sources.tokens_of_run import tokens_of_run

__all__ = ["SPLITS_READ", "TOKEN_SOURCES", "TokenSource", "TokenSourceFactory", "open_token_source"]

TOKEN_SOURCES: dict[str, TokenSourceFactory] = {"tokens of a run": tokens_of_run}
"""The factories of token sources by name. Every corpus that they do not accept is a corpus of texts."""


def open_token_source(source: SourceConfig, data: DataConfig, folder: Path) -> TokenSource:
    """Return the token source of a corpus. No texts are read.

    Args:
        folder: the folder in which the source can store token files.
    """
    for create in TOKEN_SOURCES.values():
        if (found := create(source, data, folder)) is not None:
            return found
    return TokenisedTexts(source, data, folder)
