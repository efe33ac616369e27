"""Test the arithmetic of a step against PyTorch's counter, the measured peak, and the figures of the progress line."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from statecode.modeling import figures  # noqa: E402
from statecode.modeling.batches import IGNORE_INDEX, Batch  # noqa: E402
from statecode.modeling.figures import ModelArithmetic  # noqa: E402
from statecode.modeling.scores import Score  # noqa: E402
from tests.support.modeling_samples import FAMILIES, family_model  # noqa: E402


def batch_of(lengths: list[int], labels: int) -> Batch:
    """Return a batch with one row of chunks, whose first tokens have labels, and padding of three positions."""
    ids = torch.ones(1, sum(lengths) + 3, dtype=torch.long)
    labels_BT = torch.full_like(ids, IGNORE_INDEX)
    labels_BT[:, :labels] = 1
    positions = torch.cat([*map(torch.arange, lengths), torch.zeros(3, dtype=torch.long)])
    chunks = torch.repeat_interleave(torch.tensor([*range(1, len(lengths) + 1), 0]), torch.tensor([*lengths, 3]))
    return Batch(ids, labels_BT, positions[None], chunks[None])


@pytest.mark.parametrize("family", FAMILIES)
def test_the_arithmetic_of_a_chunk_is_that_of_pytorch_s_counter(family: str) -> None:
    """The counter counts the whole square of attention; the formula counts half of it in causal models."""
    model, tokens = family_model(family), 40
    model.set_attn_implementation("eager")
    with FlopCounterMode(display=False) as counter:
        model(input_ids=torch.ones(1, tokens, dtype=torch.long)).logits.sum().backward()
    arithmetic = ModelArithmetic.of_model(model, FAMILIES[family])
    half_attention = 6 * 2 * 32 * tokens**2 if arithmetic.causal else 0
    assert arithmetic.flops(batch_of([tokens], tokens)) + half_attention == pytest.approx(counter.get_total_flops(), rel=1e-3)


def test_the_arithmetic_of_a_batch_has_a_known_value() -> None:
    arithmetic = ModelArithmetic(block_weights=1000, head_weights=50, layers=2, width=8, causal=True)
    expected = 6 * 1000 * (5 + 3) + 6 * 50 * 4 + 6 * 2 * 8 * (25 + 9)
    assert arithmetic.flops(batch_of([5, 3], labels=4)) == expected


def test_the_peak_of_a_cpu_is_measured() -> None:
    peak = figures.peak_of(torch.device("cpu"), bf16=False)
    assert 1e9 < peak.flops_per_s < 1e14 and "measured product of two 1024 x 1024 matrices, fp32" in peak.source


@pytest.mark.parametrize("name, entry", [
    ("NVIDIA H100 PCIe", "H100 PCIe"), ("NVIDIA H100 80GB HBM3", "H100"), ("NVIDIA H200", "H200"), ("NVIDIA L4", "L4"),
    ("NVIDIA H200 NVL", "H200 NVL"), ("NVIDIA A100-SXM4-40GB", "A100"), ("NVIDIA A100 80GB PCIe", "A100"),
    ("NVIDIA L40", "L40"), ("NVIDIA L40S", "L40S"),
    ("NVIDIA GeForce RTX 3090 Ti", None), ("NVIDIA GH200 480GB", None), ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", None),
])
def test_a_gpu_has_the_peak_of_the_table_if_all_words_match(name: str, entry: str | None, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: name)
    monkeypatch.setattr(figures, "measured_matrix_product", lambda *_: 1.0)
    expected = 1.0 if entry is None else figures.GPU_PEAKS[entry]
    assert figures.peak_of(torch.device("cuda"), bf16=True).flops_per_s == expected


def test_peak_memory_includes_a_tensor_that_was_freed() -> None:
    before = figures.peak_memory_bytes(torch.device("cpu"))
    torch.ones(before // 4 + 2**26).sum()  # fp32: as many bytes as before, and 256 MiB
    assert figures.peak_memory_bytes(torch.device("cpu")) > before + 2**27


def test_the_progress_line_shows_the_last_validation_loss() -> None:
    metrics = SimpleNamespace(loss=1.25, tokens_per_s=1234.0, mfu=None, gradient_norm=0.5, waited_share=0.01)
    score = Score(nll_nats=math.log(2) * 24, tokens=12, text_bytes=16)
    assert figures.postfix(metrics, 3 * 2**30, score) == {
        "loss": "1.250", "validation_loss": "1.386", "bits_per_byte": "1.500", "tokens_per_s": "1,234", "norm": "0.50",
        "waited": "1%", "memory": "3.0GiB"}
    assert "bits_per_byte" not in figures.postfix(metrics, 0, replace(score, text_bytes=0))
