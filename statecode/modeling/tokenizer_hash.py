"""Compute the hash that identifies a tokenizer, from the object or from its file. Imports no torch or transformers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_NOT_HASHED = ("truncation", "padding", "version")  # properties of a call or of the library, not of the tokenizer


def tokenizer_sha256(tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the SHA-256 of all parts of a tokenizer that map text to ids, as hexadecimal digits.

    The hash equals `content_sha256` of the tokenizer.json that the tokenizer saves.
    """
    return content_sha256(json.loads(tokenizer.backend_tokenizer.to_str()))


def content_sha256(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the parsed content of a tokenizer.json, as hexadecimal digits.

    The hash does not depend on the layout of the file, nor on the entries in _NOT_HASHED. Null and empty strings are
    not hashed, because loading and saving a tokenizer turns null into an empty string.
    """
    hashed = {name: value for name, value in content.items() if name not in _NOT_HASHED}
    return hashlib.sha256(json.dumps(_without_empty(hashed), sort_keys=True).encode()).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_empty(item) for name, item in value.items() if item not in (None, "")}
    return value
