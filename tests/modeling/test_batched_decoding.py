"""Test that texts written in batches, with limits per prompt, equal those that are written one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling import batched_decoding  # noqa: E402
from statecode.modeling.batched_decoding import Prompt, write_greedily  # noqa: E402
from statecode.modeling.configs import DecodingConfig, Objective  # noqa: E402
from statecode.modeling.decoding import Continuation, StopReason, continue_prompts  # noqa: E402
from statecode.modeling.tokenizers import decode, encode, end_id, start_id  # noqa: E402
from tests.support.modeling_samples import family_model, one_thread, sample_texts, tokenizer_for  # noqa: E402

TOKENIZER = tokenizer_for(Objective.CAUSAL)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


def prompts_of(lengths: tuple[int, ...], new_tokens: tuple[int, ...], lines: int | None = None) -> list[Prompt]:
    """Return one prompt per length, with the start of different texts."""
    texts = encode(TOKENIZER, ["".join(sample_texts(20, number)) for number in range(len(lengths))])
    return [
        Prompt(ids=[start_id(TOKENIZER), *ids[:length]], max_new_tokens=tokens, max_new_lines=lines)
        for ids, length, tokens in zip(texts, lengths, new_tokens, strict=True)
    ]


def written(model: Any, prompts: list[Prompt], rows: int) -> list[Continuation]:
    """Return the continuations in the order of the prompts."""
    found = dict(write_greedily(model, TOKENIZER, prompts, rows))
    assert sorted(found) == list(range(len(prompts)))
    return [found[number] for number in range(len(prompts))]


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_batches_equal_single_texts_and_generate_of_transformers(family: str) -> None:
    """Use more rows than a batch, so that rows end at different steps, leave the batch and take padding with them."""
    model = family_model(family, max_seq_len=96)
    lengths = (3, 40, 1, 14, 30, 30, 55, 80, 90, 2, 7)
    prompts = prompts_of(lengths, (24, 5, 60, 1, 12, 90, 33, 9, 90, 17, 48))
    together = written(model, prompts, rows=6)
    assert together == written(model, prompts, rows=1)
    for prompt, continuation in zip(prompts, together):
        config = DecodingConfig(max_new_tokens=prompt.max_new_tokens)
        assert continuation == continue_prompts(model, TOKENIZER, [prompt.ids], config)[0]
    assert together[8].stop is StopReason.CONTEXT and len(together[8].ids) == 96 - 91
    assert together[3].stop is StopReason.TOKENS and len(together[3].ids) == 1
    assert len({continuation.ids for continuation in together}) > 8


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_greedy_tokens_equal_those_without_cache(family: str) -> None:
    model = family_model(family, max_seq_len=96).eval()
    prompts = prompts_of((5, 20, 33), (20, 20, 20))
    for prompt, continuation in zip(prompts, written(model, prompts, rows=3)):
        ids = list(prompt.ids)
        for _ in range(20):
            with torch.no_grad():
                ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
        expected = ids[len(prompt.ids):]
        assert list(continuation.ids) == expected[: len(continuation.ids)]
        assert len(continuation.ids) == 20 or expected[len(continuation.ids)] == end_id(TOKENIZER)


def test_end_token_and_lines_end_a_text() -> None:
    """Let the most likely token be a newline or the end token, by a bias of the output layer."""
    model = family_model("gpt2", max_seq_len=96).eval()
    newline = encode(TOKENIZER, ["\n"])[0][0]
    forward = model.forward
    chosen = newline

    def biased(*args: Any, **options: Any) -> Any:
        output = forward(*args, **options)
        output.logits[..., chosen] += 1e4
        return output

    biased.__signature__ = batched_decoding.inspect.signature(forward)  # type: ignore[attr-defined]
    model.forward = biased
    lines = written(model, prompts_of((3, 8), (9, 9), lines=4), rows=2)
    assert [(one.text, one.stop) for one in lines] == [("\n" * 4, StopReason.LINES)] * 2
    chosen = end_id(TOKENIZER)
    ended = written(model, prompts_of((3, 8), (9, 9)), rows=2)
    assert [(one.ids, one.text, one.stop) for one in ended] == [((), "", StopReason.END)] * 2


def test_model_keeps_its_mode_and_texts_are_decoded() -> None:
    model = family_model("llama").train()
    one, = written(model, prompts_of((4,), (6,)), rows=8)
    assert model.training and one.text == decode(TOKENIZER, one.ids)


@pytest.mark.parametrize("prompt", [
    Prompt(ids=[], max_new_tokens=3), Prompt(ids=[1] * 64, max_new_tokens=3), Prompt(ids=[1], max_new_tokens=0)
])
def test_prompt_without_room_is_refused(prompt: Prompt) -> None:
    with pytest.raises(ValueError, match="the model reads 64 tokens together"):
        list(write_greedily(family_model("gpt2"), TOKENIZER, [prompt], 4))


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_a_row_that_has_filled_the_context_stays_in_a_large_batch(family: str) -> None:
    """One ended row of twelve is not removed; its next positions would lie behind the learned ones of GPT-2."""
    model = family_model(family, max_seq_len=64)
    prompts = prompts_of((60, *[5] * 11), (30, *[40] * 11))
    together = written(model, prompts, rows=12)
    assert together[0].stop in (StopReason.CONTEXT, StopReason.END)
    assert together == written(model, prompts, rows=1)
