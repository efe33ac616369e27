"""Compute corpus BLEU-4 as the official evaluation script of CoNaLa does, with the standard library alone.

Sources: Papineni et al., BLEU: a Method for Automatic Evaluation of Machine Translation, ACL 2002. The tokenisation is
from Ling et al., Latent Predictor Networks for Code Generation, ACL 2016, as used by CoNaLa's `conala_eval.py`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MAX_ORDER = 4

_NOT_A_WORD = re.compile(r"([^A-Za-z0-9_])")
_CAMEL_CASE = re.compile(r"([a-z])([A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bleu:
    """A corpus BLEU score with the numbers that it is computed from."""

    score: float                   # 0 to 100
    precisions: tuple[float, ...]  # clipped n-gram precision for n = 1 to 4, 0 to 1
    brevity_penalty: float         # 0 to 1; below 1 if the hypotheses have fewer tokens than the references
    hypothesis_tokens: int
    reference_tokens: int


def tokenize_conala(code: str) -> list[str]:
    """Split code into tokens for BLEU.

    Each character other than a letter, a digit or an underscore is a token of its own, camelCase words are split, and
    white space is removed. Every quote is replaced by a backtick, so that `'a'` and `"a"` count as equal.
    """
    spaced = _CAMEL_CASE.sub(r"\1 \2", _NOT_A_WORD.sub(r" \1 ", code))
    return spaced.replace('"', "`").replace("'", "`").split()


def corpus_bleu(references: Sequence[Sequence[str]], hypotheses: Sequence[Sequence[str]]) -> Bleu:
    """Score tokenised hypotheses against one reference each, without smoothing.

    Args:
        references: the tokens of each reference.
        hypotheses: the tokens of each prediction, in the same order.

    Returns:
        The score over the whole corpus; it is 0 if there is no match for one of the n-gram orders 1 to 4.

    Raises:
        ValueError: there are no references, or their number differs from that of the hypotheses.
    """
    if len(references) != len(hypotheses) or not references:
        raise ValueError(
            f"{len(references)} references, {len(hypotheses)} hypotheses; expected the same number, at least one")
    sums = [sum(column) for column in zip(*map(bleu_statistics, references, hypotheses))]
    matched, possible = sums[:MAX_ORDER], sums[MAX_ORDER:2 * MAX_ORDER]
    hypothesis_tokens, reference_tokens = sums[2 * MAX_ORDER:]
    precisions = tuple(found / total if total else 0.0 for found, total in zip(matched, possible))
    penalty = _brevity_penalty(hypothesis_tokens, reference_tokens)
    mean = math.exp(sum(map(math.log, precisions)) / MAX_ORDER) if min(precisions) > 0 else 0.0
    return Bleu(
        score=100 * penalty * mean,
        precisions=precisions,
        brevity_penalty=penalty,
        hypothesis_tokens=hypothesis_tokens,
        reference_tokens=reference_tokens,
    )


def bleu_statistics(reference: Sequence[str], hypothesis: Sequence[str]) -> tuple[int, ...]:
    """Return the ten numbers of one pair of tokenised texts that are added over a corpus to compute its BLEU.

    Returns:
        The clipped matches of n-grams for n = 1 to 4, the n-grams of the hypothesis for n = 1 to 4, the tokens of the
        hypothesis, and the tokens of the reference.
    """
    pairs = [(_ngrams(hypothesis, order), _ngrams(reference, order)) for order in range(1, MAX_ORDER + 1)]
    return (*((ours & theirs).total() for ours, theirs in pairs), *(ours.total() for ours, _ in pairs),
            len(hypothesis), len(reference))


def _ngrams(tokens: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[start:start + order]) for start in range(len(tokens) - order + 1))


def _brevity_penalty(hypothesis_tokens: int, reference_tokens: int) -> float:
    if hypothesis_tokens > reference_tokens:
        return 1.0
    return math.exp(1 - reference_tokens / hypothesis_tokens) if hypothesis_tokens else 0.0
