"""Convert texts into token ids, many texts at a time; of long texts only the start, if no more is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from transformers import PreTrainedTokenizerBase

from statecode.modeling import tokenizers
from statecode.modeling.documents import Documents, DocumentsInfo
from statecode.modeling.text_starts import PREFIX_CHARACTERS, encode_starts
from statecode.modeling.texts import fingerprint
from statecode.modeling.tokenizer_hash import tokenizer_sha256
from statecode.progress import progress_bar

TOKENISED_TOGETHER = 256  # documents per call of the tokenizer: enough to use all cores, and they need little memory


def tokenise_in_memory(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Documents:
    """Tokenise whole texts without storing them on disk, for evaluation."""
    return documents_in_memory(list(tokenise(texts, tokenizer, None)), texts, tokenizer)


def documents_in_memory(
    ids: Sequence[np.ndarray], texts: Sequence[str], tokenizer: PreTrainedTokenizerBase
) -> Documents:
    """Return documents from the token ids of whole texts.

    Args:
        ids: the token ids of each text, of the dtype `token_dtype(tokenizer)`.
    """
    offsets = np.cumsum([0] + [len(part) for part in ids], dtype=np.int64)
    dtype = token_dtype(tokenizer)
    tokens = np.concatenate(ids) if ids else np.zeros(0, dtype=dtype)
    info = DocumentsInfo(
        texts_sha256=fingerprint(texts), tokenizer_sha256=tokenizer_sha256(tokenizer), documents=len(texts),
        document_tokens=None, text_tokens=len(tokens), text_bytes=utf8_bytes(texts), token_dtype=dtype,
    )
    return Documents(info, tokens, offsets)


def encode_start(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], tokens: int) -> list[list[int]]:
    """Return the first `tokens` token ids of each text; all of its ids if a text has fewer."""
    return [ids[:tokens] for ids in encode_starts(partial(tokenizers.encode, tokenizer), texts, tokens)]


def tokenise(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, document_tokens: int | None
) -> Iterator[np.ndarray]:
    """Yield the first `document_tokens` token ids of each text; all of its ids if `document_tokens` is None."""
    dtype = token_dtype(tokenizer)
    with progress_bar(None, "tokenising", "texts", total=len(texts)) as bar:
        for begin in range(0, len(texts), TOKENISED_TOGETHER):
            together = texts[begin:begin + TOKENISED_TOGETHER]
            if document_tokens is None:
                ids = tokenizers.encode(tokenizer, together)
            else:
                ids = encode_start(tokenizer, together, document_tokens)
            yield from (np.asarray(part, dtype=dtype) for part in ids)
            bar.update(len(together))


def prefixes(texts: Sequence[str], document_tokens: int | None) -> Iterator[str]:
    """Yield the first PREFIX_CHARACTERS * `document_tokens` characters of each text, or whole texts if it is None.

    These characters usually contain at least `document_tokens` tokens.
    """
    for text in texts:
        yield text if document_tokens is None else text[:PREFIX_CHARACTERS * document_tokens]


def utf8_bytes(texts: Sequence[str]) -> int:
    """Return the number of bytes of all texts in UTF-8."""
    return sum(len(text.encode("utf-8")) for text in texts)


def token_dtype(tokenizer: PreTrainedTokenizerBase) -> str:
    """Return NumPy's name of the smallest type of unsigned integers that is used for the ids of a tokenizer."""
    return "uint16" if len(tokenizer) <= 2**16 else "uint32"
