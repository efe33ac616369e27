"""Test that packed chunks do not attend to each other: packed documents have the same loss as single documents."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import forward  # noqa: E402
from statecode.modeling.batches import IGNORE_INDEX, Batch  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.forward import AttentionMaskFormat  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence, pack  # noqa: E402
from tests.support.modeling_samples import document_of, plain_nll, sample_texts, small_model  # noqa: E402

BOTH = pytest.mark.parametrize("objective", list(Objective))


def packed(objective: Objective) -> tuple[list[tuple[list[int], list[int]]], PackedSequences]:
    documents = [document_of(text[:40], objective) for text in sample_texts(6)]
    chunks = ListedChunks(documents)
    return documents, PackedSequences(chunks, pack(chunks.lengths, 64))


def nll_of(model, batch: Batch, mask_format: AttentionMaskFormat, objective: Objective) -> float:
    model.eval()
    with torch.no_grad():
        return float(forward.nll_sum(forward.logits_of(model, batch, mask_format, objective), batch.labels_BT))


@BOTH
def test_packed_loss_is_the_sum_over_documents_alone(objective: Objective) -> None:
    model = small_model(objective)
    documents, sequences = packed(objective)
    assert max(len(chunks) for chunks in sequences.layout) > 1
    alone = [plain_nll(model, *document, objective) for document in documents]
    mask_formats = [each for each in forward.PACKING_FORMATS if forward.packs_exactly(model, each, objective)]
    assert mask_formats
    for mask_format in mask_formats:  # all formats that work in this version of transformers
        for number, chunks in enumerate(sequences.layout):
            expected = sum(alone[chunk] for chunk in chunks)
            assert nll_of(model, sequences.batch([number]), mask_format, objective) == pytest.approx(expected, rel=1e-5)
        everything = sequences.batch(range(len(sequences)))
        assert nll_of(model, everything, mask_format, objective) == pytest.approx(sum(alone), rel=1e-5)


@BOTH
def test_padded_sequences_of_one_chunk_have_the_loss_of_their_documents(objective: Objective) -> None:
    model = small_model(objective)
    documents, sequences = packed(objective)
    layout = one_chunk_per_sequence(sequences.chunks.lengths)
    batch = PackedSequences(sequences.chunks, layout).batch(range(len(documents)))
    alone = sum(plain_nll(model, *document, objective) for document in documents)
    assert nll_of(model, batch, AttentionMaskFormat.PADDING, objective) == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize("change", [
    {"attention_mask": "ones"},
    {"use_cache": True},
    {"position_ids": None},
])
def test_wrong_forward_calls_change_the_logits_without_an_error(change: dict) -> None:
    """Fail if transformers begins to accept one of these calls: the choice of formats can then be simplified."""
    model = small_model(Objective.CAUSAL).eval()
    _, sequences = packed(Objective.CAUSAL)
    batch = sequences.batch([0])
    inputs = forward.model_inputs(batch, AttentionMaskFormat.POSITIONS, Objective.CAUSAL)
    assert set(inputs) == {"input_ids", "position_ids", "use_cache"}
    if change.get("attention_mask") == "ones":
        change = {"attention_mask": torch.ones_like(batch.input_ids_BT)}
    with torch.no_grad():
        right, wrong = model(**inputs).logits, model(**(inputs | change)).logits
    length = len(sequences.chunks[sequences.layout[0][0]][0])
    assert (right - wrong)[:, length:batch.unpadded_tokens].abs().max() > 0.01
    assert torch.allclose(right[:, :length], wrong[:, :length], atol=1e-4)  # the first chunk is not affected


def test_position_ids_alone_do_not_separate_the_chunks_of_bert() -> None:
    model = small_model(Objective.MASKED)
    assert not forward.packs_exactly(model, AttentionMaskFormat.POSITIONS, Objective.MASKED)
    assert forward.find_mask_format(model, Objective.MASKED) is not AttentionMaskFormat.POSITIONS


def test_gpt2_separates_chunks_by_position_ids() -> None:
    model = small_model(Objective.CAUSAL).train()
    assert forward.find_mask_format(model, Objective.CAUSAL) is AttentionMaskFormat.POSITIONS
    assert model.training


def test_a_model_without_a_working_mask_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model(Objective.CAUSAL)
    original = model.forward
    monkeypatch.setattr(model, "forward", lambda input_ids, **_: original(input_ids=input_ids))
    with pytest.raises(ConfigError, match="cannot keep packed documents separate; pass --no-packing"):
        forward.find_mask_format(model, Objective.CAUSAL)


def test_nll_sum_counts_labelled_positions_only() -> None:
    logits = torch.zeros(1, 3, 17)
    assert float(forward.nll_sum(logits, torch.tensor([[4, IGNORE_INDEX, 2]]))) == pytest.approx(2 * 2.833213)
    assert float(forward.nll_sum(logits, torch.full((1, 3), IGNORE_INDEX))) == 0
