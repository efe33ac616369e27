"""Tokenise the starts of texts: only a prefix of each text, because some traces are megabytes long."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from typing import TypeVar

PREFIX_CHARACTERS = 8  # length of the tokenised prefix of a text, in characters per token that is needed
PREFIX_MARGIN = 32     # number of tokens at the end of a prefix that are not used: the cut may have split a word

Encoded = TypeVar("Encoded", bound=Sized)


def encode_starts(
    encode: Callable[[Sequence[str]], list[Encoded]], texts: Sequence[str], tokens: int
) -> list[Encoded]:
    """Return the encoding of each text; of a long one that of a prefix with more than `tokens` tokens.

    The first `tokens` tokens are those of the whole text. If a prefix has too few tokens, the whole text is tokenised.

    Args:
        encode: returns the encodings of texts, whose lengths are numbers of tokens.
    """
    starts = [text[:PREFIX_CHARACTERS * tokens + 1000] for text in texts]
    encoded = encode(starts)
    for number, (text, start) in enumerate(zip(texts, starts)):
        if len(start) < len(text) and len(encoded[number]) < tokens + PREFIX_MARGIN:
            encoded[number] = encode([text])[0]
    return encoded
