"""Functions that `tests.support.ranks` calls in each process of a group, with models that are sharded over the group."""

from __future__ import annotations

from typing import Any

import torch
from torch.distributed.tensor import DTensor

from statecode.modeling import launch, loop
from statecode.modeling.batches import Batch, EvaluationBatches
from statecode.modeling.configs import Objective, OptimizerConfig
from statecode.modeling.forward import AttentionMaskFormat, ScoringModel
from statecode.modeling.optimizers import make_optimizer
from statecode.modeling.packing import ListedChunks, PackedSequences, pack
from statecode.modeling.sharding import ShardedTraining
from tests.support.modeling_samples import FAMILIES, document_of, family_model, sample_texts


def sequences(objective: Objective) -> PackedSequences:
    """Return the packed sequences of a few documents."""
    chunks = ListedChunks([document_of(text[:60], objective) for text in sample_texts(9)])
    return PackedSequences(chunks, pack(chunks.lengths, 64))


def scoring_of(family: str) -> ScoringModel:
    """Return a model with its loss."""
    return ScoringModel(family_model(family), AttentionMaskFormat.BLOCKS, FAMILIES[family])


def take_step(scoring: Any, optimizer: torch.optim.Optimizer, batch: Batch, accelerator: Any) -> None:
    """Take one optimizer step."""
    loop.accumulate_gradients(scoring, batch, accelerator, 1)
    accelerator.clip_grad_norm_(scoring.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()


def check_whole_copies(family: str) -> None:
    """Check the parts of a sharded model, and that its whole copy equals a model that takes the same steps whole."""
    accelerator = launch.make_accelerator("fp32", 1)
    made = sequences(FAMILIES[family])
    batch = made.batch(range(len(made) // 2 * 2))
    scoring = scoring_of(family)
    training = ShardedTraining(scoring, make_optimizer(scoring.model, OptimizerConfig()), accelerator, OptimizerConfig())
    parameters = list(training.scoring.parameters())
    assert all(isinstance(parameter, DTensor) for parameter in parameters)
    held = sum(parameter.to_local().numel() for parameter in parameters)
    assert abs(held / sum(parameter.numel() for parameter in parameters) - 1 / accelerator.num_processes) < 0.02
    for _ in range(2):
        take_step(training.scoring, training.optimizer, batch, accelerator)
    model, optimizer = training.whole_model(), training.whole_optimizer()
    for _ in range(2):  # the copy does not change the training that it was made from
        assert training.whole_optimizer() is optimizer
    if accelerator.is_main_process:
        assert_equals_whole_training(family, batch, model, optimizer)


def assert_equals_whole_training(family: str, batch: Batch, model: Any, optimizer: torch.optim.Optimizer) -> None:
    """Compare a model and its optimizer with those that take the same steps in one process."""
    whole = scoring_of(family)
    expected = make_optimizer(whole.model, OptimizerConfig())
    for _ in range(2):
        (whole(batch) / batch.scored_tokens).backward()
        torch.nn.utils.clip_grad_norm_(whole.parameters(), 1.0)
        expected.step()
        expected.zero_grad()
    for name, weight in whole.model.state_dict().items():
        if weight.ndim < 2:
            continue  # the gradient of a key bias is zero up to rounding, which AdamW magnifies
        torch.testing.assert_close(model.state_dict()[name], weight, rtol=1e-4, atol=1e-5)
    ours, theirs = optimizer.state_dict(), expected.state_dict()
    assert ours["param_groups"] == theirs["param_groups"] and ours["state"].keys() == theirs["state"].keys()
    for index, entries in theirs["state"].items():
        for name, value in entries.items():
            torch.testing.assert_close(ours["state"][index][name], value, rtol=1e-3, atol=1e-6)


def check_evaluation() -> None:
    """Check the score of an odd number of batches, which the processes of a group cannot divide equally."""
    accelerator = launch.make_accelerator("fp32", 1)
    made = sequences(Objective.CAUSAL)
    listed = EvaluationBatches(made, 1)
    batches = [listed[number] for number in range(3)]
    scoring = scoring_of("gpt2")
    whole = sum(float(scoring.eval()(batch)) for batch in batches)
    training = ShardedTraining(scoring, make_optimizer(scoring.model, OptimizerConfig()), accelerator, OptimizerConfig())
    score = loop.evaluate(training.scoring, batches, accelerator)
    assert abs(score.nll_nats - whole) < 1e-4 * whole and score.tokens == sum(batch.scored_tokens for batch in batches)
