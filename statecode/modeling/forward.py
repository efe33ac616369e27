"""Compute the logits of a packed batch, with an attention mask that keeps the chunks of a sequence separate.

Models of some architectures keep packed chunks separate if they receive only `position_ids`; others silently mix the
chunks. One architecture can differ between versions of transformers. `find_mask_format` therefore does not rely on the
architecture, but tests each mask format on the model itself.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from statecode.errors import ConfigError
from statecode.modeling.batches import IGNORE_INDEX, Batch
from statecode.modeling.configs import Objective


class AttentionMaskFormat(str, Enum):
    """The format of the argument that keeps the chunks of a sequence separate."""

    POSITIONS = "positions"        # no mask: the model starts a chunk where position_ids restart
    BLOCKS = "blocks"              # a bool mask (B, 1, T, T)
    BLOCKS_3D = "blocks_3d"        # an integer mask (B, T, T) of 1 and 0, which BERT accepts before transformers 5.0
    ADDED_BLOCKS = "added_blocks"  # a float mask (B, 1, T, T) that is added to the attention scores
    PADDING = "padding"            # an integer mask (B, T) that hides padding; only for sequences of one chunk


PACKING_FORMATS = tuple(each for each in AttentionMaskFormat if each is not AttentionMaskFormat.PADDING)


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


def logits_of(model: torch.nn.Module, batch: Batch, mask_format: AttentionMaskFormat, objective: Objective) -> Tensor:
    """Return the logits (B, T, V) of a packed batch. No chunk attends to another chunk of its sequence."""
    return model(**model_inputs(batch, mask_format, objective)).logits


def nll_sum(logits_BTV: Tensor, labels_BT: Tensor) -> Tensor:
    """Return the negative log-likelihood in nats, summed in fp32 over the positions with a label; a scalar tensor."""
    scored = labels_BT != IGNORE_INDEX
    return torch.nn.functional.cross_entropy(logits_BTV[scored].float(), labels_BT[scored], reduction="sum")


def find_mask_format(model: PreTrainedModel, objective: Objective) -> AttentionMaskFormat:
    """Return the first attention mask format with which a chunk has the same logits packed and alone.

    Raises:
        ConfigError: there is no such format; the model can only be trained without packing.
    """
    for mask_format in PACKING_FORMATS:
        if packs_exactly(model, mask_format, objective):
            return mask_format
    raise ConfigError(
        f"{type(model).__name__} cannot keep packed documents separate; pass --no-packing (one chunk per sequence)"
    )


@torch.no_grad()
def packs_exactly(model: PreTrainedModel, mask_format: AttentionMaskFormat, objective: Objective) -> bool:
    """Return True if a chunk has the same logits packed and alone, and they do not depend on the chunk before it.

    Rounding errors are ignored. The result is False for a format that the model does not accept.
    """
    was_training = model.training
    model.eval()
    try:
        alone, packed, changed = (logits_of(model, batch, mask_format, objective) for batch in _probe_batches(model))
    except (ValueError, RuntimeError, TypeError, IndexError):  # the model does not accept this format
        return False
    finally:
        model.train(was_training)
    scale = alone.abs().max()
    equal = (packed[:, 5:11] - alone).abs().max() <= 1e-4 * scale
    independent = (packed[:, 5:11] - changed[:, 5:11]).abs().max() <= 1e-6 * scale
    return bool(equal and independent)


def _probe_batches(model: PreTrainedModel) -> tuple[Batch, Batch, Batch]:
    """Return three batches of one sequence each.

    The first contains a chunk of six tokens. The second contains a chunk of five tokens, then the same chunk of six
    tokens, then padding. The third equals the second except for the tokens of its first chunk.
    """
    vocabulary = model.get_input_embeddings().num_embeddings
    ids = torch.arange(1, 17, device=model.device) * 7 % int(vocabulary)  # type: ignore[arg-type]
    first, other, second, padding = ids[:5], ids[11:16], ids[5:11], ids[:2]
    parts = [torch.arange(5), torch.arange(6), torch.zeros(2, dtype=torch.long)]
    position_ids = torch.cat(parts).to(model.device)
    chunk_ids = torch.tensor([1] * 5 + [2] * 6 + [0] * 2, device=model.device)

    def batch(tokens: Tensor, position_ids: Tensor, chunk_ids: Tensor) -> Batch:
        return Batch(tokens[None], torch.full_like(tokens, IGNORE_INDEX)[None], position_ids[None], chunk_ids[None])

    return (
        batch(second, position_ids[5:11], chunk_ids[5:11]),
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
