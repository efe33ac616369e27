"""Test attention within chunks against PyTorch's attention of each chunk alone."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from torch.nn.functional import scaled_dot_product_attention  # noqa: E402

from statecode.modeling import chunk_attention  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from tests.support.modeling_samples import small_model  # noqa: E402


def inputs(tokens: int, dtype: torch.dtype, seed: int = 0) -> list[torch.Tensor]:
    """Return query, key and value as slices of one tensor, as GPT-2 makes them, and the gradient of the output."""
    random = torch.Generator().manual_seed(seed)
    fused = torch.randn(tokens, 3, 2, 8, generator=random).to(dtype).requires_grad_()
    return [*fused.unbind(1), torch.randn(tokens, 2, 8, generator=random).to(dtype), fused]


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
@pytest.mark.parametrize("lengths", [[7], [5, 5, 5], [40, 40, 33, 9, 9, 1, 1, 1], [3, 0, 2, 0], [300, 140]])
def test_output_and_gradients_are_those_of_each_chunk_alone(
    causal: bool, dtype: torch.dtype, tolerance: float, lengths: list[int]
) -> None:
    offsets = torch.tensor([0, *lengths]).cumsum(0).int()
    query, key, value, gradient, fused = inputs(sum(lengths), dtype)
    output, _ = chunk_attention.cpu_attention(query, key, value, offsets, causal, 0.3)
    output.backward(gradient)
    found, fused.grad = fused.grad, None
    alone = torch.cat([
        scaled_dot_product_attention(*(each[None, begin:end].transpose(1, 2).float() for each in (query, key, value)),
                                     is_causal=causal, scale=0.3)[0].transpose(0, 1)
        for begin, end in zip(offsets.tolist(), offsets.tolist()[1:])])
    alone.backward(gradient.float())
    torch.testing.assert_close(output.float(), alone, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(found.float(), fused.grad.float(), rtol=5 * tolerance, atol=5 * tolerance)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
def test_grouped_queries_have_the_output_and_gradients_of_repeated_keys(
    causal: bool, dtype: torch.dtype, tolerance: float
) -> None:
    random = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(179, heads, 8, generator=random).to(dtype).requires_grad_() for heads in (6, 2, 2))
    offsets, gradient = torch.tensor([0, 140, 157, 174, 179]).int(), torch.randn(179, 6, 8, generator=random).to(dtype)
    repeated = (query, key.repeat_interleave(3, 1), value.repeat_interleave(3, 1))
    found, expected = (chunk_attention.cpu_attention(*inputs, offsets, causal, 0.3)[0]
                       for inputs in ((query, key, value), repeated))
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    gradients = (torch.autograd.grad(output, (query, key, value), gradient) for output in (found, expected))
    for one, other in zip(*gradients):
        torch.testing.assert_close(one, other, rtol=5 * tolerance, atol=5 * tolerance)


def test_the_operation_is_registered_correctly() -> None:
    """Let PyTorch compare the fake implementation, autograd and tracing of the operation with its results."""
    query, key, value, _, _ = inputs(9, torch.float32)
    arguments = [each.detach().clone().requires_grad_() for each in (query, key, value)]
    for key_heads in (2, 1):
        key, value = (each[:, :key_heads].detach().requires_grad_() for each in arguments[1:])
        torch.library.opcheck(
            chunk_attention.cpu_attention, (arguments[0], key, value, torch.tensor([0, 4, 8, 9]).int(), True, 0.3))


def test_the_call_for_gpus_has_the_arguments_of_the_variable_length_kernel() -> None:
    """Run the call on fake CUDA tensors, which have shapes but no values: it is the part that needs no GPU."""
    pytest.importorskip("torch.nn.attention.varlen")
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode(allow_non_fake_inputs=True):
        query = torch.empty(9, 2, 8, dtype=torch.bfloat16, device="meta")
        offsets = torch.empty(3, dtype=torch.int32, device="meta")
        output = chunk_attention._cuda_attention(query, query, query, offsets, 5, True, 0.3)
    assert output.shape == (9, 2, 8) and output.dtype == torch.bfloat16


def test_rows_and_dropout_are_refused_instead_of_computed_wrongly() -> None:
    model = small_model(Objective.CAUSAL)
    chunk_attention.use_chunk_attention(model)
    with pytest.raises(ValueError, match="this model reads flat batches only"):
        model(input_ids=torch.tensor([[1, 2]]))
    chunk_attention.use_standard_attention(model)
    assert model(input_ids=torch.tensor([[1, 2]])).logits.shape == (1, 2, 320)
    model.config.attn_pdrop = 0.1
    with pytest.raises(ValueError, match="dropout of attention is not supported"):
        chunk_attention.use_chunk_attention(model)
