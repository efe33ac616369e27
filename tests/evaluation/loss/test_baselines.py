"""Test the baselines against texts whose result is known."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import statecode  # noqa: E402
from statecode.evaluation.configs import BaselineConfig  # noqa: E402
from statecode.evaluation.loss import baselines  # noqa: E402
from statecode.evaluation.loss.baselines import copied_tokens, measure_baselines, zstd_bytes, zstd_prefix  # noqa: E402
from statecode.evaluation.loss.kinded_texts import kinded_text  # noqa: E402
from statecode.evaluation.loss.ngrams import NgramModel  # noqa: E402
from statecode.evaluation.loss.token_kinds import KindedDocuments, kinded_documents  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.tokenizers import encode, end_id, start_id  # noqa: E402
from tests.support.modeling_samples import sample_texts, tokenizer_for  # noqa: E402

TOKENIZER = tokenizer_for(Objective.CAUSAL)


def random_text(seed: int, length: int) -> str:
    return "".join(random.Random(seed).choices("abcdefghijklmnop", k=length))  # 4 bits per character


@pytest.fixture(scope="module")
def kinded() -> KindedDocuments:
    trace = statecode.trace("x = list((10, 20, 30))\nx[1] = 25\nx += [4]\nprint(x)\n")
    return kinded_documents([kinded_text(trace, "compact")], TOKENIZER)


def test_zstd_needs_few_bytes_for_a_text_of_the_prefix_and_all_of_them_for_another_one() -> None:
    prefix = "".join(random_text(seed, 8192) for seed in range(32)).encode()
    known, other = random_text(5, 8192), random_text(99, 8192)
    assert zstd_bytes([known], prefix) < 100
    assert zstd_bytes([other], prefix) == pytest.approx(8192 / 2, rel=0.1)
    assert zstd_bytes([known, other, "", known], prefix) == 2 * zstd_bytes([known], prefix) + zstd_bytes([other], prefix)


def test_the_bytes_of_a_text_do_not_depend_on_the_length_of_an_unrelated_prefix() -> None:
    text = random_text(1, 5000)
    found = [zstd_bytes([text], random_text(2, length).encode()) for length in (0, 10, 2**17, 2**18, 9 * 2**17)]
    assert max(found) - min(found) < 400 and found[0] == pytest.approx(2500, rel=0.05)
    assert 0 < zstd_bytes(["x"], b"") < 20


def test_the_prefix_has_starts_of_texts_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "ZSTD_PREFIX_BYTES", 50)
    monkeypatch.setattr(baselines, "ZSTD_TEXT_BYTES", 8)
    texts = [f"{number:02}" + "é" * 20 for number in range(9)]
    prefix = zstd_prefix(texts)
    assert len(prefix) == 50 and prefix[:2] in {text[:2].encode() for text in texts}
    assert prefix[2:8] == "ééé".encode() and prefix == zstd_prefix(texts)
    assert len({prefix[start:start + 2] for start in range(0, 50, 8)}) == 7 and zstd_prefix([]) == b""


def test_tokens_of_values_that_a_copy_writes(kinded: KindedDocuments) -> None:
    values = [encode(TOKENIZER, [text])[0] for text in kinded.texts]
    tokens, right = copied_tokens(kinded)["new_value"]
    assert copied_tokens(kinded)["copied_value"] == (0, 0) and 0 < right < tokens < len(values[0])
    assert right == int(kinded.copied[kinded.kinds == 4].sum())


def test_the_ngram_model_is_that_of_the_training_texts(kinded: KindedDocuments) -> None:
    train, scored = sample_texts(30), np.ones(len(kinded.kinds), dtype=bool)
    found = measure_baselines(kinded, scored, train, TOKENIZER, BaselineConfig(ngram_order=3))
    order = np.random.default_rng(0).permutation(30)
    ids = [np.array(encode(TOKENIZER, [train[number]])[0]) for number in order]
    model = NgramModel(ids, 3, len(TOKENIZER), start_id(TOKENIZER), end_id(TOKENIZER))
    expected = model.nll([kinded.documents[0]]).sum()
    assert sum(row.score.nll_nats for row in found.ngram) == pytest.approx(expected, rel=1e-12)
    assert found.ngram_tokens == sum(map(len, ids)) + 30 and found.ngram_name == "3-gram"
    assert found.as_dict()["ngram"]["bits_per_byte"] == pytest.approx(expected / np.log(2) / len(kinded.texts[0].encode()))
    assert found.copied_shares["copied_value"] is None


def test_the_training_tokens_are_limited(kinded: KindedDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
    scored = np.ones(len(kinded.kinds), dtype=bool)
    few = measure_baselines(kinded, scored, sample_texts(30), TOKENIZER, BaselineConfig(ngram_tokens=100))
    assert 100 < few.ngram_tokens <= 110  # with an end token for each document
    monkeypatch.setattr(baselines, "NGRAM_DOCUMENT_TOKENS", 2)
    short = measure_baselines(kinded, scored, sample_texts(30), TOKENIZER, BaselineConfig())
    assert short.ngram_tokens == 30 * 3
