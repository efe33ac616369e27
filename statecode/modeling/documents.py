"""Documents as token ids on disk: tokenised once per run and mapped into memory by every process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm
from transformers import PreTrainedTokenizerBase

from statecode.files import replace, sync, write_text
from statecode.modeling import tokenizers
from statecode.modeling.batches import IGNORE_INDEX
from statecode.modeling.configs import Objective
from statecode.modeling.packing import PackedSequences
from statecode.modeling.texts import fingerprint
from statecode.modeling.tokenizer_hash import tokenizer_sha256

TOKENISED_TOGETHER = 256  # documents per call of the tokenizer: enough to use all cores, and they need little memory
PREFIX_CHARACTERS = 8  # length of the tokenised prefix of a text, in characters per token that is needed
PREFIX_MARGIN = 32     # number of tokens at the end of a prefix that are not used: the cut may have split a word


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsInfo:
    """The description of a store, which holds the documents of a split.

    A store is reused for texts, a tokenizer and a `document_tokens` that equal those in its description.
    """

    texts_sha256: str
    tokenizer_sha256: str
    documents: int
    document_tokens: int | None  # maximum number of tokens kept of each document, from its start; None: all
    text_tokens: int             # number of stored tokens, which exclude start and end tokens
    text_bytes: int              # UTF-8 bytes of the whole texts, not of the stored tokens alone
    token_dtype: str             # NumPy's name of the type of the stored token ids: uint16 or uint32


class Documents:
    """The tokens of every document of a split, without start and end tokens."""

    def __init__(self, info: DocumentsInfo, tokens: np.ndarray, offsets: np.ndarray) -> None:
        self.info = info
        self._tokens = tokens    # all documents, concatenated
        self._offsets = offsets  # document i is tokens[offsets[i]:offsets[i + 1]]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> np.ndarray:
        return self._tokens[slice(*self._offsets[index:index + 2])].astype(np.int64)

    @property
    def lengths(self) -> np.ndarray:
        """Number of text tokens of each document, int64."""
        return np.diff(self._offsets)


def describe_split(documents: Documents, sequences: PackedSequences, sequence_tokens: int) -> dict[str, Any]:
    """Return the sizes of a split for run.json, with the share of its positions that are not padding.

    Args:
        sequence_tokens: length of a full sequence.
    """
    used = int(sequences.chunks.lengths.sum())
    return asdict(documents.info) | {
        "rows": len(sequences), "positions": used,
        "filled_share": round(used / max(1, len(sequences) * sequence_tokens), 4),
    }


def open_documents(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, stem: Path, document_tokens: int | None = None,
    texts_sha256: str | None = None,
) -> Documents:
    """Open the documents stored at `stem`, or tokenise `texts` and store them if there is no matching store.

    The store consists of STEM.tokens, STEM.offsets.npy and STEM.json. It matches if texts, tokenizer and
    `document_tokens` are the same.

    Args:
        document_tokens: maximum number of tokens that are kept of each text, from its start; None: all. The rest of a
            long text is not tokenised.
        texts_sha256: the `fingerprint` of the texts; None: compute the fingerprint, which reads all texts.
    """
    key = {"texts_sha256": texts_sha256 or fingerprint(texts), "tokenizer_sha256": tokenizer_sha256(tokenizer),
           "document_tokens": document_tokens}
    info = _stored_info(stem, key)
    return _write_store(texts, tokenizer, stem, key) if info is None else _open_store(info, stem)


def tokenise_in_memory(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Documents:
    """Tokenise whole texts without storing them on disk, for evaluation."""
    ids = list(_tokenise(texts, tokenizer, None))
    offsets = np.cumsum([0] + [len(part) for part in ids], dtype=np.int64)
    dtype = _token_dtype(tokenizer)
    tokens = np.concatenate(ids) if ids else np.zeros(0, dtype=dtype)
    key = {"texts_sha256": fingerprint(texts), "tokenizer_sha256": tokenizer_sha256(tokenizer), "document_tokens": None}
    return Documents(_describe_store(texts, key, offsets, dtype), tokens, offsets)


def encode_start(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], tokens: int) -> list[list[int]]:
    """Return the first `tokens` token ids of each text; all of its ids if a text has fewer.

    Only a prefix of each text is tokenised, because some traces are megabytes long. If the prefix has too few tokens,
    the whole text is tokenised.
    """
    starts = [text[:PREFIX_CHARACTERS * tokens + 1000] for text in texts]
    encoded = tokenizers.encode(tokenizer, starts)
    for number, (text, start) in enumerate(zip(texts, starts)):
        if len(start) < len(text) and len(encoded[number]) < tokens + PREFIX_MARGIN:
            encoded[number] = tokenizers.encode(tokenizer, [text])[0]
    return [ids[:tokens] for ids in encoded]


class DocumentChunks:
    """Documents cut into consecutive chunks of at most `sequence_tokens` tokens.

    The docstring of the module `packing` shows an example. The labels of causal chunks are the next tokens: each text
    token and the end token are scored once. The labels of masked chunks are their own text tokens; MlmMasking selects
    those that are scored.

    Args:
        document_tokens: maximum number of input tokens of a document, start token included; None: all.
    """

    def __init__(
        self,
        documents: Documents,
        tokenizer: PreTrainedTokenizerBase,
        objective: Objective,
        sequence_tokens: int,
        document_tokens: int | None = None,
    ) -> None:
        self._documents, self._objective, self._sequence_tokens = documents, objective, sequence_tokens
        self._start, self._end = tokenizers.start_id(tokenizer), tokenizers.end_id(tokenizer)
        # Input tokens of each document: causal inputs lack the end token, which is only a label.
        tokens = documents.lengths + (1 if objective is Objective.CAUSAL else 2)
        tokens = tokens if document_tokens is None else np.minimum(tokens, document_tokens)
        counts = -(-tokens // sequence_tokens)  # chunks per document
        self._document_of = np.repeat(np.arange(len(documents)), counts)
        first_of = np.cumsum(counts) - counts  # index of each document's first chunk
        self._begin = (np.arange(len(self._document_of)) - first_of[self._document_of]) * sequence_tokens
        self.lengths = np.minimum(sequence_tokens, tokens[self._document_of] - self._begin)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        text_ids = self._documents[self._document_of[index]]
        inputs, labels = inputs_and_labels(text_ids, self._start, self._end, self._objective)
        chunk = slice(self._begin[index], self._begin[index] + self._sequence_tokens)
        return inputs[chunk], labels[chunk]


def inputs_and_labels(
    text_ids: np.ndarray, start: int, end: int, objective: Objective
) -> tuple[np.ndarray, np.ndarray]:
    """Return the input ids and the labels of a whole document; both arrays have the same length.

    Args:
        text_ids: the tokens of the text, without start and end tokens.
        start: id of the start token.
        end: id of the end token.
    """
    document = np.concatenate([[start], text_ids, [end]])
    if objective is Objective.CAUSAL:
        return document[:-1], document[1:]
    return document, np.concatenate([[IGNORE_INDEX], text_ids, [IGNORE_INDEX]])


def _tokenise(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, document_tokens: int | None
) -> Iterator[np.ndarray]:
    """Yield the first `document_tokens` token ids of each text; all of its ids if `document_tokens` is None."""
    dtype = _token_dtype(tokenizer)
    for begin in tqdm(range(0, len(texts), TOKENISED_TOGETHER), "tokenising", disable=None, leave=False, delay=2):
        together = texts[begin:begin + TOKENISED_TOGETHER]
        if document_tokens is None:
            ids = tokenizers.encode(tokenizer, together)
        else:
            ids = encode_start(tokenizer, together, document_tokens)
        yield from (np.asarray(part, dtype=dtype) for part in ids)


def _token_dtype(tokenizer: PreTrainedTokenizerBase) -> str:
    return "uint16" if len(tokenizer) <= 2**16 else "uint32"


def _write_store(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, stem: Path, key: dict[str, Any]
) -> Documents:
    """Tokenise `texts`, store the tokens, and return the documents.

    The description is written last, so that an incomplete store has none.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".json").unlink(missing_ok=True)
    lengths = []
    raw = stem.with_suffix(".raw")
    with raw.open("wb") as out:
        for ids in _tokenise(texts, tokenizer, key["document_tokens"]):
            lengths.append(len(ids))
            out.write(ids.tobytes())
    offsets = np.cumsum([0] + lengths, dtype=np.int64)
    info = _describe_store(texts, key, offsets, _token_dtype(tokenizer))
    np.save(stem.with_suffix(".offsets.npy"), offsets)
    sync(raw)
    replace(raw, stem.with_suffix(".tokens"))
    write_text(stem.with_suffix(".json"), json.dumps(asdict(info)))
    return _open_store(info, stem)


def _stored_info(stem: Path, key: dict[str, Any]) -> DocumentsInfo | None:
    """Return the description of a complete store that matches `key`; None if the texts must be tokenised again."""
    path = stem.with_suffix(".json")
    stored = json.loads(path.read_text()) if path.is_file() else {}
    if not key.items() <= stored.items() or stored.keys() != {field.name for field in fields(DocumentsInfo)}:
        return None
    info = DocumentsInfo(**stored)
    expected_bytes = info.text_tokens * np.dtype(info.token_dtype).itemsize
    tokens = stem.with_suffix(".tokens")
    return info if tokens.is_file() and tokens.stat().st_size == expected_bytes else None


def _open_store(info: DocumentsInfo, stem: Path) -> Documents:
    offsets = np.load(stem.with_suffix(".offsets.npy"))
    if not offsets[-1]:  # an empty file cannot be mapped
        return Documents(info, np.zeros(0, dtype=info.token_dtype), offsets)
    return Documents(info, np.memmap(stem.with_suffix(".tokens"), dtype=info.token_dtype, mode="r"), offsets)


def _describe_store(texts: Sequence[str], key: dict[str, Any], offsets: np.ndarray, token_dtype: str) -> DocumentsInfo:
    return DocumentsInfo(
        **key, documents=len(offsets) - 1, text_tokens=int(offsets[-1]),
        text_bytes=sum(len(text.encode("utf-8")) for text in texts), token_dtype=token_dtype,
    )
