"""Test that windows score each token once, against plain loops over positions."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.evaluation.configs import PerplexityConfig  # noqa: E402
from statecode.evaluation.loss.perplexity import compute_perplexity  # noqa: E402
from statecode.evaluation.loss.sliding_windows import SlidingWindows, token_nll  # noqa: E402
from statecode.modeling import launch  # noqa: E402
from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.tokenising import tokenise_in_memory  # noqa: E402
from statecode.modeling.tokenizers import encode, end_id  # noqa: E402
from tests.support.modeling_samples import (  # noqa: E402
    document_of,
    family_model,
    plain_nll,
    sample_texts,
    small_model,
    tokenizer_for,
)

CAUSAL = Objective.CAUSAL
TEXTS = sample_texts(6) + ["", "é漢"]


@pytest.fixture(scope="module")
def accelerator():
    return launch.make_accelerator("fp32", threads=1)


def windows_of(texts: list[str], context: int, stride: int, score_end: bool = True) -> SlidingWindows:
    tokenizer = tokenizer_for(CAUSAL)
    return SlidingWindows(tokenise_in_memory(texts, tokenizer), tokenizer, context, stride, score_end)


@pytest.mark.parametrize("context, stride", [(16, 16), (16, 5), (16, 1), (10, 7)])
def test_windows_score_each_token_once_with_the_promised_context(accelerator, context, stride) -> None:
    tokenizer = tokenizer_for(CAUSAL)
    windows = SlidingWindows(tokenise_in_memory(TEXTS, tokenizer), tokenizer, context, stride, score_end=True)
    scored, cursor = [], 0
    for index in range(len(windows.lengths)):
        inputs, labels = windows[index]
        assert len(inputs) == len(labels) == windows.lengths[index] <= context
        places = [place for place, label in enumerate(labels) if label != IGNORE_INDEX]
        assert places == list(range(places[0], len(labels)))  # contiguous, up to the end of the window
        assert inputs[0] == document_of(TEXTS[cursor], CAUSAL)[0][0] or places[0] + 1 >= context - stride + 1
        scored += [int(label) for label in labels if label != IGNORE_INDEX]
        cursor += int(labels[-1] == end_id(tokenizer))
    assert scored == [token for ids in encode(tokenizer, TEXTS) for token in [*ids, end_id(tokenizer)]]


@pytest.mark.parametrize("stride", [3, 8, 16])
def test_sliding_windows_agree_with_a_loop_over_positions(accelerator, stride: int) -> None:
    model, context, text = small_model(CAUSAL), 16, sample_texts(1, first=6)[0]
    inputs, labels = document_of(text, CAUSAL)
    expected = 0.0
    for place, label in enumerate(labels):  # for each token: the window that scores it, and the inputs in it
        window = 0 if place < context else (place - context) // stride + 1
        begin = window * stride
        seen = inputs[begin:place + 1]
        expected += plain_nll(model, seen, [IGNORE_INDEX] * (len(seen) - 1) + [label], CAUSAL)
    config = PerplexityConfig(context_tokens=context, stride_tokens=stride)
    result = compute_perplexity(model, tokenizer_for(CAUSAL), CAUSAL, [text], config, accelerator)
    assert len(labels) > 2 * context and result.score.nll_nats == pytest.approx(expected, rel=1e-4)


def test_one_long_context_and_several_windows_agree_for_a_bigram_model(accelerator) -> None:
    model = small_model(CAUSAL, max_seq_len=300)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "attn.c_proj" in name or "wpe" in name:
                parameter.zero_()  # without attention and positions it is a bigram model
    long, short = (
        compute_perplexity(model, tokenizer_for(CAUSAL), CAUSAL, TEXTS, config, accelerator).score
        for config in (PerplexityConfig(context_tokens=300, stride_tokens=150),
                       PerplexityConfig(context_tokens=9, stride_tokens=4))
    )
    assert short.nll_nats == pytest.approx(long.nll_nats, rel=1e-4) and short.tokens == long.tokens


def test_the_places_of_the_windows_are_those_of_the_tokens() -> None:
    windows = windows_of(TEXTS, 10, 4, score_end=False)
    expected = [token for ids in encode(tokenizer_for(CAUSAL), TEXTS) for token in [*ids, IGNORE_INDEX]]
    found = np.zeros(len(windows.scored), dtype=np.int64)
    for index in range(len(windows)):
        _, labels = windows[index]
        first, skipped = windows.first_places[index], windows.skipped[index]
        assert (labels[:skipped] == IGNORE_INDEX).all()
        found[first:first + len(labels) - skipped] += labels[skipped:]
    assert found.tolist() == expected and windows.scored.tolist() == [token != IGNORE_INDEX for token in expected]


def test_a_batch_is_filled_up_on_the_right() -> None:
    windows = windows_of(TEXTS, 16, 8)
    indices = [len(windows) - 1, 0, 2]
    inputs_BT, labels_BT = windows.batch(indices)
    assert inputs_BT.shape == labels_BT.shape == (3, max(windows.lengths[index] for index in indices))
    for row, index in enumerate(indices):
        inputs, labels = windows[index]
        assert inputs_BT[row, :len(inputs)].tolist() == inputs.tolist()
        assert labels_BT[row, :len(labels)].tolist() == labels.tolist()
        assert (labels_BT[row, len(labels):] == IGNORE_INDEX).all()


@pytest.mark.parametrize("family", ["gpt2", "llama"])
@pytest.mark.parametrize("all_logits", [False, True])
def test_the_loss_of_each_token_is_that_of_the_document_alone(family: str, all_logits: bool, accelerator, monkeypatch) -> None:
    model, windows = family_model(family), windows_of(TEXTS, 64, 64)
    if all_logits:  # as for other models
        monkeypatch.setattr("statecode.evaluation.loss.sliding_windows.FLAT_MODELS", ())
    found = token_nll(model, windows, 3, accelerator)
    expected = []
    for text in TEXTS:
        inputs, labels = document_of(text, CAUSAL)
        for place, label in enumerate(labels):
            begin = place // 64 * 64
            shown = [IGNORE_INDEX] * (place - begin) + [label]
            expected.append(plain_nll(model, inputs[begin:place + 1], shown, CAUSAL))
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_tokens_that_are_not_scored_have_no_loss(accelerator) -> None:
    windows = windows_of(TEXTS, 16, 16, score_end=False)
    nll = token_nll(small_model(CAUSAL), windows, 4, accelerator)
    assert (nll[~windows.scored] == 0).all() and (nll[windows.scored] > 0).all()
