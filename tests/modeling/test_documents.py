"""Test the tokenised documents and their division into chunks."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.documents import DocumentChunks, encode_start, open_documents, tokenise_in_memory  # noqa: E402
from statecode.modeling.tokenizers import encode, end_id, start_id  # noqa: E402
from tests.support.modeling_samples import sample_texts, tokenizer_for  # noqa: E402

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


@pytest.mark.parametrize("tokens", [1, 7, 40, 900])
def test_the_start_of_a_long_text_has_the_tokens_of_the_whole_text(tokens: int) -> None:
    tokenizer = tokenizer_for(Objective.CAUSAL)
    traces = sample_texts(60)
    texts = ["\n".join(traces), "." * 9000 + "x", " " * 9000, "", traces[0], "\n".join(traces[:9])]
    assert max(map(len, texts)) > 8 * 40 + 1000
    whole = encode(tokenizer, texts)
    assert encode_start(tokenizer, texts, tokens) == [ids[:tokens] for ids in whole]


def test_documents_on_disk_contain_only_the_first_document_tokens(tmp_path) -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(9)
    cut = open_documents(texts, tokenizer, tmp_path / "train", document_tokens=10)
    assert [cut[i].tolist() for i in range(9)] == [ids[:10] for ids in encode(tokenizer, texts)]
    assert open_documents(texts, tokenizer, tmp_path / "train").info.text_tokens > cut.info.text_tokens


def test_documents_on_disk_are_reused_only_for_the_same_texts_and_tokenizer(tmp_path) -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(5) + ["", "é漢"]
    first = open_documents(texts, tokenizer, tmp_path / "tokens" / "train")
    written = (tmp_path / "tokens" / "train.tokens").stat().st_mtime_ns
    again = open_documents(texts, tokenizer, tmp_path / "tokens" / "train")
    assert (tmp_path / "tokens" / "train.tokens").stat().st_mtime_ns == written
    assert [again[i].tolist() for i in range(len(again))] == encode(tokenizer, texts)
    assert first.info == again.info and again.info.text_bytes == sum(len(text.encode()) for text in texts)
    other = open_documents(texts[:2], tokenizer, tmp_path / "tokens" / "train")
    assert len(other) == 2 and other[1].tolist() == encode(tokenizer, texts)[1]
    bert = open_documents(texts, tokenizer_for(Objective.MASKED), tmp_path / "tokens" / "train")
    assert bert[0].tolist() == encode(tokenizer_for(Objective.MASKED), texts)[0]


def test_an_interrupted_store_is_written_again(tmp_path) -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(5)
    open_documents(texts, tokenizer, tmp_path / "train")
    (tmp_path / "train.json").unlink()  # written last
    (tmp_path / "train.tokens").write_bytes(b"half")
    assert open_documents(texts, tokenizer, tmp_path / "train")[4].tolist() == encode(tokenizer, texts)[4]


def test_the_type_of_the_token_ids_is_stored(tmp_path) -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(5)
    assert open_documents(texts, tokenizer, tmp_path / "train").info.token_dtype == "uint16"
    stored = json.loads((tmp_path / "train.json").read_text())
    ids = np.fromfile(tmp_path / "train.tokens", dtype=np.uint16)
    (tmp_path / "train.json").write_text(json.dumps(stored | {"token_dtype": "uint32"}))
    ids.astype(np.uint32).tofile(tmp_path / "train.tokens")
    again = open_documents(texts, tokenizer, tmp_path / "train")
    assert again.info.token_dtype == "uint32" and again[4].tolist() == encode(tokenizer, texts)[4]
    assert tokenise_in_memory(texts, tokenizer).info.token_dtype == "uint16"


@pytest.mark.parametrize("remove", ["field", "half of the tokens"])
def test_a_store_that_does_not_match_its_description_is_written_again(tmp_path, remove: str) -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(5)
    open_documents(texts, tokenizer, tmp_path / "train")
    stored = json.loads((tmp_path / "train.json").read_text())
    if remove == "field":  # as in stores of older versions
        (tmp_path / "train.json").write_text(json.dumps({name: stored[name] for name in stored if name != "token_dtype"}))
    else:
        tokens = (tmp_path / "train.tokens").read_bytes()
        (tmp_path / "train.tokens").write_bytes(tokens[:len(tokens) // 2])
    again = open_documents(texts, tokenizer, tmp_path / "train")
    assert [again[i].tolist() for i in range(5)] == encode(tokenizer, texts)
    assert json.loads((tmp_path / "train.json").read_text()) == stored


def test_empty_texts_are_documents_without_tokens(tmp_path) -> None:
    tokenizer = tokenizer_for(Objective.CAUSAL)
    for _ in range(2):
        documents = open_documents(["", ""], tokenizer, tmp_path / "train")
        assert len(documents) == 2 and documents[0].tolist() == []
    chunks = DocumentChunks(documents, tokenizer, Objective.CAUSAL, 8)
    assert [chunks[i][1].tolist() for i in (0, 1)] == [[end_id(tokenizer)]] * 2
