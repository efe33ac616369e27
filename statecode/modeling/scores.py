"""Sums of negative log-likelihood: add first, divide once."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a model said about some tokens.

    A mean of batch means weights tokens unequally, so scores are added and divided once. Losses over different
    tokens are compared by `bits_per_byte` only.
    """

    nll_nats: float = 0.0  # sum over the scored tokens
    tokens: int = 0        # scored
    text_bytes: int = 0    # UTF-8 bytes of the texts whose tokens were scored; 0 where unknown

    def __add__(self, other: Score) -> Score:
        return Score(
            nll_nats=self.nll_nats + other.nll_nats,
            tokens=self.tokens + other.tokens,
            text_bytes=self.text_bytes + other.text_bytes,
        )

    @property
    def loss(self) -> float:
        """Nats per token; NaN where nothing was scored."""
        return self.nll_nats / self.tokens if self.tokens else math.nan

    @property
    def perplexity(self) -> float:
        """exp(loss); infinity where that overflows."""
        return math.exp(self.loss) if not self.loss > 700 else math.inf

    @property
    def bits_per_byte(self) -> float | None:
        """Bits that the model needs per byte of text, comparable across tokenizers; None where bytes are unknown."""
        return self.nll_nats / math.log(2) / self.text_bytes if self.text_bytes else None
