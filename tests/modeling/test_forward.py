"""Test that packed chunks do not attend to each other: packed documents have the same loss as single documents."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from transformers import LlamaConfig, LlamaForCausalLM  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import compiling, forward  # noqa: E402
from statecode.modeling.batches import IGNORE_INDEX, Batch  # noqa: E402
from statecode.modeling.chunk_attention import cpu_attention  # noqa: E402
from statecode.modeling.configs import ModelShape, Objective  # noqa: E402
from statecode.modeling.forward import AttentionMaskFormat  # noqa: E402
from statecode.modeling.models import build_model  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence, pack  # noqa: E402
from tests.support.modeling_samples import (  # noqa: E402
    FAMILIES,
    document_of,
    family_model,
    one_thread,
    plain_nll,
    sample_texts,
    small_model,
    tokenizer_for,
)

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
    mask_formats = [each for each in forward.MASK_FORMATS if forward.packs_exactly(model, each, objective)]
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
    assert forward.packs_exactly(small_model(Objective.CAUSAL), AttentionMaskFormat.POSITIONS, Objective.CAUSAL)


@pytest.mark.parametrize("bf16", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_flat_batches_have_the_loss_and_gradient_of_documents_alone(family: str, bf16: bool) -> None:
    objective = FAMILIES[family]
    documents, sequences = packed(objective)
    model = family_model(family)
    nll = sum(torch.nn.functional.cross_entropy(
        model(input_ids=torch.tensor([inputs])).logits[0], torch.tensor(labels), reduction="sum")
        for inputs, labels in documents)
    nll.backward()
    alone = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.zero_grad()
    assert forward.find_mask_format(model.train(), objective, bf16) is AttentionMaskFormat.CHUNKS and model.training
    scoring = forward.ScoringModel(model, AttentionMaskFormat.CHUNKS, objective)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        found = scoring(scoring.prepared(sequences.batch(range(len(sequences))), torch.device("cpu")))
    found.backward()
    assert float(found.detach()) == pytest.approx(float(nll.detach()), rel=2e-2 if bf16 else 1e-5)
    for name, parameter in model.named_parameters():
        scale = float(alone[name].norm())
        if "key.bias" in name:
            continue  # the softmax does not depend on it: its gradient is rounding errors
        assert float((parameter.grad - alone[name]).norm()) <= (0.1 if bf16 else 1e-4) * scale, name


def test_compiled_blocks_have_the_loss_of_eager_ones() -> None:
    """Compile without code generation, which takes half a minute: the traced graph contains all that can differ."""
    objective = Objective.CAUSAL
    model, (_, sequences) = small_model(objective), packed(objective)
    scoring = forward.ScoringModel(model, forward.find_mask_format(model, objective), objective)
    batches = [sequences.batch([0, 1]), sequences.batch([1, 0]), sequences.batch([1])]
    eager = [gradient_of(scoring, batch) for batch in batches]
    model.base_model.compile(backend="aot_eager")
    for (loss, gradient), batch in zip(eager, batches):
        prepared = scoring.prepared(batch, torch.device("cpu"))
        assert len(prepared.input_ids_N) == batch.input_ids_BT.numel() == prepared.offsets_C1[-1]
        compiled_loss, compiled_gradient = gradient_of(scoring, batch)
        assert compiled_loss == pytest.approx(loss, rel=1e-5)
        torch.testing.assert_close(compiled_gradient, gradient, rtol=1e-3, atol=1e-4 * float(gradient.abs().max()))
    assert forward.is_compiled(model)
    compiling.remove_compilation(model)
    assert not forward.is_compiled(model)


def gradient_of(scoring: forward.ScoringModel, batch: Batch) -> tuple[float, torch.Tensor]:
    """Return the loss of a batch and its gradient as one vector."""
    loss = scoring(scoring.prepared(batch, torch.device("cpu")))
    return float(loss.detach()), torch.cat([each.flatten() for each in torch.autograd.grad(loss, list(scoring.parameters()))])


def test_models_with_dropout_of_attention_or_of_other_kinds_read_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model(Objective.CAUSAL)
    model.config.attn_pdrop = 0.1
    assert forward.find_mask_format(model, Objective.CAUSAL) is AttentionMaskFormat.POSITIONS
    model.config.attn_pdrop = 0.0
    monkeypatch.setattr(forward, "FLAT_MODELS", ("bert",))
    assert forward.find_mask_format(model, Objective.CAUSAL) is AttentionMaskFormat.POSITIONS
    assert model.config._attn_implementation == "sdpa"


@pytest.mark.parametrize("bf16", [False, True])
def test_llama_with_grouped_queries_reads_flat_batches(bf16: bool) -> None:
    torch.manual_seed(0)
    config = LlamaConfig(vocab_size=320, hidden_size=72, intermediate_size=128, num_hidden_layers=2,
                         num_attention_heads=9, num_key_value_heads=3, max_position_embeddings=64)
    assert forward.reads_flat_batches(LlamaForCausalLM(config), Objective.CAUSAL, bf16)


def ignoring_the_offsets(query, key, value, offsets, causal, scale):
    return cpu_attention(query, key, value, torch.tensor([0, len(query)], dtype=torch.int32), causal, scale)


def halving_the_output(query, key, value, offsets, causal, scale):
    return cpu_attention(query, key, value, offsets, causal, scale)[0] * 0.5, query


def inverting_causality(query, key, value, offsets, causal, scale):
    return cpu_attention(query, key, value, offsets, not causal, scale)


@pytest.mark.parametrize("bf16", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_device_with_a_wrong_kernel_reads_rows(family: str, bf16: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the initial weights of training, with which attention changes losses little."""
    shape = ModelShape(family=family, layers=2, width=128, heads=4, max_seq_len=64)  # type: ignore[arg-type]
    model, objective = build_model(shape, tokenizer_for(FAMILIES[family]), seed=0), FAMILIES[family]
    with one_thread():
        for wrong in (ignoring_the_offsets, halving_the_output, inverting_causality):
            monkeypatch.setattr(forward.chunk_attention, "cpu_attention", wrong)
            assert not forward.reads_flat_batches(model, objective, bf16), wrong
            assert model.config._attn_implementation == "sdpa"
        monkeypatch.undo()
        assert forward.reads_flat_batches(model, objective, bf16)


def test_a_model_without_a_working_mask_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model(Objective.CAUSAL)
    monkeypatch.setattr(forward, "FLAT_MODELS", ())
    original = model.forward
    monkeypatch.setattr(model, "forward", lambda input_ids, **_: original(input_ids=input_ids))
    with pytest.raises(ConfigError, match="cannot keep packed documents separate; pass --no-packing"):
        forward.find_mask_format(model, Objective.CAUSAL)


def test_nll_sum_counts_labelled_positions_only() -> None:
    logits = torch.zeros(1, 3, 17)
    assert float(forward.nll_sum(logits, torch.tensor([[4, IGNORE_INDEX, 2]]))) == pytest.approx(2 * 2.833213)
    assert float(forward.nll_sum(logits, torch.full((1, 3), IGNORE_INDEX))) == 0
