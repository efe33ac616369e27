"""The documents of a split on disk: STEM.tokens, STEM.offsets.npy, and their description STEM.json.

STEM.spans.npy and STEM.span_offsets.npy contain the scored tokens, unless all are scored (TokenSpans).

The description is written last: token files without one are incomplete. Every process maps the tokens into memory.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from transformers import PreTrainedTokenizerBase

from statecode.errors import CorpusError
from statecode.files import replace, sync, temporary_file, write_text
from statecode.modeling.documents import Documents, DocumentsInfo, TokenSpans
from statecode.modeling.tokenising import token_dtype, tokenise, utf8_bytes
from statecode.modeling.trace_tokens import ShardTokens

_SPAN_SUFFIXES = (".spans.npy", ".span_offsets.npy")  # in the order of the fields of TokenSpans


def read_info(stem: Path) -> DocumentsInfo | None:
    """Return the description of complete token files; None if they are missing, incomplete or of an older version."""
    path = stem.with_suffix(".json")
    stored = json.loads(path.read_text()) if path.is_file() else {}
    required = {field.name for field in fields(DocumentsInfo) if field.default is MISSING}
    if not required <= stored.keys() <= {field.name for field in fields(DocumentsInfo)}:
        return None
    info = DocumentsInfo(**stored)
    tokens = stem.with_suffix(".tokens")
    expected_bytes = info.text_tokens * np.dtype(info.token_dtype).itemsize
    return info if tokens.is_file() and tokens.stat().st_size == expected_bytes else None


def open_token_files(stem: Path) -> Documents:
    """Map the documents of token files into memory.

    Raises:
        CorpusError: the files are missing or incomplete.
    """
    info = read_info(stem)
    if info is None:
        raise CorpusError(f"no complete token files at {stem}; start the run that wrote them again")
    offsets = np.load(stem.with_suffix(".offsets.npy"), mmap_mode="r")
    scored = None
    if _has_spans(info):
        scored = TokenSpans(*(np.load(stem.with_suffix(suffix), mmap_mode="r") for suffix in _SPAN_SUFFIXES))
    if not offsets[-1]:  # an empty file cannot be mapped
        return Documents(info, np.zeros(0, dtype=info.token_dtype), offsets, scored)
    return Documents(info, np.memmap(stem.with_suffix(".tokens"), dtype=info.token_dtype, mode="r"), offsets, scored)


def write_token_files(
    stem: Path, texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, description: dict[str, Any]
) -> None:
    """Tokenise `texts` and write the token files.

    Args:
        description: the fields of DocumentsInfo that do not follow from the texts and their tokens. The rest of a text
            after its first `document_tokens` tokens is not tokenised.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".json").unlink(missing_ok=True)
    lengths = []
    raw = stem.with_suffix(".raw")
    with raw.open("wb") as out:
        for ids in tokenise(texts, tokenizer, description["document_tokens"]):
            lengths.append(len(ids))
            out.write(ids.tobytes())
    offsets = np.cumsum([0] + lengths, dtype=np.int64)
    _save_array(stem.with_suffix(".offsets.npy"), offsets)
    sync(raw)
    replace(raw, stem.with_suffix(".tokens"))
    write_info(stem, DocumentsInfo(
        **description, documents=len(lengths), text_tokens=int(offsets[-1]), text_bytes=utf8_bytes(texts),
        token_dtype=token_dtype(tokenizer),
    ))


def write_trace_tokens(
    stem: Path, shards: Iterable[ShardTokens], description: dict[str, Any], token_dtype: str
) -> None:
    """Write the token files of the documents of a corpus, shard by shard.

    Args:
        description: the fields of DocumentsInfo that do not follow from the documents.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".json").unlink(missing_ok=True)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    text_bytes = 0
    raw = stem.with_suffix(".raw")
    with raw.open("wb") as out:
        for shard in shards:
            out.write(shard.tokens.tobytes())
            parts.append((shard.lengths, shard.spans, shard.span_counts))
            text_bytes += shard.text_bytes
    lengths, spans, counts = map(np.concatenate, zip(*parts))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    _save_array(stem.with_suffix(".offsets.npy"), offsets)
    _save_array(stem.with_suffix(_SPAN_SUFFIXES[0]), spans)
    _save_array(stem.with_suffix(_SPAN_SUFFIXES[1]), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    sync(raw)
    replace(raw, stem.with_suffix(".tokens"))
    write_info(stem, DocumentsInfo(
        **description, documents=len(lengths), text_tokens=int(offsets[-1]), text_bytes=text_bytes,
        token_dtype=token_dtype,
    ))


def _has_spans(info: DocumentsInfo) -> bool:
    return info.loss_on != "all" or info.window_tokens is not None


def _save_array(path: Path, array: np.ndarray) -> None:
    """Write an array atomically; the old file may be linked to that of a run."""
    with temporary_file(path) as temporary:
        with temporary.open("wb") as file:
            np.save(file, array)
        sync(temporary)
        replace(temporary, path)


def link_token_files(old: Path, new: Path) -> None:
    """Make complete token files available under another path, as hard links; as copies on another file system.

    Token files are not changed after they are written, so that both paths can be used, and one of them deleted.
    """
    new.parent.mkdir(parents=True, exist_ok=True)
    new.with_suffix(".json").unlink(missing_ok=True)
    info = read_info(old)
    spans = _SPAN_SUFFIXES if info and _has_spans(info) else ()
    for suffix in (".tokens", ".offsets.npy", *spans, ".json"):  # the description last
        with temporary_file(new.with_suffix(suffix)) as temporary:
            try:
                os.link(old.with_suffix(suffix), temporary)
            except OSError:
                shutil.copyfile(old.with_suffix(suffix), temporary)
                sync(temporary)
            replace(temporary, new.with_suffix(suffix))


def write_info(stem: Path, info: DocumentsInfo) -> None:
    """Write the description of token files."""
    write_text(stem.with_suffix(".json"), json.dumps(asdict(info)))
