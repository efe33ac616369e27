"""Score predicted snippets: two versions of BLEU, exact match, and the share that parses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from statecode.source_tree import parse
from statecode.tasks.conala.bleu import MAX_ORDER, bleu_statistics, corpus_bleu, tokenize_conala
from statecode.tasks.row_scores import SummedScore

if TYPE_CHECKING:
    from statecode.tasks.row_scores import Sums

BLEU_NAME = "corpus BLEU-4, CoNaLa's tokenisation (tokenize_for_bleu_eval), one reference, no smoothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetScores:
    """Scores of predictions against references. Percentages and BLEU are 0 to 100."""

    examples: int             # number of predictions
    bleu_conala: float        # see BLEU_NAME; comparable with CoNaLa's leaderboard
    bleu_conala_brevity_penalty: float  # 0 to 1; part of bleu_conala
    bleu_sacrebleu: float     # BLEU with the defaults of `sacrebleu`: tokenisation 13a, exponential smoothing
    sacrebleu_signature: str
    exact_match: float        # equal texts, ignoring white space at both ends
    exact_match_tokens: float  # equal tokens after CoNaLa's tokenisation; `exact` in CoNaLa's official script
    parses: float             # predictions that ast.parse accepts and that contain at least one statement

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-serializable values, and the definition of `bleu_conala`."""
        return {**asdict(self), "bleu_conala_definition": BLEU_NAME}


def score_snippets(references: Sequence[str], predictions: Sequence[str]) -> SnippetScores:
    """Score each prediction against the reference at the same index.

    Raises:
        ValueError: there are no references, or their number differs from that of the predictions.
    """
    expected = [tokenize_conala(text) for text in references]
    found = [tokenize_conala(text) for text in predictions]
    bleu = corpus_bleu(expected, found)
    sacre, signature = _sacrebleu_score(references, predictions)
    return SnippetScores(
        examples=len(references),
        bleu_conala=bleu.score,
        bleu_conala_brevity_penalty=bleu.brevity_penalty,
        bleu_sacrebleu=sacre,
        sacrebleu_signature=signature,
        exact_match=_percent([is_exact(left, right) for left, right in zip(references, predictions)]),
        exact_match_tokens=_percent([left == right for left, right in zip(expected, found)]),
        parses=_percent([parses(text) for text in predictions]),
    )


def bleu_of_sums(sums: Sums) -> Sums:
    """Return the corpus BLEU-4 of many corpora at once, 0 to 100, from the sums of their statistics.

    Args:
        sums: the sums of `bleu_statistics` over the pairs of each corpus, (..., 10).

    Returns:
        The scores, (...); 0 for a corpus without a match for one of the orders, as `corpus_bleu` returns it.
    """
    import numpy as np

    matched, possible = sums[..., :MAX_ORDER], sums[..., MAX_ORDER:2 * MAX_ORDER]
    hypothesis_tokens, reference_tokens = sums[..., 2 * MAX_ORDER], sums[..., 2 * MAX_ORDER + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.exp(np.log(matched / possible).mean(-1))
        penalties = np.exp(np.minimum(0, 1 - reference_tokens / hypothesis_tokens))
    return np.where(matched.min(-1) > 0, 100 * penalties * means, 0.0)


CONALA_BLEU = SummedScore(
    lambda row: bleu_statistics(tokenize_conala(row["target"]), tokenize_conala(row["prediction"])), bleu_of_sums)
"""BLEU_NAME, computed from the texts of predictions.jsonl."""


def is_exact(reference: str, prediction: str) -> bool:
    """Return True if both texts are equal, ignoring white space at both ends."""
    return reference.strip() == prediction.strip()


def parses(code: str) -> bool:
    """Return True if `code` parses and contains at least one statement; an empty prediction does not count."""
    try:
        return bool(parse(code).body)
    except (SyntaxError, ValueError):
        return False


def _percent(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / len(hits)


def _sacrebleu_score(references: Sequence[str], predictions: Sequence[str]) -> tuple[float, str]:
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    score = metric.corpus_score(list(predictions), [list(references)]).score
    return score, str(metric.get_signature())
