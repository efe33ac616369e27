"""Published scores on CoNaLa's 500 test rows, for comparison."""

from __future__ import annotations

from statecode.tasks.base import PublishedScore


def _published(system: str, bleu_conala: float, source: str) -> PublishedScore:
    return PublishedScore(system=system, scores={"bleu_conala": bleu_conala}, source=source)


PUBLISHED = (
    _published("seq2seq", 10.58, "CoNaLa leaderboard, Yin et al. 2018"),
    _published("seq2seq + 100k mined pairs", 14.26, "CoNaLa leaderboard, Yin et al. 2018"),
    _published("TranX + external knowledge", 30.69, "Xu et al. 2020"),
    _published("TranX + external knowledge, re-ranked", 32.26, "Xu et al. 2020"),
    _published("TranX + BERT + mined pairs", 34.2, "Beau and Crabbé 2022"),
)
