"""Published scores on CoNaLa's 500 test rows, for comparison. Tables and plots mark them as not measured here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedScore:
    """A score from a publication."""

    system: str
    bleu_conala: float  # corpus BLEU-4 with CoNaLa's tokenisation, unsmoothed
    source: str


CONALA = (
    PublishedScore(system="seq2seq", bleu_conala=10.58, source="CoNaLa leaderboard, Yin et al. 2018"),
    PublishedScore(
        system="seq2seq + 100k mined pairs", bleu_conala=14.26, source="CoNaLa leaderboard, Yin et al. 2018"),
    PublishedScore(system="TranX + external knowledge", bleu_conala=30.69, source="Xu et al. 2020"),
    PublishedScore(system="TranX + external knowledge, re-ranked", bleu_conala=32.26, source="Xu et al. 2020"),
    PublishedScore(system="TranX + BERT + mined pairs", bleu_conala=34.2, source="Beau and Crabbé 2022"),
)
