"""The number of bytes of text of each token, from which the bytes of any scored tokens follow exactly.

The tokens of a byte-level BPE are strings of bytes: those of a text have together as many bytes as the text in UTF-8.
Start, end and other special tokens have no bytes, because no text contains them.
"""

from __future__ import annotations

import json
from typing import Any

import torch
from tokenizers.pre_tokenizers import ByteLevel
from torch import Tensor
from transformers import PreTrainedTokenizerBase


def token_bytes(tokenizer: PreTrainedTokenizerBase) -> Tensor | None:
    """Return the number of bytes of each token id, int64 (V,).

    Returns:
        None if the tokens of a text do not contain exactly its bytes: the tokenizer is not a byte-level BPE, or it
        changes the text before.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or not _keeps_bytes(json.loads(backend.to_str())):
        return None
    vocabulary, added_tokens = tokenizer.get_vocab(), tokenizer.added_tokens_decoder
    ids = 1 + max([*vocabulary.values(), *added_tokens])  # not each of them needs to have a token
    sizes = torch.zeros(ids, dtype=torch.int64)
    for token, number in vocabulary.items():
        sizes[number] = len(token)  # byte-level BPE writes each byte as one character
    for number, added in added_tokens.items():
        sizes[number] = 0 if added.special else len(added.content.encode())
    return sizes


def _keeps_bytes(settings: dict[str, Any]) -> bool:
    """Return True if tokens contain exactly the bytes of a text, according to the content of tokenizer.json."""
    model, before = settings["model"], settings["pre_tokenizer"] or {}
    steps = before.get("pretokenizers", [before])
    byte_level = [step for step in steps if step.get("type") == "ByteLevel"]
    return (
        model["type"] == "BPE" and set(ByteLevel.alphabet()) <= model["vocab"].keys()
        and not model.get("continuing_subword_prefix") and not model.get("end_of_word_suffix")
        and settings["normalizer"] is None and len(byte_level) == 1 and not byte_level[0]["add_prefix_space"]
        and all(step["type"] in ("ByteLevel", "Digits") or step.get("behavior") == "Isolated" for step in steps)
    )
