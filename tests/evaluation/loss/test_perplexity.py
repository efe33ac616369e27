"""Test perplexities against known values and plain loops, and the script that computes them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.evaluation.configs import PerplexityConfig  # noqa: E402
from statecode.evaluation.loss.perplexity import MaskedGroups, compute_perplexity  # noqa: E402
from statecode.modeling import launch  # noqa: E402
from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.documents import DocumentChunks  # noqa: E402
from statecode.modeling.tokenising import tokenise_in_memory  # noqa: E402
from statecode.modeling.tokenizers import encode  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from tests.support.modeling_samples import (  # noqa: E402
    document_of,
    plain_nll,
    sample_texts,
    script,
    small_model,
    tokenizer_for,
    write_corpus,
)

CAUSAL, MASKED = Objective.CAUSAL, Objective.MASKED
BOTH = pytest.mark.parametrize("objective", list(Objective))
TEXTS = sample_texts(6) + ["", "é漢"]


@pytest.fixture(scope="module")
def accelerator():
    return launch.make_accelerator("fp32", threads=1)


def uniform_model(objective: Objective):
    """Return a model that predicts every token with equal probability."""
    model = small_model(objective)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    return model


@BOTH
def test_a_uniform_model_has_the_perplexity_of_its_vocabulary(objective: Objective, accelerator) -> None:
    model, tokenizer = uniform_model(objective), tokenizer_for(objective)
    result = compute_perplexity(model, tokenizer, objective, TEXTS, PerplexityConfig(), accelerator)
    assert result.score.perplexity == pytest.approx(320, rel=1e-4)
    tokens = sum(map(len, encode(tokenizer, TEXTS))) + (len(TEXTS) if objective is CAUSAL else 0)
    assert result.score.tokens == tokens
    if objective is CAUSAL:
        size = sum(len(text.encode()) for text in TEXTS)
        assert result.score.bits_per_byte == pytest.approx(tokens * math.log2(320) / size, rel=1e-4)


@pytest.mark.parametrize("batch_rows", [1, 5])
def test_agreement_with_a_plain_loop_if_the_context_is_long_enough(accelerator, batch_rows: int) -> None:
    model = small_model(CAUSAL, max_seq_len=300)
    expected = sum(plain_nll(model, *document_of(text, CAUSAL), CAUSAL) for text in TEXTS)
    config = PerplexityConfig(batch_rows=batch_rows)
    result = compute_perplexity(model, tokenizer_for(CAUSAL), CAUSAL, TEXTS, config, accelerator)
    assert result.score.nll_nats == pytest.approx(expected, rel=1e-5)


def test_without_end_tokens(accelerator) -> None:
    tokenizer = tokenizer_for(CAUSAL)
    result = compute_perplexity(small_model(CAUSAL), tokenizer, CAUSAL, TEXTS, PerplexityConfig(score_end=False), accelerator)
    assert result.score.tokens == sum(map(len, encode(tokenizer, TEXTS)))


def plain_pseudo_nll(model, text: str, groups: int) -> float:
    """Compute the pseudo-NLL in nats by a plain loop that masks every k-th token together; `groups` is k."""
    inputs, labels = document_of(text, MASKED)
    total, places = 0.0, list(range(1, len(inputs) - 1))
    for group in range(groups or len(places)):
        hidden = places[group::groups or len(places)]
        shown = [tokenizer_for(MASKED).mask_token_id if place in hidden else i for place, i in enumerate(inputs)]
        total += plain_nll(model, shown, [t if p in hidden else IGNORE_INDEX for p, t in enumerate(labels)], MASKED)
    return total


@pytest.mark.parametrize("groups", [0, 1, 4])
def test_pseudo_perplexity_agrees_with_a_plain_loop(accelerator, groups: int) -> None:
    model, texts = small_model(MASKED, max_seq_len=300), [text[:60] for text in TEXTS]
    result = compute_perplexity(model, tokenizer_for(MASKED), MASKED, texts, PerplexityConfig(masked_groups=groups), accelerator)
    assert result.score.nll_nats == pytest.approx(sum(plain_pseudo_nll(model, t, groups) for t in texts), rel=1e-4)
    assert result.score.tokens == sum(map(len, encode(tokenizer_for(MASKED), texts)))


def test_groups_mask_each_token_once_also_in_documents_of_several_chunks() -> None:
    tokenizer = tokenizer_for(MASKED)
    chunks = DocumentChunks(tokenise_in_memory(TEXTS, tokenizer), tokenizer, MASKED, 11)
    groups = MaskedGroups(chunks, 3, tokenizer.mask_token_id)
    scored = []
    for index in range(len(groups.lengths)):
        inputs, labels = groups[index]
        assert all((token == tokenizer.mask_token_id) == (label != IGNORE_INDEX) for token, label in zip(inputs, labels))
        scored += [int(label) for label in labels if label != IGNORE_INDEX]
    assert sorted(scored) == sorted(token for ids in encode(tokenizer, TEXTS) for token in ids)


def test_results_of_the_two_metrics_have_different_names(accelerator) -> None:
    causal, masked = (
        compute_perplexity(small_model(objective), tokenizer_for(objective), objective, TEXTS[:2], PerplexityConfig(), accelerator)
        for objective in (CAUSAL, MASKED)
    )
    assert causal.as_dict()["measure"] == "perplexity" and "pseudo_perplexity" not in causal.as_dict()
    assert masked.as_dict()["measure"] == "masked_pseudo_perplexity"
    assert not {"perplexity", "bits_per_byte", "stride_tokens"} & set(masked.as_dict())


def test_too_long_contexts_and_strides_are_refused(accelerator) -> None:
    for config, message in (
        (PerplexityConfig(context_tokens=65), "--context-tokens 65 is longer than the 64 positions"),
        (PerplexityConfig(context_tokens=16, stride_tokens=17), "--stride-tokens 17 is longer than the context of 16"),
    ):
        with pytest.raises(ConfigError, match=message):
            compute_perplexity(small_model(CAUSAL), tokenizer_for(CAUSAL), CAUSAL, TEXTS, config, accelerator)


@BOTH
def test_script_writes_a_result_with_its_provenance(objective: Objective, tmp_path: Path, capsys) -> None:
    model = tmp_path / "model"
    small_model(objective).save_pretrained(model)
    save_tokenizer(tokenizer_for(objective), model)
    corpus = write_corpus(tmp_path / "corpus", train=1, validation=1, test=5)
    main = script("eval/perplexity.py")["main"]
    main([str(model), "--corpus", str(corpus), "--threads", "1", "--documents", "3", "--out", str(tmp_path / "r.json")])
    result = json.loads((tmp_path / "r.json").read_text())
    assert result["objective"] == objective.value and result["documents"] == 3 and result["split"] == "test"
    assert set(result["provenance"]) >= {"command", "commit", "versions", "seed", "machine"}
    assert f"perplexity {result[result['measure'].removeprefix('masked_')]:.4f}" in capsys.readouterr().out
    assert result["context_tokens"] == 64
    (model / "run.json").write_text(json.dumps({"settings": {"data": {"context_tokens": 16}}}))  # as of a training run
    main([str(model), "--corpus", str(corpus), "--config", "snoop", "--threads", "1", "--out", str(tmp_path / "r.json")])
    assert json.loads((tmp_path / "r.json").read_text())["context_tokens"] == 16
    with pytest.raises(CorpusError, match="has no dev split"):
        main([str(model), "--corpus", str(corpus), "--split", "dev"])
