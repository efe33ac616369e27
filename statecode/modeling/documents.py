"""Documents as token ids, and their division into chunks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from transformers import PreTrainedTokenizerBase

from statecode.errors import ConfigError
from statecode.modeling import tokenizers
from statecode.modeling.batches import IGNORE_INDEX
from statecode.modeling.configs import Objective
from statecode.modeling.mapped_arrays import mapped_copy
from statecode.modeling.packing import PackedSequences


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsInfo:
    """The description of the documents of a split."""

    texts_sha256: str            # see texts.fingerprint; losses are comparable over equal texts only
    tokenizer_sha256: str
    corpus_key: str | None = None    # see texts.CorpusIdentity, as the next two fields; None: unknown
    view: str | None = None
    view_version: int | None = None
    documents: int
    document_tokens: int | None  # maximum number of tokens kept of each document, from its start; None: all
    text_tokens: int             # number of stored tokens, which exclude start and end tokens
    text_bytes: int              # UTF-8 bytes of the whole texts, not of the stored tokens alone
    loss_on: str = "all"             # see DataConfig.loss_on
    window_tokens: int | None = None  # documents are windows of runs with at most this many tokens; None: whole texts
    mask_unit: str = "token"         # "value": the tokens of values are known, see DataConfig.mask_unit
    token_dtype: str             # NumPy's name of the type of the stored token ids: uint16 or uint32


class TokenSpans(NamedTuple):
    """Spans of tokens of each document, such as those that are scored."""

    spans: np.ndarray    # int32 (n, 2): the first token, and the token after the last one
    offsets: np.ndarray  # document i has spans[offsets[i]:offsets[i + 1]]

    def marked(self, document: int, first: int, length: int) -> np.ndarray:
        """Return which of the tokens from `first` are in a span of a document, bool (length,)."""
        marks = np.zeros(length, dtype=bool)
        for begin, end in self.spans[slice(*self.offsets[document:document + 2])].tolist():
            marks[max(0, begin - first):max(0, end - first)] = True
        return marks


class Documents:
    """The tokens of every document of a split, without start and end tokens.

    Args:
        scored: the tokens that are scored; the end token has the index after the last token. None: all.
        value_bits: one bit per token of all documents, packed: it continues the value of the token before. None: the
            values are not known.
    """

    def __init__(
        self, info: DocumentsInfo, tokens: np.ndarray, offsets: np.ndarray, scored: TokenSpans | None = None,
        value_bits: np.ndarray | None = None,
    ) -> None:
        self.info, self.scored, self._value_bits = info, scored, value_bits
        self._tokens = tokens    # all documents, concatenated
        self._offsets = offsets  # document i is tokens[offsets[i]:offsets[i + 1]]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> np.ndarray:
        return self._tokens[slice(*self._offsets[index:index + 2])].astype(np.int64)

    def part(self, index: int, begin: int, end: int) -> np.ndarray:
        """Return the tokens from `begin` to `end`, exclusive, of a document, int64. Other tokens are not read."""
        first, last = self._offsets[index:index + 2]
        return self._tokens[first + begin:min(first + end, last)].astype(np.int64)

    def in_value(self, index: int, begin: int, end: int) -> np.ndarray:
        """Return which tokens from `begin` to `end` of a document continue the value of the token before, bool.

        Positions before or after the text, such as those of the start and end token, are False.

        Raises:
            ConfigError: the values are not known.
        """
        if self._value_bits is None:
            raise ConfigError("--mask-unit value: the documents of this corpus have no values; pass --mask-unit token")
        first, last = map(int, self._offsets[index:index + 2])
        low, high = max(first, first + begin), min(last, first + end)
        bits = np.unpackbits(self._value_bits[low // 8:-(-high // 8)])[low % 8:][:max(0, high - low)]
        found = np.zeros(end - begin, dtype=bool)
        found[low - first - begin:][:len(bits)] = bits
        return found

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


class DocumentChunks:
    """Documents cut into consecutive chunks of at most `sequence_tokens` tokens.

    The docstring of the module `packing` shows an example. The labels of causal chunks are the next tokens: each text
    token and the end token are scored once. The labels of masked chunks are their own text tokens; MlmMasking selects
    those that are scored.

    Args:
        document_tokens: maximum number of input tokens of a document, start token included; None: all.

    Attributes:
        lengths: number of tokens of each chunk, int32.
        document_of: number of the document of each chunk, ascending, int32.
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
        tokens = tokens.astype(np.int32)  # int32 here and below: a corpus can have millions of chunks
        counts = -(-tokens // sequence_tokens)  # chunks per document
        self.document_of = np.repeat(np.arange(len(documents), dtype=np.int32), counts)
        first_of = np.cumsum(counts, dtype=np.int32) - counts  # index of each document's first chunk
        self._begin = np.arange(len(self.document_of), dtype=np.int32)  # position of each chunk in its document
        self._begin -= np.repeat(first_of, counts)
        self._begin *= sequence_tokens
        self.lengths = np.repeat(tokens, counts) - self._begin
        np.minimum(sequence_tokens, self.lengths, out=self.lengths)

    def map_arrays(self, folder: Path) -> None:
        """Replace the arrays of all chunks by copies in files without a name in `folder`, see `mapped_arrays`."""
        self.lengths, self.document_of, self._begin = (
            mapped_copy(array, folder) for array in (self.lengths, self.document_of, self._begin))

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        document, begin, length = int(self.document_of[index]), int(self._begin[index]), int(self.lengths[index])
        # Only these tokens are read: a document can have thousands of chunks.
        first = max(0, begin - 1)
        text_ids = self._documents.part(document, first, begin + length)
        inputs, labels = inputs_and_labels(text_ids, self._start, self._end, self._objective)
        skipped = 1 if begin else 0  # the start token, which belongs to the first chunk
        inputs, labels = inputs[skipped:skipped + length], labels[skipped:skipped + length]
        if self._documents.scored is not None:
            label_of_first = begin if self._objective is Objective.CAUSAL else begin - 1  # which token of the text
            scored = self._documents.scored.marked(document, label_of_first, length)
            labels = np.where(scored, labels, IGNORE_INDEX)
        return inputs, labels

    def in_value(self, index: int) -> np.ndarray:
        """Return which tokens of a masked chunk continue the value of the token before, bool, one per token.

        A value that is cut by the start of the chunk begins with its first token.
        """
        document, begin, length = int(self.document_of[index]), int(self._begin[index]), int(self.lengths[index])
        found = self._documents.in_value(document, begin - 1, begin - 1 + length)  # after the start token
        found[0] = False
        return found


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
