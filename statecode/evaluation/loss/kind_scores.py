"""The loss of a model by kind of token, as records and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from statecode.evaluation.loss.kinded_texts import TOKEN_KINDS
from statecode.evaluation.loss.token_kinds import KindedDocuments
from statecode.evaluation.report import markdown_table
from statecode.modeling.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """The score of the tokens of one kind."""

    kind: str             # of TOKEN_KINDS
    score: Score          # with the bytes of these tokens
    crossing_tokens: int  # tokens that have characters of other kinds too
    token_share: float    # share of all tokens
    loss_share: float     # share of the nats of all tokens

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-serializable values; loss and perplexity are None if there is no token of the kind."""
        score = self.score
        return {
            "kind": self.kind, "tokens": score.tokens, "crossing_tokens": self.crossing_tokens,
            "text_bytes": score.text_bytes, "nll_nats": score.nll_nats, "loss": score.loss if score.tokens else None,
            "perplexity": score.perplexity if score.tokens else None, "bits_per_byte": score.bits_per_byte,
            "token_share": self.token_share, "loss_share": self.loss_share,
        }


def scores_by_kind(kinded: KindedDocuments, nll: np.ndarray, scored: np.ndarray) -> list[KindScore]:
    """Return the score of each kind, in the order of TOKEN_KINDS.

    The sums over the kinds are the nats, the tokens and the bytes of the documents.

    Args:
        nll: nats of each place, float64.
        scored: which places are scored, bool.
    """
    def sums(values: np.ndarray) -> list[float]:
        return np.bincount(kinded.kinds, values * scored, len(TOKEN_KINDS)).tolist()  # type: ignore[no-any-return]

    tokens, nats, crossing = sums(scored), sums(nll), sums(kinded.crossing)
    size_bytes = np.bincount(kinded.kinds, kinded.sizes, len(TOKEN_KINDS)).tolist()
    return [
        KindScore(
            kind=kind, score=Score(nll_nats=nats[number], tokens=int(tokens[number]),
                                   text_bytes=int(size_bytes[number])),
            crossing_tokens=int(crossing[number]), token_share=_share(tokens[number], sum(tokens)),
            loss_share=_share(nats[number], sum(nats)))
        for number, kind in enumerate(TOKEN_KINDS)
    ]


def kind_table(
    rows: Sequence[KindScore], others: Mapping[str, Sequence[KindScore]], copied: Mapping[str, float | None]
) -> str:
    """Return a table in Markdown with a row for each kind that occurs, and one for all tokens.

    Args:
        others: the scores of other models over the same tokens, by the name of the model.
        copied: kind → share of its tokens for which copying the last value is right; empty: no such column.
    """
    header = ["kind", "tokens", "bytes", "nats/token", "perplexity", "bits/byte", "% of tokens", "% of loss"]
    header += [f"{name}, nats/token" for name in others] + (["copied right %"] if copied else [])
    lines = []
    for number, row in enumerate(rows):
        if row.score.tokens:
            share = copied.get(row.kind)
            lines.append([
                row.kind, *_cells(row.score), f"{100 * row.token_share:.1f}", f"{100 * row.loss_share:.1f}",
                *(f"{scores[number].score.loss:.3f}" for scores in others.values()),
                *(["" if share is None else f"{100 * share:.1f}"] if copied else [])])
    total = [total_of(scores).loss for scores in others.values()]
    lines.append(["all", *_cells(total_of(rows)), "100.0", "100.0", *(f"{loss:.3f}" for loss in total),
                  *([""] if copied else [])])
    return markdown_table(header, lines)


def total_of(rows: Sequence[KindScore]) -> Score:
    """Return the score of all kinds together."""
    return sum((row.score for row in rows), Score())


def _cells(score: Score) -> list[str]:
    bits = score.bits_per_byte
    return [f"{score.tokens:,}", f"{score.text_bytes:,}", f"{score.loss:.3f}", f"{score.perplexity:,.2f}",
            "" if bits is None else f"{bits:.3f}"]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
