"""Test the scores of known predictions."""

from __future__ import annotations

import pytest

from statecode.tasks.conala.metrics import parses, score_snippets


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
