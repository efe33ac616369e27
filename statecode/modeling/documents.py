"""Documents as token ids on disk, made once per run and mapped into memory by every process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm
from transformers import PreTrainedTokenizerBase

from statecode.modeling import tokenizers
from statecode.modeling.batches import IGNORED
from statecode.modeling.configs import Objective
from statecode.modeling.packing import PackedSequences
from statecode.modeling.texts import fingerprint
from statecode.modeling.tokenizer_hash import tokenizer_sha256

CHUNK_DOCUMENTS = 256  # tokenised together: enough to keep all cores busy, little memory
PREFIX_CHARACTERS = 8  # per token wanted: texts are cut there first, and read whole only where that was too little
PREFIX_MARGIN = 32     # tokens before a cut that are not relied upon: the cut may have split a word


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsInfo:
    """What a store holds, and the key that says whether it can be used again."""

    texts_sha256: str
    tokenizer_sha256: str
    documents: int
    document_tokens: int | None  # tokens of a document that were kept, from its start; None: all
    text_tokens: int             # kept, without start and end tokens
    text_bytes: int              # UTF-8, of the whole texts
    token_dtype: str             # NumPy's name of the type of the stored token ids: uint16 or uint32


class Documents:
    """The tokens of every document of a split, without start and end tokens."""

    def __init__(self, info: DocumentsInfo, tokens: np.ndarray, offsets: np.ndarray) -> None:
        self.info = info
        self._tokens = tokens    # all documents one after the other
        self._offsets = offsets  # document i is tokens[offsets[i]:offsets[i + 1]]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> np.ndarray:
        return self._tokens[slice(*self._offsets[index:index + 2])].astype(np.int64)

    @property
    def lengths(self) -> np.ndarray:
        """Text tokens of each document."""
        return np.diff(self._offsets)


def describe(documents: Documents, rows: PackedSequences, row_tokens: int) -> dict[str, Any]:
    """What a split holds and how full its rows are, for run.json."""
    used = int(rows.chunks.lengths.sum())
    return asdict(documents.info) | {
        "rows": len(rows), "positions": used, "filled_share": round(used / max(1, len(rows) * row_tokens), 4),
    }


def open_documents(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, stem: Path, document_tokens: int | None = None,
    texts_sha256: str | None = None,
) -> Documents:
    """Tokenise `texts` into STEM.tokens and STEM.offsets.npy, or open them if they were made from the same.

    With `document_tokens` only that many tokens of each text are kept, and little more of it is tokenised.
    The `fingerprint` of the texts is `texts_sha256` where the caller knows it: computing it reads all of them.
    """
    key = {"texts_sha256": texts_sha256 or fingerprint(texts), "tokenizer_sha256": tokenizer_sha256(tokenizer),
           "document_tokens": document_tokens}
    info = _stored_info(stem, key)
    return _write(texts, tokenizer, stem, key) if info is None else _open(info, stem)


def in_memory(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Documents:
    """The same without a file, for evaluation."""
    ids = list(_encoded(texts, tokenizer, None))
    offsets = np.cumsum([0] + [len(part) for part in ids], dtype=np.int64)
    dtype = _token_dtype(tokenizer)
    tokens = np.concatenate(ids) if ids else np.zeros(0, dtype=dtype)
    key = {"texts_sha256": fingerprint(texts), "tokenizer_sha256": tokenizer_sha256(tokenizer), "document_tokens": None}
    return Documents(_info(texts, key, offsets, dtype), tokens, offsets)


def encode_start(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], tokens: int) -> list[list[int]]:
    """The first `tokens` tokens of each text, without tokenising much more of it: some traces are megabytes long."""
    starts = [text[:PREFIX_CHARACTERS * tokens + 1000] for text in texts]
    encoded = tokenizers.encode(tokenizer, starts)
    for number, (text, start) in enumerate(zip(texts, starts)):
        if len(start) < len(text) and len(encoded[number]) < tokens + PREFIX_MARGIN:
            encoded[number] = tokenizers.encode(tokenizer, [text])[0]
    return [ids[:tokens] for ids in encoded]


class DocumentChunks:
    """Documents cut into consecutive pieces of at most `row_tokens` positions; see `packing` for the picture.

    Causal pieces are labelled with the next token: each text token and the end token are scored once. Masked pieces
    are labelled with their own text tokens, among which a MlmMasking then chooses.
    """

    def __init__(
        self,
        documents: Documents,
        tokenizer: PreTrainedTokenizerBase,
        objective: Objective,
        row_tokens: int,
        document_tokens: int | None = None,  # positions of a document that are used, from its start; None: all
    ) -> None:
        self._documents, self._objective, self._row_tokens = documents, objective, row_tokens
        self._start, self._end = tokenizers.start_id(tokenizer), tokenizers.end_id(tokenizer)
        positions = documents.lengths + (1 if objective is Objective.CAUSAL else 2)
        positions = positions if document_tokens is None else np.minimum(positions, document_tokens)
        counts = -(-positions // row_tokens)
        self._document_of = np.repeat(np.arange(len(documents)), counts)
        self._first_of = np.cumsum(counts) - counts  # number of each document's first piece
        place = np.arange(len(self._document_of)) - self._first_of[self._document_of]
        self._begin = place * row_tokens
        self.lengths = np.minimum(row_tokens, positions[self._document_of] - self._begin)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = labelled(self._documents[self._document_of[index]], self._start, self._end, self._objective)
        cut = slice(self._begin[index], self._begin[index] + self._row_tokens)
        return inputs[cut], labels[cut]


def labelled(text_ids: np.ndarray, start: int, end: int, objective: Objective) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of a whole document."""
    whole = np.concatenate([[start], text_ids, [end]])
    if objective is Objective.CAUSAL:
        return whole[:-1], whole[1:]
    return whole, np.concatenate([[IGNORED], text_ids, [IGNORED]])


def _encoded(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, document_tokens: int | None
) -> Iterator[np.ndarray]:
    dtype = _token_dtype(tokenizer)
    for begin in tqdm(range(0, len(texts), CHUNK_DOCUMENTS), "tokenising", disable=None, leave=False, delay=2):
        chunk = texts[begin:begin + CHUNK_DOCUMENTS]
        if document_tokens is None:
            ids = tokenizers.encode(tokenizer, chunk)
        else:
            ids = encode_start(tokenizer, chunk, document_tokens)
        yield from (np.asarray(part, dtype=dtype) for part in ids)


def _token_dtype(tokenizer: PreTrainedTokenizerBase) -> str:
    return "uint16" if len(tokenizer) <= 2**16 else "uint32"


def _write(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, stem: Path, key: dict[str, Any]) -> Documents:
    """The description is written last: a store that was interrupted has none."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".json").unlink(missing_ok=True)
    lengths = []
    raw = stem.with_suffix(".raw")
    with raw.open("wb") as out:
        for ids in _encoded(texts, tokenizer, key["document_tokens"]):
            lengths.append(len(ids))
            out.write(ids.tobytes())
    offsets = np.cumsum([0] + lengths, dtype=np.int64)
    info = _info(texts, key, offsets, _token_dtype(tokenizer))
    np.save(stem.with_suffix(".offsets.npy"), offsets)
    os.replace(raw, stem.with_suffix(".tokens"))
    stem.with_suffix(".json").write_text(json.dumps(asdict(info)))
    return _open(info, stem)


def _stored_info(stem: Path, key: dict[str, Any]) -> DocumentsInfo | None:
    """Return the description of a store that has `key` and is whole; None where the store has to be made again."""
    path = stem.with_suffix(".json")
    stored = json.loads(path.read_text()) if path.is_file() else {}
    if not key.items() <= stored.items() or stored.keys() != {field.name for field in fields(DocumentsInfo)}:
        return None
    info = DocumentsInfo(**stored)
    expected_bytes = info.text_tokens * np.dtype(info.token_dtype).itemsize
    tokens = stem.with_suffix(".tokens")
    return info if tokens.is_file() and tokens.stat().st_size == expected_bytes else None


def _open(info: DocumentsInfo, stem: Path) -> Documents:
    offsets = np.load(stem.with_suffix(".offsets.npy"))
    if not offsets[-1]:  # an empty file cannot be mapped
        return Documents(info, np.zeros(0, dtype=info.token_dtype), offsets)
    return Documents(info, np.memmap(stem.with_suffix(".tokens"), dtype=info.token_dtype, mode="r"), offsets)


def _info(texts: Sequence[str], key: dict[str, Any], offsets: np.ndarray, token_dtype: str) -> DocumentsInfo:
    return DocumentsInfo(
        **key, documents=len(offsets) - 1, text_tokens=int(offsets[-1]),
        text_bytes=sum(len(text.encode("utf-8")) for text in texts), token_dtype=token_dtype,
    )
