"""The tokens of runs with their kinds.

A token has one kind: the kind that most of its characters have, or the first of these kinds in the text. Its loss and
all its bytes count for this kind, so that the sums over the kinds are the loss and the bytes of the whole texts. The
tokens of a text divide it: a token begins where the one before ends, so that spaces that a tokenizer drops belong to
the next token. If a character has several tokens, the first of them has its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, processors
from transformers import PreTrainedTokenizerBase

from statecode.corpus.shards import read_shard
from statecode.errors import ConfigError
from statecode.evaluation.loss.kinded_texts import TOKEN_KINDS, KindedText, kinded_texts
from statecode.modeling.documents import Documents
from statecode.modeling.texts import trace_shards
from statecode.modeling.tokenising import documents_in_memory, token_dtype
from statecode.progress import progress_bar

_END = TOKEN_KINDS.index("end")


@dataclass(frozen=True, slots=True)
class KindedDocuments:
    """Documents with the kinds of their tokens. Arrays have the places of `SlidingWindows`: text tokens, end token."""

    documents: Documents
    texts: list[str]
    kinds: np.ndarray     # uint8, indices of TOKEN_KINDS
    sizes: np.ndarray     # int64, UTF-8 bytes
    crossing: np.ndarray  # bool: the token has characters of several kinds
    copied: np.ndarray    # bool: copying the last value is right for the token, see `kinded_texts.kinded_text`


def load_kinded(
    corpus: str, view: str, split: str, tokenizer: PreTrainedTokenizerBase, limit: int | None = None
) -> KindedDocuments:
    """Read the runs of a split, render them in a view, and tokenise their texts.

    The texts and tokens are those of `load_texts` and `tokenise_in_memory`. A run that the view cannot render has an
    empty text.

    Args:
        limit: read the first runs only, as many as this; None: all.

    Raises:
        CorpusError: there is no finished corpus, or it lacks the split.
        ConfigError: the tokenizer does not report the positions of its tokens.

    Warns:
        UserWarning: the view cannot render some runs.
    """
    traces = (trace for shard in trace_shards(corpus, split) for trace in read_shard(Path(shard)))
    return kinded_documents(kinded_texts(islice(traces, limit), view), tokenizer)


def kinded_documents(texts: Iterable[KindedText], tokenizer: PreTrainedTokenizerBase) -> KindedDocuments:
    """Tokenise texts, and return their tokens with their kinds.

    Raises:
        ConfigError: the tokenizer does not report the positions of its tokens.
    """
    core, dtype = _with_positions(tokenizer), token_dtype(tokenizer)
    ids, strings, columns = [], [], []
    for kinded in progress_bar(texts, "tokenising", "texts"):
        encoding = core.encode(kinded.text, add_special_tokens=False)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        ids.append(np.array(encoding.ids, dtype=dtype))
        strings.append(kinded.text)
        columns.append(token_columns(offsets[:, 1], kinded))
    return KindedDocuments(
        documents_in_memory(ids, strings, tokenizer), strings, *(np.concatenate(parts) for parts in zip(*columns)))


def token_columns(ends: np.ndarray, kinded: KindedText) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the kinds, bytes, crossings and copies of the tokens of a text and of its end token.

    Args:
        ends: the character after the last one of each token, int64.

    Returns:
        Four arrays with an entry per token and one for the end token, as in KindedDocuments.
    """
    text = kinded.text
    ends = np.maximum.accumulate(ends)
    ends[-1:] = len(text)
    starts = np.concatenate([[0], ends])[:-1]
    first_character = np.maximum(0, np.minimum(starts, ends - 1))  # a token without characters: the one before
    first, last = (np.searchsorted(kinded.starts, characters, side="right") - 1
                   for characters in (first_character, np.maximum(first_character, ends - 1)))
    kinds = kinded.kinds[first]
    crossing = first < last
    kinds[crossing] = _most_frequent(kinded, starts[crossing], ends[crossing], first[crossing], last[crossing])
    bytes_before = _bytes_before(text)
    wrong_before = np.concatenate([[0], np.cumsum(~kinded.copied)])
    return (
        np.append(kinds, np.uint8(_END)), np.append(bytes_before[ends] - bytes_before[starts], 0),
        np.append(crossing, False), np.append(wrong_before[ends] == wrong_before[starts], False),
    )


def _most_frequent(
    kinded: KindedText, starts: np.ndarray, ends: np.ndarray, first: np.ndarray, last: np.ndarray
) -> np.ndarray:
    """Return the kind that most characters of each token have, the first one in the text if there are several.

    Args:
        starts, ends: the characters of each token.
        first, last: the first and the last stretch of each token.
    """
    limits = np.append(kinded.starts, len(kinded.text))
    tokens = np.arange(len(starts))
    counts = np.zeros((len(starts), len(TOKEN_KINDS)), dtype=np.int64)
    widest = int((last - first).max(initial=-1)) + 1  # stretches of one token
    for step in range(widest):
        stretch = np.minimum(first + step, last)
        overlap = np.minimum(ends, limits[stretch + 1]) - np.maximum(starts, limits[stretch])
        counts[tokens, kinded.kinds[stretch]] += np.where(first + step <= last, overlap, 0)
    most = counts.max(axis=1, initial=0)
    chosen = np.zeros(len(starts), dtype=np.uint8)
    for step in reversed(range(widest)):
        kinds = kinded.kinds[np.minimum(first + step, last)]
        chosen = np.where(counts[tokens, kinds] == most, kinds, chosen)
    return chosen


def _bytes_before(text: str) -> np.ndarray:
    """Return the number of UTF-8 bytes before each character and at the end, int64 (characters + 1,)."""
    if text.isascii():
        return np.arange(len(text) + 1)
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    return np.concatenate([[0], np.cumsum(1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF))])


def _with_positions(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    """Return a copy of a tokenizer that reports all characters of its tokens, also white space.

    Raises:
        ConfigError: it is not a fast tokenizer.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ConfigError(f"--by-kind: the tokenizer {tokenizer.name_or_path} does not report the positions of its"
                          " tokens; choose a model with a fast tokenizer (tokenizer.json)")
    core = Tokenizer.from_str(backend.to_str())
    core.no_truncation()
    core.no_padding()
    core.encode_special_tokens = True  # a text that spells a special token is ordinary text
    core.post_processor = processors.TemplateProcessing(single="$A", pair="$A $B", special_tokens=[])
    return core
