"""Assign problems to splits by a hash of their ids, so that no problem is in two splits.

The position of a problem is a number from 0 to 999: the first 8 bytes of sha256(problem_id), modulo 1000. With the
percentages 90, 5, 5, the positions 0 to 899 are train, 900 to 949 validation and the rest test. A problem that is added
later does not change the split of another, with one exception: in a small corpus a split may be empty, and `rebalance`
then assigns to it the problem with the nearest position.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from statecode.errors import ConfigError

SPLITS = ("train", "validation", "test")
POSITIONS = 1000
DEFAULT_SPLIT = "90,5,5"
SMALL_SPLIT = "80,10,10"  # default for fewer than FEW_PROBLEMS problems
FEW_PROBLEMS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRule:
    """The fractions of the problems per split, in thousandths, and the problems that `rebalance` reassigned.

    Raises:
        ConfigError: a fraction is negative, or the fractions do not add up to 100 %.
    """

    per_mille: tuple[int, int, int]  # train, validation, test; a split with 0 is not requested
    rebalanced: Mapping[str, str] = field(default_factory=dict)  # problem_id → split

    def __post_init__(self) -> None:
        if sum(self.per_mille) != POSITIONS or min(self.per_mille) < 0:
            raise ConfigError(f"split fractions must be at least 0 and add up to 100; got {self}")

    def __str__(self) -> str:
        return ",".join(f"{share / 10:g}" for share in self.per_mille)

    @classmethod
    def parse(cls, text: str) -> SplitRule:
        """Parse percentages of train, validation and test, such as `90,5,5`. Tenths of a per cent are allowed.

        Raises:
            ConfigError: the text does not consist of three numbers that add up to 100.
        """
        try:
            train, validation, test = (round(float(part) * 10) for part in text.split(","))
            return cls(per_mille=(train, validation, test))
        except (ValueError, OverflowError):
            raise ConfigError(
                f"--split {text}: expected three numbers that add up to 100, as in --split {DEFAULT_SPLIT}"
            ) from None

    @property
    def requested(self) -> list[str]:
        """Return the splits with a fraction above 0."""
        return [split for split, share in zip(SPLITS, self.per_mille) if share]

    def range_of(self, split: str) -> range:
        """Return the positions that belong to a split."""
        index = SPLITS.index(split)
        start = sum(self.per_mille[:index])
        return range(start, start + self.per_mille[index])

    def split_of(self, problem_id: str) -> str:
        """Return the split of a problem."""
        if problem_id in self.rebalanced:
            return self.rebalanced[problem_id]
        number = position(problem_id)
        return next(split for split in SPLITS if number in self.range_of(split))


def default_rule(problems: int) -> SplitRule:
    """Return the default rule for this number of problems."""
    return SplitRule.parse(SMALL_SPLIT if problems < FEW_PROBLEMS else DEFAULT_SPLIT)


def position(problem_id: str) -> int:
    """Return the position of a problem, 0 to 999. It depends only on the id."""
    digest = hashlib.sha256(problem_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % POSITIONS


def rebalance(rule: SplitRule, problem_ids: Iterable[str]) -> SplitRule:
    """Return a rule by which each requested split has a problem, as far as there are enough problems.

    The splits are filled in the order train, validation, test. A problem may be moved to an empty split from a later
    split, or from any split with at least two problems. Among these problems, the one whose position is nearest to the
    range of the empty split is moved. Of two equally near ones, the one with the lower position is moved; if the
    positions are equal, the one with the lower id. The result depends only on the rule and the set of problems.
    """
    adjusted = rule
    problems = sorted(set(problem_ids), key=lambda problem_id: (position(problem_id), problem_id))
    for split in rule.requested:
        counts = Counter(map(adjusted.split_of, problems))
        if counts[split]:
            continue
        _, *later = SPLITS[SPLITS.index(split):]
        movable = [p for p in problems if (owner := adjusted.split_of(p)) in later or counts[owner] > 1]
        if movable:
            nearest = min(movable, key=lambda problem_id: _distance(position(problem_id), rule.range_of(split)))
            adjusted = SplitRule(per_mille=rule.per_mille, rebalanced={**adjusted.rebalanced, nearest: split})
    return adjusted


def _distance(number: int, positions: range) -> int:
    return max(positions.start - number, number - positions[-1], 0)
