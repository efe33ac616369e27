"""Sums of negative log-likelihood, from which loss, perplexity and bits per byte are derived."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The negative log-likelihood of a number of tokens under a model.

    Add the scores of batches and derive the loss from the sum: a mean of batch means weights tokens unequally. Compare
    losses over different tokens by `bits_per_byte` only.
    """

    nll_nats: float = 0.0  # sum over the scored tokens
    tokens: int = 0        # number of scored tokens
    text_bytes: int = 0    # UTF-8 bytes of the scored tokens; special tokens have none; 0 if unknown

    def __add__(self, other: Score) -> Score:
        return Score(
            nll_nats=self.nll_nats + other.nll_nats,
            tokens=self.tokens + other.tokens,
            text_bytes=self.text_bytes + other.text_bytes,
        )

    @property
    def loss(self) -> float:
        """Nats per token; NaN if no token was scored."""
        return self.nll_nats / self.tokens if self.tokens else math.nan

    @property
    def perplexity(self) -> float:
        """exp(loss); infinity if exp overflows; NaN if no token was scored."""
        return math.exp(self.loss) if not self.loss > 700 else math.inf

    @property
    def bits_per_byte(self) -> float | None:
        """Bits of all scored tokens, end tokens included, per byte of their text; None if text_bytes is unknown.

        The bits per byte of the same text are comparable across tokenizers.
        """
        return self.nll_nats / math.log(2) / self.text_bytes if self.text_bytes else None
