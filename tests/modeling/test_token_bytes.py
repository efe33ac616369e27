"""Test the bytes of tokens: together those of the text, for every tokenizer for which they are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers  # noqa: E402
from transformers import PreTrainedTokenizerBase  # noqa: E402

from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.token_bytes import token_bytes  # noqa: E402
from statecode.modeling.tokenizers import encode, end_id, start_id, train_tokenizer  # noqa: E402
from tests.support.modeling_samples import openai_tokenizer, sample_texts, tokenizer_for  # noqa: E402

TEXT = "é漢 <|endoftext|>\n\t 12 [MASK] total = 1\u0301"


def bytes_of(tokenizer: PreTrainedTokenizerBase, text: str) -> int:
    sizes = token_bytes(tokenizer)
    assert sizes is not None
    return int(sizes[encode(tokenizer, [text])[0]].sum())


@settings(deadline=None)
@given(st.text())
@pytest.mark.parametrize("objective", list(Objective))
def test_the_tokens_of_a_text_have_its_bytes(objective: Objective, text: str) -> None:
    assert bytes_of(tokenizer_for(objective), text) == len(text.encode())


def test_the_tokens_of_gpt2_have_the_bytes_of_the_text_and_special_tokens_have_none(statecode_data: Path) -> None:
    for tokenizer in (openai_tokenizer(statecode_data), tokenizer_for(Objective.CAUSAL)):
        assert bytes_of(tokenizer, TEXT) == len(TEXT.encode())
        sizes = token_bytes(tokenizer)
        assert sizes is not None and sizes[start_id(tokenizer)] == sizes[end_id(tokenizer)] == 0
        assert (sizes == 0).sum() == len(set(tokenizer.all_special_ids))


def made(**parts: object) -> PreTrainedTokenizerBase:
    """Return a new tokenizer of which these parts are replaced."""
    tokenizer = train_tokenizer(sample_texts(9), 300, Objective.CAUSAL)
    for name, part in parts.items():
        setattr(tokenizer.backend_tokenizer, name, part)
    return tokenizer


def test_an_added_token_has_the_bytes_of_its_text() -> None:
    tokenizer = made()
    tokenizer.add_tokens([AddedToken("é12")])
    assert bytes_of(tokenizer, "x é12 y") == 8 and len(encode(tokenizer, ["é12"])[0]) == 1


def test_ids_may_have_gaps() -> None:
    tokenizer = made()
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    vocabulary = content["model"]["vocab"]
    last = max(vocabulary, key=vocabulary.get)
    vocabulary[last] += 7
    tokenizer._tokenizer = Tokenizer.from_str(json.dumps(content))
    sizes = token_bytes(tokenizer)
    assert sizes is not None and len(sizes) == vocabulary[last] + 1 > len(tokenizer)


@pytest.mark.parametrize("parts", [
    {"normalizer": normalizers.NFC()},
    {"pre_tokenizer": pre_tokenizers.ByteLevel(add_prefix_space=True)},
    {"pre_tokenizer": pre_tokenizers.Whitespace()},
    {"pre_tokenizer": pre_tokenizers.Sequence([pre_tokenizers.Split(" ", "removed"), pre_tokenizers.ByteLevel(False)])},
])
def test_tokenizers_that_change_the_text_have_no_known_bytes(parts: dict[str, object]) -> None:
    assert token_bytes(made()) is not None and token_bytes(made(**parts)) is None


def test_a_split_that_keeps_the_text_has_known_bytes() -> None:
    steps = [pre_tokenizers.Split(" ", "isolated"), pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(False)]
    assert bytes_of(made(pre_tokenizer=pre_tokenizers.Sequence(steps)), TEXT) == len(TEXT.encode())
