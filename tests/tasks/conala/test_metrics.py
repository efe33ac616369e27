"""Test the scores of known predictions."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import numpy as np  # noqa: E402

from statecode.tasks.conala.bleu import corpus_bleu  # noqa: E402
from statecode.tasks.conala.metrics import CONALA_BLEU, parses, score_snippets  # noqa: E402


def test_scores_of_known_predictions() -> None:
    pytest.importorskip("sacrebleu")
    references = ["x = [1, 2, 3]", "print('a')", "d['k'].append(5)", "sorted(x, key=len)"]
    perfect = score_snippets(references, references)
    assert (perfect.bleu_conala, perfect.exact_match, perfect.parses) == (pytest.approx(100), 100, 100)
    mixed = score_snippets(references, ["x = [1, 2, 3]\n", 'print("a")', "d['k'", ""])
    assert mixed.exact_match == 25          # white space at both ends is ignored, different quotes are not
    assert mixed.exact_match_tokens == 50   # CoNaLa's own exact match ignores the kind of quote
    assert mixed.parses == 50
    assert "tok:13a" in mixed.sacrebleu_signature and mixed.bleu_sacrebleu != mixed.bleu_conala


def test_parses() -> None:
    assert parses("x = '\\d'")  # a SyntaxWarning is not an error
    assert not any(map(parses, ["", "# only a comment", "print 'a'", "x = (", "a\x00b"]))


def test_bleu_of_sums_equals_that_of_texts() -> None:
    """Compare the vectorised BLEU with `corpus_bleu` for random samples of pairs, some of them without a match."""
    rng = random.Random(3)
    rows = [{"target": " ".join(rng.choices("ab", k=rng.randint(1, 9))),
             "prediction": " ".join(rng.choices("ab", k=rng.randint(0, 9)))} for _ in range(40)]
    table = CONALA_BLEU.table(rows)
    assert table is not None and table.shape == (40, 10)
    samples = [rng.choices(range(40), k=size) for size in (1, 2, 5, 40, 200)]
    scores = CONALA_BLEU.score(np.stack([table[sample].sum(0) for sample in samples]))
    expected = [corpus_bleu([rows[place]["target"].split() for place in sample],
                            [rows[place]["prediction"].split() for place in sample]).score for sample in samples]
    assert scores.tolist() == pytest.approx(expected) and expected[-1] > 0


@pytest.mark.parametrize("prediction", ["", "x", "x ="])  # the last two match, but have no n-grams of four tokens
def test_bleu_of_short_predictions_is_zero(prediction: str) -> None:
    table = CONALA_BLEU.table([{"target": "x = 1", "prediction": prediction}])
    assert table is not None and float(CONALA_BLEU.score(table.sum(0))) == 0
