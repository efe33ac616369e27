"""The documents of a split on disk: STEM.tokens, STEM.offsets.npy, and their description STEM.json.

STEM.spans.npy and STEM.span_offsets.npy contain the scored tokens, unless all are scored (TokenSpans).
STEM.in_value.bits has one bit per token, which is set if the token continues the value of the token before; it exists
if whole values are masked.

The description is written last: token files without one are incomplete. Every process maps the tokens into memory.
"""

from __future__ import annotations

import json
import os
import shutil
from array import array
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
_VALUE_SUFFIX = ".in_value.bits"


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
    tokens = _mapped(stem.with_suffix(".tokens"), info.token_dtype)
    bits = _mapped(stem.with_suffix(_VALUE_SUFFIX), "uint8") if info.mask_unit == "value" else None
    return Documents(info, tokens, offsets, scored, bits)


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
    lengths = array("q")  # 8 bytes per document
    raw = stem.with_suffix(".raw")
    with raw.open("wb") as out:
        for ids in tokenise(texts, tokenizer, description["document_tokens"]):
            lengths.append(len(ids))
            out.write(ids.tobytes())
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
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
    raw, raw_bits = stem.with_suffix(".raw"), stem.with_suffix(".raw_bits")
    with raw.open("wb") as out, raw_bits.open("wb") as bits:
        packer = _BitPacker()
        for shard in shards:
            out.write(shard.tokens.tobytes())
            bits.write(packer.bytes_of(shard.in_value))
            parts.append((shard.lengths, shard.spans, shard.span_counts))
            text_bytes += shard.text_bytes
        bits.write(packer.rest())
    lengths, spans, counts = map(np.concatenate, zip(*parts))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    info = DocumentsInfo(**description, documents=len(lengths), text_tokens=int(offsets[-1]), text_bytes=text_bytes,
                         token_dtype=token_dtype)
    _save_array(stem.with_suffix(".offsets.npy"), offsets)
    if _has_spans(info):
        _save_array(stem.with_suffix(_SPAN_SUFFIXES[0]), spans)
        _save_array(stem.with_suffix(_SPAN_SUFFIXES[1]), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    if info.mask_unit == "value":
        sync(raw_bits)
        replace(raw_bits, stem.with_suffix(_VALUE_SUFFIX))
    raw_bits.unlink(missing_ok=True)
    sync(raw)
    replace(raw, stem.with_suffix(".tokens"))
    write_info(stem, info)


class _BitPacker:
    """Packs bits that come in parts of any length into bytes."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=bool)

    def bytes_of(self, bits: np.ndarray) -> bytes:
        """Return the full bytes of the bits so far that were not returned before."""
        bits = np.concatenate([self._rest, bits])
        full = len(bits) - len(bits) % 8
        self._rest = bits[full:]
        return np.packbits(bits[:full]).tobytes()

    def rest(self) -> bytes:
        """Return the last byte, filled with zeros; no byte if no bits are left."""
        return np.packbits(self._rest).tobytes()


def _mapped(path: Path, dtype: str) -> np.ndarray:
    """Return the content of a file, mapped into memory; an empty array for an empty file, which cannot be mapped."""
    return np.memmap(path, dtype=dtype, mode="r") if path.stat().st_size else np.zeros(0, dtype=dtype)


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
    bits = [_VALUE_SUFFIX] if info and info.mask_unit == "value" else []
    for suffix in (".tokens", ".offsets.npy", *spans, *bits, ".json"):  # the description last
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
