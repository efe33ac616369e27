"""Packed pieces are blind to each other: the loss of a packed row is that of its documents alone."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import forward  # noqa: E402
from statecode.modeling.batches import IGNORED, Batch  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.forward import AttentionMaskFormat  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, one_per_row, pack  # noqa: E402
from tests.support.modeling_samples import document_of, plain_nll, sample_texts, small_model  # noqa: E402

BOTH = pytest.mark.parametrize("objective", list(Objective))


def packed(objective: Objective) -> tuple[list[tuple[list[int], list[int]]], PackedSequences]:
    documents = [document_of(text[:40], objective) for text in sample_texts(6)]
    chunks = ListedChunks(documents)
    return documents, PackedSequences(chunks, pack(chunks.lengths, 64))


def nll_of(model, batch: Batch, style: AttentionMaskFormat, objective: Objective) -> float:
    model.eval()
    with torch.no_grad():
        return float(forward.nll_sum(forward.logits_of(model, batch, style, objective), batch.labels_BT))


@BOTH
def test_packed_loss_is_the_sum_over_documents_alone(objective: Objective) -> None:
    model = small_model(objective)
    documents, rows = packed(objective)
    assert max(len(row) for row in rows.layout) > 1
    alone = [plain_nll(model, *document, objective) for document in documents]
    styles = [style for style in forward.PACKING_STYLES if forward.packs_exactly(model, style, objective)]
    assert styles
    for style in styles:  # whatever the probe accepts in this version of transformers
        for number, row in enumerate(rows.layout):
            expected = sum(alone[chunk] for chunk in row)
            assert nll_of(model, rows.batch([number]), style, objective) == pytest.approx(expected, rel=1e-5)
        everything = rows.batch(range(len(rows)))
        assert nll_of(model, everything, style, objective) == pytest.approx(sum(alone), rel=1e-5)


@BOTH
def test_padded_rows_of_one_piece_agree_as_well(objective: Objective) -> None:
    model = small_model(objective)
    documents, rows = packed(objective)
    batch = PackedSequences(rows.chunks, one_per_row(rows.chunks.lengths)).batch(range(len(documents)))
    alone = sum(plain_nll(model, *document, objective) for document in documents)
    assert nll_of(model, batch, AttentionMaskFormat.PADDING, objective) == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize("change", [
    {"attention_mask": "ones"},
    {"use_cache": True},
    {"position_ids": None},
])
def test_the_calls_that_are_silently_wrong_do_differ(change: dict) -> None:
    """If one of these begins to agree, transformers has changed and the choice of styles can be made simpler."""
    model = small_model(Objective.CAUSAL).eval()
    _, rows = packed(Objective.CAUSAL)
    batch = rows.batch([0])
    inputs = forward.model_inputs(batch, AttentionMaskFormat.POSITIONS, Objective.CAUSAL)
    assert set(inputs) == {"input_ids", "position_ids", "use_cache"}
    if change.get("attention_mask") == "ones":
        change = {"attention_mask": torch.ones_like(batch.input_ids_BT)}
    with torch.no_grad():
        right, wrong = model(**inputs).logits, model(**(inputs | change)).logits
    length = len(rows.chunks[rows.layout[0][0]][0])
    assert (right - wrong)[:, length:batch.read_tokens].abs().max() > 0.01
    assert torch.allclose(right[:, :length], wrong[:, :length], atol=1e-4)  # the first piece cannot tell


def test_positions_alone_do_not_keep_the_pieces_of_bert_apart() -> None:
    model = small_model(Objective.MASKED)
    assert not forward.packs_exactly(model, AttentionMaskFormat.POSITIONS, Objective.MASKED)
    assert forward.find_mask_format(model, Objective.MASKED) is not AttentionMaskFormat.POSITIONS


def test_gpt2_is_packed_by_positions() -> None:
    model = small_model(Objective.CAUSAL).train()
    assert forward.find_mask_format(model, Objective.CAUSAL) is AttentionMaskFormat.POSITIONS
    assert model.training


def test_a_model_that_packs_in_no_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model(Objective.CAUSAL)
    original = model.forward
    monkeypatch.setattr(model, "forward", lambda input_ids, **_: original(input_ids=input_ids))
    with pytest.raises(ConfigError, match="lets packed documents see each other; pass --no-packing"):
        forward.find_mask_format(model, Objective.CAUSAL)


def test_nll_sum_counts_labelled_positions_only() -> None:
    logits = torch.zeros(1, 3, 17)
    assert float(forward.nll_sum(logits, torch.tensor([[4, IGNORED, 2]]))) == pytest.approx(2 * 2.833213)
    assert float(forward.nll_sum(logits, torch.full((1, 3), IGNORED))) == 0
