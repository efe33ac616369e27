"""Attention within the chunks of a flat batch. No mask is made, and no attention between chunks is computed.

On CPUs each group of chunks of equal length is one call of PyTorch's flash attention, except for the backward pass in
bf16, which takes a third to a half less time as products of blocks. On CUDA devices all chunks are one call of
PyTorch's variable-length flash attention.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, PreTrainedModel

NAME = "statecode_chunks"
"""The name of the attention function in transformers."""
NO_DROPOUT_IN = ("attn_pdrop", "attention_dropout", "attention_probs_dropout_prob")
"""The names of the dropout of attention in the configs of models."""

BLOCK_HEADS, BLOCK_QUERIES = 16, 128
"""Sizes of the blocks of the backward pass in bf16: their scores fit the caches of CPUs."""

_flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
_flash_backward = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward


def use_chunk_attention(model: PreTrainedModel) -> None:
    """Make a model compute attention within the chunks of flat batches. It then cannot read other batches.

    Raises:
        ValueError: the model has dropout of attention, which is not supported.
    """
    if any(getattr(model.config, name, 0) for name in NO_DROPOUT_IN):
        raise ValueError("dropout of attention is not supported in flat batches")
    AttentionInterface.register(NAME, attention_forward)
    model.set_attn_implementation(NAME)


def use_standard_attention(model: PreTrainedModel) -> None:
    """Reverse `use_chunk_attention`; models without it are unchanged."""
    if model.config._attn_implementation == NAME:
        model.set_attn_implementation("sdpa")


def attention_forward(
    module: torch.nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None,
    dropout: float = 0.0, scaling: float | None = None, cu_seq_lens_q: Tensor | None = None,
    max_length_q: int | None = None, **_: Any,
) -> tuple[Tensor, None]:
    """Return the output of attention within chunks, (1, N, H, D), in the form that models of transformers expect.

    Args:
        query: (1, H, N, D).
        key, value: (1, K, N, D), see `cpu_attention`.
        cu_seq_lens_q: the offsets of the chunks, int32, (C + 1,).
        max_length_q: no chunk is longer.
    """
    if cu_seq_lens_q is None or max_length_q is None or attention_mask is not None or dropout:
        raise ValueError("this model reads flat batches only; call use_standard_attention first")
    query, key = query.to(value.dtype), key.to(value.dtype)  # under autocast, rotary positions return fp32
    query_NHD, key_NHD, value_NHD = (tensor[0].transpose(0, 1) for tensor in (query, key, value))
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    causal = bool(getattr(module, "is_causal", True))
    if query.device.type == "cpu":
        output_NHD, _ = cpu_attention(query_NHD, key_NHD, value_NHD, cu_seq_lens_q, causal, scale)
    else:
        output_NHD = _cuda_attention(query_NHD, key_NHD, value_NHD, cu_seq_lens_q, max_length_q, causal, scale)
    return output_NHD[None], None


def _cuda_attention(
    query: Tensor, key: Tensor, value: Tensor, offsets: Tensor, longest: int, causal: bool, scale: float
) -> Tensor:
    from torch.nn.attention.varlen import varlen_attn

    group = query.shape[1] // key.shape[1]
    if group > 1:
        key, value = (each.repeat_interleave(group, 1) for each in (key, value))
    window = (-1, 0) if causal else (-1, -1)
    return varlen_attn(  # type: ignore[return-value]
        query, key, value, offsets, offsets, longest, longest, scale=scale, window_size=window)


@torch.library.custom_op("statecode::cpu_chunk_attention", mutates_args=(), device_types="cpu")
def cpu_attention(
    query: Tensor, key: Tensor, value: Tensor, offsets: Tensor, causal: bool, scale: float
) -> tuple[Tensor, Tensor]:
    """Return the output of attention within chunks, (N, H, D), and the logarithms of its normalisers, fp32, (N H,).

    Args:
        query: (N, H, D).
        key, value: (N, K, D); H is a multiple of K, and H / K consecutive heads of the query read one of them.
        offsets: the first token of each chunk, then N; int32, (C + 1,).
    """
    tokens, heads, _ = query.shape
    output = torch.empty(query.shape, dtype=query.dtype)
    normalisers = torch.empty(tokens * heads, dtype=torch.float32)
    for chunks in _groups(offsets):
        of_chunks, log_sums = _flash(
            chunks.view(query), chunks.view(key), chunks.view(value), 0.0, causal, scale=scale)
        chunks.view(output).copy_(of_chunks)
        chunks.normalisers(normalisers, heads).copy_(log_sums)
    return output, normalisers


@torch.library.custom_op("statecode::cpu_chunk_attention_backward", mutates_args=(), device_types="cpu")
def _cpu_attention_backward(
    gradient: Tensor, query: Tensor, key: Tensor, value: Tensor, output: Tensor, normalisers: Tensor, offsets: Tensor,
    causal: bool, scale: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of query, key and value, each in its shape."""
    gradients = tuple(torch.empty(each.shape, dtype=each.dtype) for each in (query, key, value))
    for chunks in _groups(offsets):
        inputs = [chunks.view(tensor) for tensor in (gradient, query, key, value, output)]
        log_sums = chunks.normalisers(normalisers, query.shape[1])
        if query.dtype is torch.bfloat16:
            results = _grouped_block_backward(inputs, log_sums, causal, scale)
        else:
            results = _flash_backward(*inputs, log_sums, 0.0, causal, scale=scale)
        for target, result in zip(gradients, results):
            view = chunks.view(target)
            view.copy_(result.view(view.shape))
    return gradients[0], gradients[1], gradients[2]


def _grouped_block_backward(
    inputs: list[Tensor], log_sums: Tensor, causal: bool, scale: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of query, (C, H, L, D), key and value, (C, K, L, D); see `cpu_attention`.

    Args:
        inputs: the gradient of the output, query, key, value and output.
        log_sums: the logarithms of the normalisers, (C, H, L).
    """
    shape, group = inputs[2].shape, inputs[1].shape[1] // inputs[2].shape[1]
    one_per_head = [each if each.shape[1] != shape[1] else each.repeat_interleave(group, 1) for each in inputs]
    of_query, of_key, of_value = _block_backward(
        [each.flatten(0, 1) for each in one_per_head], log_sums.flatten(0, 1), causal, scale)
    of_key, of_value = (each.view(shape[0], shape[1], group, *shape[2:]).sum(2) for each in (of_key, of_value))
    return of_query, of_key, of_value


def _block_backward(
    inputs: list[Tensor], log_sums: Tensor, causal: bool, scale: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of query, key and value, computed for a few heads and a block of queries at a time.

    The scores of a block are read and written as few times as possible: what is subtracted from them is a part of the
    product that makes them, see `_with_offset`, and the scale is applied to the inputs and outputs.

    Args:
        inputs: the gradient of the output, query, key, value and output, bf16 (R, L, D); R is chunks times heads.
        log_sums: the logarithms of the normalisers, (R, L).
    """
    gradient, query, key, value, output = inputs
    length = query.shape[1]
    shared = (gradient.float() * output.float()).sum(-1)
    scaled_query, offset_gradient = _with_offset(query * scale, log_sums), _with_offset(gradient, shared)
    key_and_ones, value_and_ones = (torch.nn.functional.pad(each, (0, 2), value=1.0) for each in (key, value))
    of_query = torch.empty_like(query)
    of_key, of_value = (torch.empty(query.shape, dtype=torch.float32) for _ in range(2))
    later = torch.ones(BLOCK_QUERIES, BLOCK_QUERIES, dtype=torch.bool).triu(1)
    for first in range(0, len(query), BLOCK_HEADS):
        heads = slice(first, first + BLOCK_HEADS)
        for begin in reversed(range(0, length, BLOCK_QUERIES)):
            end = min(begin + BLOCK_QUERIES, length)
            here, read = (heads, slice(begin, end)), (heads, slice(end if causal else length))
            # the first block that is computed reads all keys
            add = Tensor.copy_ if end == length else Tensor.add_
            weights = torch.bmm(scaled_query[here], key_and_ones[read].mT).exp_()
            if causal:
                weights[:, :, begin:].masked_fill_(later[:end - begin, :end - begin], 0.0)
            add(of_value[read], torch.bmm(weights.mT, gradient[here]))
            of_scores = torch.bmm(offset_gradient[here], value_and_ones[read].mT).mul_(weights)
            of_query[here] = torch.bmm(of_scores, key[read])
            add(of_key[read], torch.bmm(of_scores.mT, query[here]))
    return of_query.mul_(scale), of_key.mul_(scale), of_value


def _with_offset(rows: Tensor, subtracted: Tensor) -> Tensor:
    """Return (R, L, D + 2): its product with columns that end in two ones is that of `rows`, minus `subtracted`.

    Products of bf16 are summed in fp32 and rounded once, so that the difference is more exact than one of two rounded
    numbers.

    Args:
        rows: bf16 (R, L, D).
        subtracted: fp32 (R, L); two bf16 numbers represent it.
    """
    rounded = subtracted.to(rows.dtype)
    rest = (subtracted - rounded.float()).to(rows.dtype)
    return torch.cat([rows, -rounded[..., None], -rest[..., None]], dim=-1)


class _Group:
    """Consecutive chunks of equal length."""

    def __init__(self, begin: int, count: int, length: int) -> None:
        self.begin, self.end, self.count, self.length = begin, begin + count * length, count, length

    def view(self, tensor_NHD: Tensor) -> Tensor:
        """Return the chunks of a tensor as (count, H, length, D)."""
        return tensor_NHD[self.begin:self.end].unflatten(0, (self.count, self.length)).transpose(1, 2)

    def normalisers(self, flat: Tensor, heads: int) -> Tensor:
        """Return the normalisers of the chunks as (count, H, length)."""
        return flat[self.begin * heads:self.end * heads].view(self.count, heads, self.length)


def _groups(offsets: Tensor) -> Iterator[_Group]:
    """Yield the groups of chunks of equal length, in order; empty chunks are left out."""
    lengths, counts = torch.unique_consecutive(offsets.diff(), return_counts=True)
    begin = 0
    for length, count in zip(lengths.tolist(), counts.tolist()):
        if length:
            yield _Group(begin, count, length)
        begin += length * count


@cpu_attention.register_fake
def _(query: Tensor, key: Tensor, value: Tensor, offsets: Tensor, causal: bool, scale: float) -> Any:
    tokens, heads, _ = query.shape
    return query.new_empty(query.shape), query.new_empty(tokens * heads, dtype=torch.float32)


@_cpu_attention_backward.register_fake
def _(gradient: Tensor, query: Tensor, key: Tensor, value: Tensor, *_: Any) -> Any:
    return tuple(each.new_empty(each.shape) for each in (query, key, value))


def _keep_for_backward(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    query, key, value, offsets, ctx.causal, ctx.scale = inputs
    ctx.save_for_backward(query, key, value, *output, offsets)


def _backward(ctx: Any, gradient: Tensor, _: Tensor) -> tuple[Any, ...]:
    gradients = _cpu_attention_backward(gradient, *ctx.saved_tensors, ctx.causal, ctx.scale)
    return *gradients, None, None, None


cpu_attention.register_autograd(_backward, setup_context=_keep_for_backward)
