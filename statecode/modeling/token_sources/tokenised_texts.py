"""The token source of all corpora of texts: tokenises them once, into a cache whose files the run folder links."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from statecode.arguments import check
from statecode.machine import usable_cores
from statecode.modeling import token_files, tokenizers
from statecode.modeling.configs import SPECIAL_TOKENS_OF_WINDOW, DataConfig, Objective, SourceConfig
from statecode.modeling.documents import Documents, DocumentsInfo
from statecode.modeling.outputs import written_in_run
from statecode.modeling.texts import CorpusIdentity, Texts, fingerprint, identify, load_texts, trace_shards
from statecode.modeling.token_cache import TokenCache, cache_folder
from statecode.modeling.token_sources.source import SPLITS_READ, documents_sha256
from statecode.modeling.tokenising import prefixes, token_dtype
from statecode.modeling.tokenizer_hash import tokenizer_sha256
from statecode.modeling.trace_tokens import TraceTokenising, tokenise_shards
from statecode.views import VIEWS


class TokenisedTexts:
    """The documents of a corpus of texts.

    The texts are read only if neither the folder nor the token cache has the token files of the corpus, the tokenizer
    and the `document_tokens` of the run, or the tokenizer that is trained on the corpus.

    Args:
        folder: the folder of the token files of the run.
    """

    def __init__(self, source: SourceConfig, data: DataConfig, folder: Path) -> None:
        self._source, self._data, self._folder = source, data, folder
        self._hashes: dict[str, str] = {}  # split → texts_sha256

    def settings(self) -> dict[str, Any]:
        """Return the hashes of the texts, and for a statecode corpus the version of the view."""
        version = self._identity.view_version  # before the texts: a change of the files while they are read is noticed
        data = self._data
        check(data.loss_on == "all" or self._identity.view is not None,
              f"--loss-on {data.loss_on}: {self._source.corpus} has texts alone, in which the source and the input are"
              " not marked; pass --loss-on all, or a corpus of statecode build")
        check(data.mask_unit == "token" or self._identity.view is not None,
              f"--mask-unit {data.mask_unit}: {self._source.corpus} has texts alone, in which the values are not"
              " marked; pass --mask-unit token, or a corpus of statecode build")
        check(data.long_documents == "cut" or self._in_windows,
              f"--long-documents windows: {self._source.corpus} has {self._kind_of_texts}, which cannot be divided into"
              " windows; pass --long-documents cut, or a corpus of statecode build in a view with windows:"
              f" {', '.join(name for name, view in VIEWS.items() if view.functions.windows)}")
        hashes = {f"{split}_sha256": documents_sha256(self._texts_sha256(split), data.loss_on, self._in_windows)
                  for split in SPLITS_READ}
        return hashes if version is None else hashes | {"view_version": version}

    def make_tokenizer(self, objective: Objective) -> PreTrainedTokenizerBase:
        """Train a tokenizer on the train split, unless the cache has the tokenizer of these settings."""
        data = self._data
        settings = {"objective": objective.value, "vocab_size": data.vocab_size, "digits": data.digits,
                    "document_tokens": data.document_tokens}
        return self._cache.tokenizer(settings, lambda: tokenizers.train_tokenizer(
            prefixes(self._texts.split("train"), data.document_tokens), data.vocab_size, objective, data.digits))

    def prepare(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Write the token files, unless those of the same texts, tokenizer and settings exist.

        Windows have at most `data.context_tokens` tokens, with their start and end tokens.
        """
        for split in SPLITS_READ:
            stem = self._folder / split
            settings = {"tokenizer_sha256": tokenizer_sha256(tokenizer), "document_tokens": self._data.document_tokens,
                        "loss_on": self._data.loss_on, "window_tokens": self._window_tokens}
            if self._data.mask_unit != "token":  # not in the entries of older versions
                settings["mask_unit"] = self._data.mask_unit
            description = {"texts_sha256": self._texts_sha256(split)} | settings
            info = token_files.read_info(stem)
            if not _describes(info, description):
                with self._cache.token_files(settings, split) as cached:
                    if not _describes(token_files.read_info(cached), description):
                        self._write(cached, split, tokenizer, description | asdict(self._identity))
                    with written_in_run(self._folder.parent):
                        token_files.link_token_files(cached, stem)
            elif info and info.corpus_key != self._identity.corpus_key:  # the same texts, in other files than before
                token_files.write_info(stem, replace(info, **asdict(self._identity)))

    def documents(self, split: str) -> Documents:
        """Map the documents of a split into memory."""
        return token_files.open_token_files(self._folder / split)

    @cached_property
    def _identity(self) -> CorpusIdentity:
        return identify(self._source.corpus, self._source.config)

    @property
    def _in_windows(self) -> bool:
        """True if the documents are windows of runs."""
        view = self._identity.view
        return self._data.long_documents == "windows" and view is not None and bool(VIEWS[view].functions.windows)

    @property
    def _kind_of_texts(self) -> str:
        """Description of the texts for messages."""
        return "texts alone" if self._identity.view is None else f"texts of the view {self._identity.view}"

    @property
    def _window_tokens(self) -> int | None:
        if not self._in_windows or self._data.context_tokens is None:
            return None
        return self._data.context_tokens - SPECIAL_TOKENS_OF_WINDOW

    def _write(
        self, stem: Path, split: str, tokenizer: PreTrainedTokenizerBase, description: dict[str, Any]
    ) -> None:
        """Write the token files of a split."""
        view, data = self._identity.view, self._data
        if view is None or data.loss_on == "all" and self._window_tokens is None and data.mask_unit == "token":
            token_files.write_token_files(stem, self._texts.split(split), tokenizer, description)
            return
        settings = TraceTokenising(
            view=view, tokenizer_json=tokenizer.backend_tokenizer.to_str(), loss_on_trace=data.loss_on == "trace",
            mark_values=data.mask_unit == "value", window_tokens=self._window_tokens,
            document_tokens=data.document_tokens, token_dtype=token_dtype(tokenizer))
        shards = tokenise_shards(trace_shards(self._source.corpus, split), settings, usable_cores())
        token_files.write_trace_tokens(stem, shards, description, settings.token_dtype)

    @cached_property
    def _cache(self) -> TokenCache:
        corpus, identity = self._source.corpus, self._identity
        # The key of other texts than those of a statecode corpus depends on sizes and times of files alone.
        path = os.path.realpath(corpus) if identity.view is None and os.path.isdir(corpus) else None
        return TokenCache(cache_folder(self._source.token_cache), identity.corpus_key, path)

    @cached_property
    def _texts(self) -> Texts:
        return load_texts(self._source.corpus, self._source.config)

    def _texts_sha256(self, split: str) -> str:
        """Return the fingerprint of a split: the one that its token files store if they are of the same corpus."""
        if split not in self._hashes:
            info = token_files.read_info(self._folder / split)
            if info is not None and info.corpus_key == self._identity.corpus_key:
                self._hashes[split] = info.texts_sha256
            else:
                self._hashes[split] = self._cache.texts_sha256(split, lambda: fingerprint(self._texts.split(split)))
        return self._hashes[split]


def _describes(info: DocumentsInfo | None, description: dict[str, Any]) -> bool:
    return info is not None and description.items() <= asdict(info).items()
