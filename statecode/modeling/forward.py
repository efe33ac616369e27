"""From a packed batch to logits: how a model is told which positions may see each other.

Packing by `position_ids` alone is exact for some models and silently wrong for others, and the same model changes
between versions of transformers. So nothing is assumed: `find_mask_format` tries the ways on the model itself.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from statecode.errors import ConfigError
from statecode.modeling.batches import IGNORED, Batch
from statecode.modeling.configs import Objective


class AttentionMaskFormat(str, Enum):
    """How pieces of one row are kept apart."""

    POSITIONS = "positions"        # no mask: the model finds the pieces where position_ids restart
    BLOCKS = "blocks"              # a bool mask (B, 1, T, T)
    BLOCKS_3D = "blocks_3d"        # a mask (B, T, T) of 1 and 0, as BERT took it before transformers 5
    ADDED_BLOCKS = "added_blocks"  # a float mask (B, 1, T, T) that is added to the scores
    PADDING = "padding"            # an integer mask (B, T) that hides padding: for rows of one piece only


PACKING_STYLES = tuple(style for style in AttentionMaskFormat if style is not AttentionMaskFormat.PADDING)


def model_inputs(batch: Batch, style: AttentionMaskFormat, objective: Objective) -> dict[str, Any]:
    """The arguments of a model's forward call.

    `use_cache` stays off: with a cache, transformers 5 ignores that position_ids restart.
    """
    inputs: dict[str, Any] = {"input_ids": batch.input_ids_BT}
    if objective is Objective.CAUSAL:
        inputs["use_cache"] = False
    if style is AttentionMaskFormat.PADDING:
        return inputs | {"attention_mask": (batch.segments_BT != 0).long()}
    inputs["position_ids"] = batch.position_ids_BT
    if style is AttentionMaskFormat.POSITIONS:
        return inputs
    return inputs | {"attention_mask": _mask(batch.segments_BT, style, objective)}


def logits_of(model: torch.nn.Module, batch: Batch, style: AttentionMaskFormat, objective: Objective) -> Tensor:
    """Logits (B, T, V) of a packed batch; each piece is blind to the others of its row."""
    return model(**model_inputs(batch, style, objective)).logits


def nll_sum(logits_BTV: Tensor, labels_BT: Tensor) -> Tensor:
    """Sum the negative log-likelihood, in nats and fp32, over the positions with a label; a scalar."""
    kept = labels_BT != IGNORED
    return torch.nn.functional.cross_entropy(logits_BTV[kept].float(), labels_BT[kept], reduction="sum")


def find_mask_format(model: PreTrainedModel, objective: Objective) -> AttentionMaskFormat:
    """The first style under which a packed piece gives the logits that it gives alone.

    Raises:
        ConfigError: there is none; this model can be trained without packing only.
    """
    for style in PACKING_STYLES:
        if packs_exactly(model, style, objective):
            return style
    raise ConfigError(
        f"{type(model).__name__} lets packed documents see each other; pass --no-packing (one document per row)"
    )


@torch.no_grad()
def packs_exactly(model: PreTrainedModel, style: AttentionMaskFormat, objective: Objective) -> bool:
    """Whether a piece's logits are those of the piece alone, and do not change with its neighbour's tokens."""
    was_training = model.training
    model.eval()
    try:
        alone, packed, disturbed = (logits_of(model, batch, style, objective) for batch in _probe(model))
    except (ValueError, RuntimeError, TypeError, IndexError):  # this model does not take such a mask
        return False
    finally:
        model.train(was_training)
    scale = alone.abs().max()
    close = (packed[:, 5:11] - alone).abs().max() <= 1e-4 * scale
    blind = (packed[:, 5:11] - disturbed[:, 5:11]).abs().max() <= 1e-6 * scale
    return bool(close and blind)


def _probe(model: PreTrainedModel) -> tuple[Batch, Batch, Batch]:
    """Six tokens alone; after five others and before padding; the same with the five changed."""
    vocabulary = model.get_input_embeddings().num_embeddings
    ids = torch.arange(1, 17, device=model.device) * 7 % int(vocabulary)  # type: ignore[arg-type]
    first, other, second, padding = ids[:5], ids[11:16], ids[5:11], ids[:2]
    apart = [torch.arange(5), torch.arange(6), torch.zeros(2, dtype=torch.long)]
    positions = torch.cat(apart).to(model.device)
    segments = torch.tensor([1] * 5 + [2] * 6 + [0] * 2, device=model.device)

    def row(tokens: Tensor, positions: Tensor, segments: Tensor) -> Batch:
        return Batch(tokens[None], torch.full_like(tokens, IGNORED)[None], positions[None], segments[None])

    return (
        row(second, positions[5:11], segments[5:11]),
        row(torch.cat([first, second, padding]), positions, segments),
        row(torch.cat([other, second, padding]), positions, segments),
    )


def _mask(segments_BT: Tensor, style: AttentionMaskFormat, objective: Objective) -> Tensor:
    """True where a query may see a key: the same piece and, for causal models, not the future.

    Padding sees itself, so that no row of attention is empty; nothing else sees padding.
    """
    allowed = segments_BT[:, :, None] == segments_BT[:, None, :]
    if objective is Objective.CAUSAL:
        allowed = allowed.tril()
    if style is AttentionMaskFormat.BLOCKS_3D:
        return allowed.long()
    if style is AttentionMaskFormat.BLOCKS:
        return allowed[:, None]
    return torch.zeros(allowed.shape, device=allowed.device).masked_fill(~allowed, -torch.inf)[:, None]
