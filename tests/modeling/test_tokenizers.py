"""Test that decoding returns every text exactly, and that encoding a text yields no special tokens."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import tokenizers  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.pretraining import make_masking  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from tests.support.modeling_samples import openai_tokenizer, sample_texts, tokenizer_for  # noqa: E402

BOTH = pytest.mark.parametrize("objective", list(Objective))
TRICKY = ["", " ", "  a  b \n\t", " n't , .", "<|endoftext|>[MASK] [SEP]<|pad|>", "\r\n\u2028\x00\x1c", "é漢🙂\u0301"]


@BOTH
@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(), st.sampled_from(TRICKY), st.text(alphabet="<|endoftxt>[]MASK \n'.,")))
def test_decoding_returns_any_text_exactly(objective: Objective, text: str, reloaded: dict) -> None:
    for tokenizer in (tokenizer_for(objective), reloaded[objective]):
        ids = tokenizers.encode(tokenizer, [text])[0]
        assert tokenizers.decode(tokenizer, ids) == text
        assert not set(ids) & set(tokenizer.all_special_ids)


@BOTH
def test_reloading_changes_no_id(objective: Objective, reloaded: dict) -> None:
    texts = sample_texts(5) + TRICKY
    before, after = tokenizer_for(objective), reloaded[objective]
    assert tokenizers.encode(before, texts) == tokenizers.encode(after, texts)
    assert len(before) == len(after) == 320
    for special in (tokenizers.start_id, tokenizers.end_id, tokenizers.pad_id):
        assert special(before) == special(after) < 5


def test_the_special_tokens_have_the_names_of_gpt2_and_bert() -> None:
    gpt2, bert = tokenizer_for(Objective.CAUSAL), tokenizer_for(Objective.MASKED)
    assert (gpt2.bos_token, gpt2.eos_token, gpt2.pad_token) == ("<|endoftext|>", "<|endoftext|>", "<|pad|>")
    assert [bert.cls_token, bert.sep_token, bert.mask_token, bert.pad_token] == ["[CLS]", "[SEP]", "[MASK]", "[PAD]"]
    masking = make_masking(bert, Objective.MASKED, 0.15)
    assert (masking.mask_id, masking.first_random_id, masking.vocab_size) == (bert.mask_token_id, 5, 320)
    assert make_masking(gpt2, Objective.CAUSAL, 0.15) is None


def test_the_merges_follow_the_corpus() -> None:
    ids = tokenizers.encode(tokenizer_for(Objective.CAUSAL), [" total = total"])[0]
    assert len(ids) == 3


@BOTH
def test_each_digit_is_a_token_unless_digits_are_merged(objective: Objective, tmp_path) -> None:
    texts = ["total = 123 [12, 123]  12 x12\n"] * 9
    single, merged = (tokenizers.train_tokenizer(texts, 400, objective, digits) for digits in ("single", "merged"))
    save_tokenizer(single, tmp_path)
    for tokenizer in (single, tokenizers.load_tokenizer(str(tmp_path))):
        pieces = tokenizer.convert_ids_to_tokens(tokenizers.encode(tokenizer, ["x12, 123  4567"])[0])
        assert [piece for piece in pieces if any(map(str.isdigit, piece))] == list("121234567")
    ordinary = set(single.get_vocab()) - set(single.all_special_tokens)
    assert {token for token in ordinary if any(digit in token for digit in "0123456789")} == set("0123456789")
    assert any("123" in token for token in merged.get_vocab())
    assert tokenizers.decode(single, tokenizers.encode(single, ["x12, 123  4567"])[0]) == "x12, 123  4567"


def test_a_causal_tokenizer_has_no_mask_token() -> None:
    with pytest.raises(ConfigError, match="no mask token"):
        tokenizers.mask_id(tokenizer_for(Objective.CAUSAL))


def test_a_folder_without_a_tokenizer_is_an_error_of_one_line(tmp_path) -> None:
    with pytest.raises(ConfigError, match="no tokenizer in the folder") as caught:
        tokenizers.load_tokenizer(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("own_class", [False, True])
def test_code_of_a_tokenizer_is_never_executed(tmp_path, monkeypatch, capsys, own_class: bool) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 100))
    folder, canary = tmp_path / "tokenizer", tmp_path / "canary"
    save_tokenizer(tokenizer_for(Objective.CAUSAL), folder)
    (folder / "custom.py").write_text(f"open({str(canary)!r}, 'w').close()\n")
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings |= {"auto_map": {"AutoTokenizer": ["custom.Slow", "custom.Fast"]}}
    settings |= {"tokenizer_class": "Custom"} if own_class else {}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    if own_class:
        with pytest.raises(ConfigError, match=r"/tokenizer_config\.json: auto_map names code of the checkpoint") as caught:
            tokenizers.load_tokenizer(str(folder))
        assert "\n" not in str(caught.value)
    else:
        assert tokenizers.encode(tokenizers.load_tokenizer(str(folder)), [" total"]) == tokenizers.encode(
            tokenizer_for(Objective.CAUSAL), [" total"])
    assert not canary.exists() and "run the custom code" not in capsys.readouterr().out


def test_the_tokenizer_of_gpt2_is_saved_and_loaded_unchanged(statecode_data, tmp_path) -> None:
    save_tokenizer(openai_tokenizer(statecode_data), tmp_path)
    tokenizer = tokenizers.load_tokenizer(str(tmp_path))
    assert tokenizers.encode(tokenizer, ["hello world"]) == [[31373, 995]]
    assert tokenizers.start_id(tokenizer) == tokenizers.end_id(tokenizer) == 50256
    for text in TRICKY:
        assert tokenizers.decode(tokenizer, tokenizers.encode(tokenizer, [text])[0]) == text
