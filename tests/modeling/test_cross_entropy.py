"""Test the cross entropy in blocks against PyTorch's."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from torch import nn  # noqa: E402

from statecode.modeling import cross_entropy  # noqa: E402


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("positions", [0, 1, 64, 150])
def test_the_sum_and_its_gradients_are_those_of_pytorch(
    bias: bool, positions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cross_entropy.BLOCK_LOGITS, "cpu", 1)  # blocks of 64 positions
    torch.manual_seed(0)
    output = nn.Linear(8, 17, bias=bias)
    hidden = torch.randn(positions, 8, requires_grad=True)
    labels = torch.randint(0, 17, (positions,))
    inputs = [hidden, *output.parameters()]
    ours = cross_entropy.output_nll_sum(hidden, output, labels)
    theirs = nn.functional.cross_entropy(output(hidden), labels, reduction="sum")
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
    for one, other in zip(torch.autograd.grad(3 * ours, inputs), torch.autograd.grad(3 * theirs, inputs)):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_uniform_logits_over_17_tokens_cost_log_17_each() -> None:
    output = nn.Linear(8, 17)
    nn.init.zeros_(output.weight), nn.init.zeros_(output.bias)
    with torch.no_grad():
        found = cross_entropy.output_nll_sum(torch.randn(5, 8), output, torch.arange(5))
    assert float(found) == pytest.approx(5 * math.log(17))


@pytest.mark.parametrize("enabled", [False, True])
def test_gradients_are_computed_only_if_they_are_enabled(enabled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    forward, contexts = cross_entropy._forward, []
    monkeypatch.setattr(cross_entropy, "_forward", lambda ctx, *inputs: contexts.append(ctx) or forward(ctx, *inputs))
    with torch.set_grad_enabled(enabled):
        cross_entropy.output_nll_sum(torch.randn(5, 8), nn.Linear(8, 17), torch.arange(5))
    assert [each is not None for each in contexts[0].gradients] == [enabled] * 3


def test_under_autocast_the_softmax_and_the_sums_are_fp32() -> None:
    torch.manual_seed(0)
    output, hidden = nn.Linear(8, 17), torch.randn(2000, 8, requires_grad=True)
    labels = torch.randint(0, 17, (2000,))
    exact = torch.autograd.grad(cross_entropy.output_nll_sum(hidden, output, labels), output.weight)[0]
    with torch.autocast("cpu", torch.bfloat16):
        found = torch.autograd.grad(cross_entropy.output_nll_sum(hidden, output, labels), output.weight)[0]
    assert found.dtype == torch.float32 and float((found - exact).norm()) < 1e-2 * float(exact.norm())
