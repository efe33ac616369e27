"""Test the gradient of the global batch, the learning rates and the evaluation."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling import launch, loop  # noqa: E402
from statecode.modeling.batches import EpochBatches, EvaluationBatches  # noqa: E402
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig  # noqa: E402
from statecode.modeling.forward import AttentionMaskFormat, ScoringModel  # noqa: E402
from statecode.modeling.optimizers import make_optimizer  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, pack  # noqa: E402
from tests.support.modeling_samples import document_of, sample_texts, small_model  # noqa: E402


@pytest.fixture(scope="module")
def accelerator():
    return launch.make_accelerator("fp32", threads=1)


def make_sequences() -> PackedSequences:
    chunks = ListedChunks([document_of(text[:60], Objective.CAUSAL) for text in sample_texts(14)])
    return PackedSequences(chunks, pack(chunks.lengths, 64))


def scoring_of(model, mask_format: AttentionMaskFormat = AttentionMaskFormat.POSITIONS) -> ScoringModel:
    return ScoringModel(model, mask_format, Objective.CAUSAL)


def gradients(model) -> list[torch.Tensor]:
    return [parameter.grad.clone() for parameter in model.parameters()]


def reference_gradients(batch) -> list[torch.Tensor]:
    model = small_model(Objective.CAUSAL)
    (scoring_of(model)(batch) / batch.scored_tokens).backward()
    return gradients(model)


@pytest.mark.parametrize("micro_batch_size", [1, 2, 3, 100])
def test_micro_batches_do_not_change_the_gradient(accelerator, micro_batch_size: int) -> None:
    batch = make_sequences().batch(range(len(make_sequences())))
    assert len({int((labels != -100).sum()) for labels in batch.labels_BT}) > 1  # so that a mean of the means of sequences would differ
    model = small_model(Objective.CAUSAL)
    nll = loop.accumulate_gradients(scoring_of(model), batch, accelerator, micro_batch_size)
    for ours, whole in zip(gradients(model), reference_gradients(batch)):
        torch.testing.assert_close(ours, whole, rtol=1e-4, atol=1e-6)
    assert float(nll) == pytest.approx(float(scoring_of(model)(batch).detach()))


@pytest.mark.parametrize("ranks", [1, 2, 3])
@pytest.mark.parametrize("micro_batch_size", [1, 2, 4])
def test_ranks_divide_a_batch_into_equally_many_micro_batches_without_overlap(ranks, micro_batch_size) -> None:
    chunks = ListedChunks([([i, i], [i, i]) for i in range(1, 13)])
    batch = PackedSequences(chunks, [[i] for i in range(12)]).batch(range(12))
    shares = [loop.micro_batches_of_rank(batch, rank, ranks, micro_batch_size) for rank in range(ranks)]
    assert len({len(share) for share in shares}) == 1
    assert max(len(part) for share in shares for part in share) <= micro_batch_size
    seen = [int(token) for share in shares for part in share for token in part.input_ids_BT[:, 0]]
    assert sorted(seen) == list(range(1, 13))


def test_each_group_has_its_own_peak_learning_rate(accelerator) -> None:
    model, config = small_model(Objective.CAUSAL), OptimizerConfig(learning_rate=1e-3, warmup_share=0.5)
    optimizer = make_optimizer(model, config)
    optimizer.param_groups[0]["initial_lr"] = 0.02
    steps = loop.train(scoring_of(model), EpochBatches(make_sequences(), 4, seed=0), optimizer, accelerator, config,
                       LoopConfig(total_steps=4, batch_rows=4))
    for factor in (0.5, 1.0):
        assert next(steps).learning_rate == factor * 1e-3
        assert [group["lr"] for group in optimizer.param_groups] == [factor * 0.02, factor * 1e-3, factor * 1e-3]


def test_training_lowers_the_loss_and_yields_metrics(accelerator) -> None:
    model, batches = small_model(Objective.CAUSAL), EpochBatches(make_sequences(), 4, seed=0)
    optimizer_config = OptimizerConfig(learning_rate=3e-3)
    config = LoopConfig(total_steps=30, batch_rows=4)
    optimizer = make_optimizer(model, optimizer_config)
    records = list(loop.train(scoring_of(model), batches, optimizer, accelerator, optimizer_config, config))
    assert [record.step for record in records] == list(range(1, 31))
    assert records[-1].loss < 0.7 * records[0].loss
    assert [record.tokens for record in records] == [batches.at(step).scored_tokens for step in range(30)]
    assert records[0].epoch == pytest.approx(4 / len(make_sequences())) and not records[0].stopping
    assert set(records[0].as_dict()) >= {"loss", "gradient_norm", "learning_rate", "tokens_per_s"}


def test_evaluation_is_weighted_by_tokens(accelerator) -> None:
    model = small_model(Objective.CAUSAL)
    whole = make_sequences().batch(range(len(make_sequences())))
    expected = float(scoring_of(model)(whole).detach()) / whole.scored_tokens
    for batch_size in (1, 3):
        score = loop.evaluate(scoring_of(model), EvaluationBatches(make_sequences(), batch_size), accelerator, text_bytes=1000)
        assert score.loss == pytest.approx(expected, rel=1e-5) and score.tokens == whole.scored_tokens
        assert score.bits_per_byte == pytest.approx(score.nll_nats / 0.6931472 / 1000)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_gradient_that_is_not_finite_is_found_in_each_step_of_a_record(accelerator, bad: float) -> None:
    model, calls = small_model(Objective.CAUSAL), []

    def broken_in_step_3(gradient: torch.Tensor) -> torch.Tensor:
        calls.append(gradient)
        return gradient * (bad if len(calls) == 3 else 1)

    model.get_input_embeddings().weight.register_hook(broken_in_step_3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    optimizer.param_groups[0]["initial_lr"] = 0.0
    steps = loop.train(scoring_of(model), EpochBatches(make_sequences(), 4, seed=0), optimizer, accelerator,
                       OptimizerConfig(), LoopConfig(total_steps=10, batch_rows=4, log_every=5))
    assert next(steps).first_not_finite == 3  # the loss is not finite from step 4 on


def test_a_stop_is_noticed_after_the_current_step(accelerator) -> None:
    model, config, requests = small_model(Objective.CAUSAL), OptimizerConfig(), []
    steps = loop.train(
        scoring_of(model), EpochBatches(make_sequences(), 4, seed=0), make_optimizer(model, config), accelerator, config,
        LoopConfig(total_steps=30, batch_rows=4, log_every=10), stop_requested=lambda: requests.append(1) or len(requests) == 13)
    assert [(next(steps).step, next(steps).step)] == [(10, 13)]
