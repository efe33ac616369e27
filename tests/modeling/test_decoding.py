"""Test that batched decoding equals single and greedy decoding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling.configs import DecodingConfig, ModelShape  # noqa: E402
from statecode.modeling.decoding import StopReason, continue_prompts  # noqa: E402
from statecode.modeling.models import build_model  # noqa: E402
from statecode.modeling.tokenizers import start_id  # noqa: E402
from tests.support.continuation_samples import make_tokenizer  # noqa: E402
from tests.support.modeling_samples import one_thread  # noqa: E402


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return make_tokenizer()


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module")
def model(tokenizer: Any) -> Any:
    return build_model(ModelShape(family="gpt2", layers=2, width=32, heads=2, max_seq_len=64), tokenizer, 1)


def test_batched_generation_equals_single_generation(model: Any, tokenizer: Any) -> None:
    prompts = [[start_id(tokenizer), *range(20, 20 + length)] for length in (3, 9, 1, 14, 30, 30, 55)]
    config = DecodingConfig(max_new_tokens=24, decoding_rows=4)
    together = continue_prompts(model, tokenizer, prompts, config)
    assert together == [continue_prompts(model, tokenizer, [prompt], config)[0] for prompt in prompts]
    assert [len(generated.ids) for generated in together[:6]] == [24] * 6 and together[0].stop is StopReason.TOKENS
    assert len(together[6].ids) == 64 - 56 and together[6].stop is StopReason.CONTEXT
    assert len({generated.ids for generated in together}) > 3


def test_greedy_generation_takes_the_most_likely_token(model: Any, tokenizer: Any) -> None:
    prompt = [start_id(tokenizer), 40, 50, 60]
    generated = continue_prompts(model, tokenizer, [prompt], DecodingConfig(max_new_tokens=10))[0]
    model.eval()
    ids = list(prompt)
    for _ in range(10):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    assert list(generated.ids) == ids[4:]


def test_prompt_that_fills_the_context_is_refused(model: Any, tokenizer: Any) -> None:
    with pytest.raises(ValueError, match="64 tokens"):
        continue_prompts(model, tokenizer, [[1] * 64], DecodingConfig())


def test_sampling_draws_from_the_distribution_with_a_seed(model: Any, tokenizer: Any) -> None:
    prompts = [[start_id(tokenizer), 20, 21]] * 3
    config = DecodingConfig(max_new_tokens=12, decoding_rows=8)

    def sampled(seed: int) -> list[tuple[int, ...]]:
        torch.manual_seed(seed)
        return [one.ids for one in continue_prompts(model, tokenizer, prompts, config, sample=True)]

    first = sampled(1)
    assert first == sampled(1) != sampled(2)
    assert len(set(first)) == 3  # the same prompt, other draws
    greedy = continue_prompts(model, tokenizer, prompts, config)
    assert len({one.ids for one in greedy}) == 1 and greedy[0].ids not in first


def test_all_tokens_can_be_drawn(model: Any, tokenizer: Any) -> None:
    """With 400 draws from a nearly uniform distribution, many more than 50 (a usual default of top_k) are different."""
    torch.manual_seed(0)
    prompts = [[start_id(tokenizer), 20, 21]] * 400
    drawn = continue_prompts(model, tokenizer, prompts, DecodingConfig(max_new_tokens=1, decoding_rows=400), sample=True)
    assert len({one.ids for one in drawn}) > 100
