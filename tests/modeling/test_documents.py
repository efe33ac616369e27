"""Test the division of documents into chunks."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.documents import DocumentChunks  # noqa: E402
from statecode.modeling.tokenising import tokenise_in_memory  # noqa: E402
from statecode.modeling.tokenizers import encode, end_id, start_id  # noqa: E402
from tests.support.modeling_samples import document_of, sample_texts, tokenizer_for  # noqa: E402

BOTH = pytest.mark.parametrize("objective", list(Objective))


@BOTH
@pytest.mark.parametrize("sequence_tokens", [8, 13, 500])
def test_chunks_label_every_token_exactly_once_in_order(objective: Objective, sequence_tokens: int) -> None:
    tokenizer, texts = tokenizer_for(objective), sample_texts(9) + [""]
    chunks = DocumentChunks(tokenise_in_memory(texts, tokenizer), tokenizer, objective, sequence_tokens)
    labels = [label for i in range(len(chunks.lengths)) for label in chunks[i][1].tolist() if label != IGNORE_INDEX]
    ends = [end_id(tokenizer)] if objective is Objective.CAUSAL else []
    assert labels == [token for ids in encode(tokenizer, texts) for token in ids + ends]
    assert [len(chunks[i][0]) for i in range(len(chunks.lengths))] == chunks.lengths.tolist()
    assert chunks.lengths.max() <= sequence_tokens


@BOTH
def test_chunks_of_a_document_are_consecutive(objective: Objective) -> None:
    tokenizer, text = tokenizer_for(objective), sample_texts(1, first=6)[0]
    chunks = DocumentChunks(tokenise_in_memory([text], tokenizer), tokenizer, objective, 10)
    inputs = [token for i in range(len(chunks.lengths)) for token in chunks[i][0].tolist()]
    ids = encode(tokenizer, [text])[0]
    ends = [] if objective is Objective.CAUSAL else [end_id(tokenizer)]
    assert inputs == [start_id(tokenizer)] + ids + ends


@BOTH
def test_document_tokens_limits_the_tokens_of_each_document(objective: Objective) -> None:
    tokenizer, texts = tokenizer_for(objective), sample_texts(14)
    documents = tokenise_in_memory(texts, tokenizer)
    whole = DocumentChunks(documents, tokenizer, objective, 500)
    cut = DocumentChunks(documents, tokenizer, objective, 10, document_tokens=25)
    assert cut.lengths.max() == 10 and 0 < cut.lengths.sum() == sum(min(25, n) for n in whole.lengths.tolist())


def test_a_text_without_tokens_has_one_chunk() -> None:
    tokenizer = tokenizer_for(Objective.CAUSAL)
    chunks = DocumentChunks(tokenise_in_memory(["", ""], tokenizer), tokenizer, Objective.CAUSAL, 8)
    assert [chunks[i][1].tolist() for i in (0, 1)] == [[end_id(tokenizer)]] * 2


@BOTH
def test_chunks_equal_the_slices_of_whole_documents(objective: Objective) -> None:
    texts = ["", "a", *sample_texts(12)]
    chunks = DocumentChunks(tokenise_in_memory(texts, tokenizer_for(objective)), tokenizer_for(objective), objective, 7)
    sliced = []
    for text in texts:
        inputs, labels = document_of(text, objective)
        sliced += [(inputs[begin:begin + 7], labels[begin:begin + 7]) for begin in range(0, len(inputs), 7)]
    assert [tuple(part.tolist() for part in chunks[number]) for number in range(len(chunks.lengths))] == sliced
