"""The token source of several corpora with shares: --corpus A:0.7,B:0.3."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecode.arguments import check
from statecode.modeling.configs import Objective
from statecode.modeling.token_sources.source import SPLITS_READ, TokenSource

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from statecode.modeling.documents import Documents

MAX_BLOCK = 1_000_000
"""Maximum number of consecutive sequences in which the shares are exact."""
_PART = re.compile(r"(.+):(\d+(?:\.\d+)?)")


def parse_mixture(corpus: str) -> dict[str, Fraction] | None:
    """Return the corpora of a mixture with their shares, which add up to 1; None if `corpus` is a single corpus.

    Raises:
        ConfigError: a share is 0, a corpus is named twice, or the shares have too many digits.
    """
    parts = [_PART.fullmatch(part.strip()) for part in corpus.split(",")]
    if len(parts) < 2 or None in parts or Path(corpus).exists():
        return None
    found = [(part[1], Fraction(part[2])) for part in parts if part]
    check(all(weight for _, weight in found), f"--corpus {corpus}: a share is 0; leave out that corpus")
    check(len(dict(found)) == len(found), f"--corpus {corpus}: a corpus is named twice; add its shares")
    total = sum(weight for _, weight in found)
    shares = {name: weight / total for name, weight in found}
    check(lcm(*(share.denominator for share in shares.values())) <= MAX_BLOCK,
          f"--corpus {corpus}: the shares have too many digits; write them with fewer")
    return shares


class TokenMixture:
    """The documents of several corpora.

    Args:
        parts: functions that open the token source of each corpus.
        shares: share of the sequences of each corpus; they add up to 1.
    """

    def __init__(self, parts: Sequence[Callable[[], TokenSource]], shares: Sequence[Fraction]) -> None:
        self._openers, self._shares = parts, shares

    @cached_property
    def _parts(self) -> list[TokenSource]:
        return [open_part() for open_part in self._openers]  # not earlier: opening imports transformers

    def settings(self) -> dict[str, Any]:
        """Return a hash of the documents of all corpora for each split, and the other settings, if equal in all."""
        settings = [part.settings() for part in self._parts]
        hashes = {name: hashlib.sha256(" ".join(str(each[name]) for each in settings).encode()).hexdigest()
                  for name in (f"{split}_sha256" for split in SPLITS_READ)}
        return {name: value for name, value in settings[0].items()
                if all(each.get(name) == value for each in settings)} | hashes

    def make_tokenizer(self, objective: Objective) -> PreTrainedTokenizerBase:
        """Return the tokenizer of the first corpus."""
        return self._parts[0].make_tokenizer(objective)

    def prepare(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Write the token files of each corpus, unless they exist."""
        for part in self._parts:
            part.prepare(tokenizer)

    def documents(self, split: str) -> Documents:
        """Return the documents of all corpora, with their shares."""
        from statecode.modeling.mixing import MixedDocuments

        return MixedDocuments([part.documents(split) for part in self._parts], self._shares)
