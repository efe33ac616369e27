"""Compute the loss of a packed batch, in a format that keeps the chunks of a sequence separate.

GPT-2, Llama and BERT read flat batches: attention is computed within chunks only, without a mask, and the output layer
at labelled positions only. Other models read rows with a mask. Models of some architectures keep packed chunks separate
if they receive only `position_ids`; others silently mix the chunks. One architecture can differ between versions of
transformers. `find_mask_format` therefore does not rely on the architecture, but tests each format on the model itself.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from statecode.errors import ConfigError
from statecode.modeling import chunk_attention
from statecode.modeling.batches import IGNORE_INDEX, Batch
from statecode.modeling.configs import Objective
from statecode.modeling.cross_entropy import output_nll_sum
from statecode.modeling.flat_batches import FlatBatch, flatten


class AttentionMaskFormat(str, Enum):
    """The format of the argument that keeps the chunks of a sequence separate."""

    CHUNKS = "chunks"              # no rows and no mask: a flat batch, see chunk_attention
    POSITIONS = "positions"        # no mask: the model starts a chunk where position_ids restart
    BLOCKS = "blocks"              # a bool mask (B, 1, T, T)
    BLOCKS_3D = "blocks_3d"        # an integer mask (B, T, T) of 1 and 0, which BERT accepts before transformers 5.0
    ADDED_BLOCKS = "added_blocks"  # a float mask (B, 1, T, T) that is added to the attention scores
    PADDING = "padding"            # an integer mask (B, T) that hides padding; only for sequences of one chunk


MASK_FORMATS = tuple(each for each in AttentionMaskFormat
                     if each not in (AttentionMaskFormat.CHUNKS, AttentionMaskFormat.PADDING))
"""The formats of packed rows."""
FLAT_MODELS = ("gpt2", "llama", "bert")
"""The `model_type` of the models that can read flat batches."""
PROBED = slice(8, 14)
"""The positions of the chunk that the tests of a format compare, in a row and in a flat batch."""


class ScoringModel(nn.Module):
    """A model with its loss, as one module, so that a wrapper of the module sees the whole computation.

    Args:
        model: with chunk attention if the format is CHUNKS, see `find_mask_format`.
    """

    model: PreTrainedModel

    def __init__(self, model: PreTrainedModel, mask_format: AttentionMaskFormat, objective: Objective) -> None:
        super().__init__()
        self.model, self.mask_format, self.objective = model, mask_format, objective

    def prepared(self, batch: Batch, device: torch.device) -> Batch | FlatBatch:
        """Return a batch on the CPU in the form that `forward` accepts, on `device`."""
        if self.mask_format is not AttentionMaskFormat.CHUNKS:
            return batch.to(device)
        return flatten(batch, filled=is_compiled(self.model)).to(device)

    def forward(self, batch: Batch | FlatBatch) -> Tensor:
        """Return the negative log-likelihood in nats, summed over the labels of the batch; a scalar tensor."""
        if isinstance(batch, FlatBatch):
            hidden_ND = flat_hidden_states(self.model, batch)
            hidden_MD = head_inputs(self.model, hidden_ND.index_select(0, batch.labelled_M))
            return output_nll_sum(hidden_MD, output_layer(self.model), batch.labels_M)
        return nll_sum(logits_of(self.model, batch, self.mask_format, self.objective), batch.labels_BT)


def flat_hidden_states(model: PreTrainedModel, batch: FlatBatch) -> Tensor:
    """Return the last hidden states of a flat batch, (N, D), of a model with chunk attention."""
    cache = {} if model.config.model_type == "bert" else {"use_cache": False}
    torch._dynamo.maybe_mark_dynamic(batch.offsets_C1, 0)  # the number of chunks differs between batches
    return model.base_model(  # type: ignore[no-any-return]
        input_ids=batch.input_ids_N[None], position_ids=batch.position_ids_N[None], cu_seq_lens_q=batch.offsets_C1,
        max_length_q=batch.longest, **cache).last_hidden_state[0]


def head_inputs(model: PreTrainedModel, hidden_MD: Tensor) -> Tensor:
    """Return the inputs of the output layer, which BERT computes from the hidden states of its last block."""
    if model.config.model_type != "bert":
        return hidden_MD
    return model.get_submodule("cls.predictions.transform")(hidden_MD)  # type: ignore[no-any-return]


def output_layer(model: PreTrainedModel) -> nn.Linear:
    """Return the layer that computes the logits."""
    return model.get_output_embeddings()


def checkpoint_activations(model: PreTrainedModel) -> None:
    """Make the blocks of a model compute their activations again in the backward pass, in place of keeping them."""
    name = "activation_checkpointing_enable"  # the name of gradient_checkpointing_enable since transformers 5.20
    enable = getattr(model, name, None) or model.gradient_checkpointing_enable
    enable({"use_reentrant": False})


def is_compiled(model: nn.Module) -> bool:
    """Return True if the blocks of a model are compiled."""
    return any(module._compiled_call_impl is not None for module in (model, getattr(model, "base_model", model)))


def model_inputs(batch: Batch, mask_format: AttentionMaskFormat, objective: Objective) -> dict[str, Any]:
    """Return the keyword arguments of a model's forward call.

    `use_cache` is False for causal models: with a cache, transformers 5 does not separate chunks by their position_ids.
    """
    inputs: dict[str, Any] = {"input_ids": batch.input_ids_BT}
    if objective is Objective.CAUSAL:
        inputs["use_cache"] = False
    if mask_format is AttentionMaskFormat.PADDING:
        return inputs | {"attention_mask": (batch.chunk_ids_BT != 0).long()}
    inputs["position_ids"] = batch.position_ids_BT
    if mask_format is AttentionMaskFormat.POSITIONS:
        return inputs
    return inputs | {"attention_mask": _block_mask(batch.chunk_ids_BT, mask_format, objective)}


def logits_of(model: nn.Module, batch: Batch, mask_format: AttentionMaskFormat, objective: Objective) -> Tensor:
    """Return the logits (B, T, V) of a packed batch. No chunk attends to another chunk of its sequence."""
    return model(**model_inputs(batch, mask_format, objective)).logits


def nll_sum(logits_BTV: Tensor, labels_BT: Tensor) -> Tensor:
    """Return the negative log-likelihood in nats, summed in fp32 over the positions with a label; a scalar tensor."""
    scored = labels_BT != IGNORE_INDEX
    return torch.nn.functional.cross_entropy(logits_BTV[scored].float(), labels_BT[scored], reduction="sum")


def find_mask_format(model: PreTrainedModel, objective: Objective, bf16: bool = False) -> AttentionMaskFormat:
    """Return the first attention mask format with which a chunk has the same logits packed and alone.

    If the format is CHUNKS, the model has chunk attention afterwards.

    Args:
        bf16: True if the model will compute in bf16. The variable-length kernels of GPUs accept bf16 only.

    Raises:
        ConfigError: there is no such format; the model can only be trained without packing.
    """
    if reads_flat_batches(model, objective, bf16):
        return AttentionMaskFormat.CHUNKS
    for mask_format in MASK_FORMATS:
        if packs_exactly(model, mask_format, objective):
            return mask_format
    raise ConfigError(
        f"{type(model).__name__} cannot keep packed documents separate; pass --no-packing (one chunk per sequence)"
    )


def reads_flat_batches(model: PreTrainedModel, objective: Objective, bf16: bool = False) -> bool:
    """Switch a model to chunk attention, and return True, if it computes the same in flat batches as in single chunks.

    Compared are the hidden states of a chunk, which must not depend on the chunk before it either, its loss, and the
    norm of its gradient. Otherwise the model is unchanged, and the result is False. All is computed on the device of
    the model, because the kernels of one device may be missing on another.
    """
    if model.config.model_type not in FLAT_MODELS:
        return False
    alone, packed, changed = _probe_batches(model, torch.device("cpu"))
    alone.labels_BT[:] = packed.labels_BT[:, PROBED] = alone.input_ids_BT
    was_training = model.training
    model.eval()
    expected = _loss_and_gradient(ScoringModel(model, AttentionMaskFormat.PADDING, objective), alone, bf16)
    expected_TD = _probe_hidden_states(model, alone, objective, bf16)
    try:
        chunk_attention.use_chunk_attention(model)
        packed_TD, changed_TD = (
            _probe_hidden_states(model, batch, objective, bf16)[PROBED] for batch in (packed, changed))
        found = _loss_and_gradient(ScoringModel(model, AttentionMaskFormat.CHUNKS, objective), packed, bf16)
        if ((packed_TD - changed_TD).norm() <= (1e-3 if bf16 else 1e-6) * expected_TD.norm()
                and (packed_TD - expected_TD).norm() <= (2e-2 if bf16 else 1e-4) * expected_TD.norm()
                and ((found - expected).abs() <= (5e-2 if bf16 else 1e-4) * expected.abs()).all()):
            return True
    except (ValueError, RuntimeError, TypeError, ImportError, AttributeError):  # this model or device cannot
        pass
    finally:
        model.train(was_training)
    chunk_attention.use_standard_attention(model)
    return False


@torch.no_grad()
def _probe_hidden_states(model: PreTrainedModel, batch: Batch, objective: Objective, bf16: bool) -> Tensor:
    """Return the last hidden states of a batch of one row, (T, D), fp32, as a flat batch if the model reads them."""
    device = torch.device(model.device)
    with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        if model.config._attn_implementation == chunk_attention.NAME:
            return flat_hidden_states(model, flatten(batch).to(device)).float()
        inputs = model_inputs(batch.to(device), AttentionMaskFormat.PADDING, objective)
        return model.base_model(**inputs).last_hidden_state[0].float()  # type: ignore[no-any-return]


def _loss_and_gradient(scoring: ScoringModel, batch: Batch, bf16: bool) -> Tensor:
    """Return the loss of a batch and the norm of its gradient; a tensor of two elements on the CPU."""
    scoring.eval()
    device = torch.device(scoring.model.device)
    parameters = [parameter for parameter in scoring.parameters() if parameter.requires_grad]
    with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        loss: Tensor = scoring(scoring.prepared(batch, device))
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
    norm = torch.nn.utils.get_total_norm([gradient for gradient in gradients if gradient is not None])
    return torch.stack([loss.detach().float(), norm.float()]).cpu()


@torch.no_grad()
def packs_exactly(model: PreTrainedModel, mask_format: AttentionMaskFormat, objective: Objective) -> bool:
    """Return True if a chunk has the same logits packed and alone, and they do not depend on the chunk before it.

    Rounding errors are ignored. The result is False for a format that the model does not accept.
    """
    was_training = model.training
    model.eval()
    try:
        alone, packed, changed = (
            logits_of(model, batch, mask_format, objective) for batch in _probe_batches(model, model.device))
    except (ValueError, RuntimeError, TypeError, IndexError):  # the model does not accept this format
        return False
    finally:
        model.train(was_training)
    scale = alone.abs().max()
    equal = (packed[:, PROBED] - alone).abs().max() <= 1e-4 * scale
    independent = (packed[:, PROBED] - changed[:, PROBED]).abs().max() <= 1e-6 * scale
    return bool(equal and independent)


def _probe_batches(model: PreTrainedModel, device: torch.device) -> tuple[Batch, Batch, Batch]:
    """Return three batches of one sequence each, without labels.

    The first contains a chunk of six tokens. The second contains a chunk of eight tokens, then the same chunk of six
    tokens, at PROBED, then padding. The third equals the second except for the tokens of its first chunk. The first
    chunk is the longer one, so that it precedes the other one in a flat batch too.
    """
    vocabulary = model.get_input_embeddings().num_embeddings
    ids = torch.arange(1, 23, device=device) * 7 % int(vocabulary)  # type: ignore[arg-type]
    first, other, second, padding = ids[:8], ids[14:22], ids[PROBED], ids[:2]
    parts = [torch.arange(8), torch.arange(6), torch.zeros(2, dtype=torch.long)]
    position_ids = torch.cat(parts).to(device)
    chunk_ids = torch.tensor([1] * 8 + [2] * 6 + [0] * 2, device=device)

    def batch(tokens: Tensor, position_ids: Tensor, chunk_ids: Tensor) -> Batch:
        return Batch(tokens[None], torch.full_like(tokens, IGNORE_INDEX)[None], position_ids[None], chunk_ids[None])

    return (
        batch(second, position_ids[PROBED], chunk_ids[PROBED]),
        batch(torch.cat([first, second, padding]), position_ids, chunk_ids),
        batch(torch.cat([other, second, padding]), position_ids, chunk_ids),
    )


def _block_mask(chunk_ids_BT: Tensor, mask_format: AttentionMaskFormat, objective: Objective) -> Tensor:
    """Return a mask that allows attention within a chunk only; in causal models, not to later positions of it either.

    Padding attends to padding, so that no row of the attention matrix is empty; no other position attends to it.
    """
    allowed = chunk_ids_BT[:, :, None] == chunk_ids_BT[:, None, :]
    if objective is Objective.CAUSAL:
        allowed = allowed.tril()
    if mask_format is AttentionMaskFormat.BLOCKS_3D:
        return allowed.long()
    if mask_format is AttentionMaskFormat.BLOCKS:
        return allowed[:, None]
    return torch.zeros(allowed.shape, device=allowed.device).masked_fill(~allowed, -torch.inf)[:, None]
