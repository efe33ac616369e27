"""Test BLEU against scores computed by hand and by sacrebleu."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from statecode.tasks.conala import data as conala
from statecode.tasks.conala.bleu import corpus_bleu, tokenize_conala


def test_the_tokenisation_is_the_official_one() -> None:
    # Computed by hand from the five steps of tokenize_for_bleu_eval.
    assert tokenize_conala("getName('a_b') == \"x1\"") == ["get", "Name", "(", "`", "a_b", "`", ")", "=", "=", "`", "x1", "`"]
    assert tokenize_conala("HTTPServer\n\t.x") == ["HTTPServer", ".", "x"]
    assert tokenize_conala("  ") == []


def test_bleu_of_an_example_computed_by_hand() -> None:
    # Hypothesis of 4 tokens, reference of 5. 1-grams 4/4, 2-grams 2/3, 3-grams 1/2, 4-grams 0/1: no 4-gram matches, so 0.
    assert corpus_bleu([list("abcde")], [list("abce")]).score == 0
    # Sums over the corpus: 1-grams 8/8, 2-grams 5/6, 3-grams 3/4, 4-grams 1/2; lengths 8 and 9.
    bleu = corpus_bleu([list("abcde"), list("wxyz")], [list("abce"), list("wxyz")])
    assert bleu.precisions == (1.0, 5 / 6, 3 / 4, 1 / 2)
    assert bleu.brevity_penalty == pytest.approx(2.718281828459045 ** (1 - 9 / 8))
    assert bleu.score == pytest.approx(100 * (5 / 6 * 3 / 4 / 2) ** 0.25 * bleu.brevity_penalty)


def test_repeated_words_are_clipped() -> None:
    # Papineni et al. 2002, section 2.1: "the the the the the the the" has a modified unigram precision of 2/7.
    reference = "the cat is on the mat".split()
    assert corpus_bleu([reference], ["the".split() * 7]).precisions[0] == pytest.approx(2 / 7)


def test_bleu_bounds() -> None:
    words = [list("abcdef")]
    assert corpus_bleu(words, words).score == pytest.approx(100)
    assert corpus_bleu(words, [[]]).score == 0
    with pytest.raises(ValueError):
        corpus_bleu(words, [])


def test_bleu_agrees_with_sacrebleu_on_the_same_tokens(statecode_data: Path) -> None:
    """Compare with sacrebleu, an independent implementation, with its tokenisation and smoothing turned off."""
    sacrebleu = pytest.importorskip("sacrebleu")
    references = [example.snippet for example in conala.load_conala(statecode_data / "conala").test]
    predictions = references.copy()
    random.Random(0).shuffle(predictions)
    predictions[:250] = references[:250]
    ours = corpus_bleu([tokenize_conala(text) for text in references], [tokenize_conala(text) for text in predictions])
    joined = [[" ".join(tokenize_conala(text)) for text in texts] for texts in (predictions, references)]
    theirs = sacrebleu.corpus_bleu(joined[0], [joined[1]], tokenize="none", smooth_method="none", force=True)
    assert ours.score == pytest.approx(theirs.score, abs=1e-9) and 50 < ours.score < 80
