"""Test the conversion of texts into token ids."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.texts import fingerprint  # noqa: E402
from statecode.modeling.tokenising import encode_start, prefixes, tokenise, tokenise_in_memory  # noqa: E402
from statecode.modeling.tokenizers import encode  # noqa: E402
from tests.support.modeling_samples import sample_texts, tokenizer_for  # noqa: E402


@pytest.mark.parametrize("tokens", [1, 7, 40, 900])
def test_the_start_of_a_long_text_has_the_tokens_of_the_whole_text(tokens: int) -> None:
    tokenizer = tokenizer_for(Objective.CAUSAL)
    traces = sample_texts(60)
    texts = ["\n".join(traces), "." * 9000 + "x", " " * 9000, "", traces[0], "\n".join(traces[:9])]
    assert max(map(len, texts)) > 8 * 40 + 1000
    whole = encode(tokenizer, texts)
    assert encode_start(tokenizer, texts, tokens) == [ids[:tokens] for ids in whole]


def test_at_most_document_tokens_of_a_text_are_tokenised() -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(9) + [""]
    for document_tokens in (None, 10):
        ids = [part.tolist() for part in tokenise(texts, tokenizer, document_tokens)]
        assert ids == [part[:document_tokens] for part in encode(tokenizer, texts)]
    assert list(prefixes(["x" * 100, "ab"], 10)) == ["x" * 80, "ab"]
    assert list(prefixes(["x" * 100], None)) == ["x" * 100]


def test_documents_in_memory_describe_their_texts() -> None:
    tokenizer, texts = tokenizer_for(Objective.CAUSAL), sample_texts(5) + ["", "é漢"]
    documents = tokenise_in_memory(texts, tokenizer)
    assert [documents[i].tolist() for i in range(len(documents))] == encode(tokenizer, texts)
    info = documents.info
    assert (info.documents, info.texts_sha256, info.token_dtype) == (7, fingerprint(texts), "uint16")
    assert info.text_bytes == sum(len(text.encode()) for text in texts) and info.text_tokens == documents.lengths.sum()
    assert len(tokenise_in_memory([], tokenizer)) == 0
