"""The hash that identifies a tokenizer, loaded or as its file. Needs neither torch nor transformers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_NOT_HASHED = ("truncation", "padding", "version")  # of a call or of a library, not of the tokenizer


def tokenizer_sha256(tokenizer: PreTrainedTokenizerBase) -> str:
    """Hash everything that turns text into ids; equal to the hash of the tokenizer.json that the tokenizer saves."""
    return content_sha256(json.loads(tokenizer.backend_tokenizer.to_str()))


def content_sha256(content: dict[str, Any]) -> str:
    """Hash the parsed content of a tokenizer.json, regardless of layout, truncation and padding.

    Loading and saving turns absent values into empty ones (null into ""), so neither is hashed.
    """
    hashed = {name: value for name, value in content.items() if name not in _NOT_HASHED}
    return hashlib.sha256(json.dumps(_without_empty(hashed), sort_keys=True).encode()).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_empty(item) for name, item in value.items() if item not in (None, "")}
    return value
