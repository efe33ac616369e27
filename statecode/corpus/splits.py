"""Which split a problem belongs to: a rule by hash, so that no problem is ever in two splits.

A problem's position is sha256(problem_id) modulo 1000. With fractions 90, 5, 5 the positions 0 to 899 are train, 900 to
949 validation and the rest test, so a problem that is added later moves no other. In a small corpus that can leave
a split empty; then the problem whose position lies nearest to the split's range moves there (`rebalance`).
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
SMALL_SPLIT = "80,10,10"  # where there are few problems, such as the embedded programs' 70
FEW_PROBLEMS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRule:
    """How much of the problems goes where, in thousandths of them, and the problems that were moved by `rebalance`."""

    per_mille: tuple[int, int, int]  # train, validation, test; 0 asks for no such split
    rebalanced: Mapping[str, str] = field(default_factory=dict)  # problem_id → split

    def __post_init__(self) -> None:
        if sum(self.per_mille) != POSITIONS or min(self.per_mille) < 0:
            raise ConfigError(f"split fractions must be at least 0 and add up to 100; got {self}")

    def __str__(self) -> str:
        return ",".join(f"{share / 10:g}" for share in self.per_mille)

    @classmethod
    def parse(cls, text: str) -> SplitRule:
        """Read `90,5,5`: per cent of train, validation and test, tenths allowed.

        Raises:
            ConfigError: not three numbers that add up to 100.
        """
        try:
            train, validation, test = (round(float(part) * 10) for part in text.split(","))
            return cls(per_mille=(train, validation, test))
        except (ValueError, OverflowError):
            raise ConfigError(
                f"--split {text}: give three numbers that add up to 100, as in --split {DEFAULT_SPLIT}"
            ) from None

    @property
    def requested(self) -> list[str]:
        """The splits that are to hold something."""
        return [split for split, share in zip(SPLITS, self.per_mille) if share]

    def range_of(self, split: str) -> range:
        """The positions that belong to a split."""
        index = SPLITS.index(split)
        start = sum(self.per_mille[:index])
        return range(start, start + self.per_mille[index])

    def split_of(self, problem_id: str) -> str:
        """The split that a problem belongs to."""
        if problem_id in self.rebalanced:
            return self.rebalanced[problem_id]
        place = position(problem_id)
        return next(split for split in SPLITS if place in self.range_of(split))


def default_rule(problems: int) -> SplitRule:
    """The fractions for so many problems where none are asked for."""
    return SplitRule.parse(SMALL_SPLIT if problems < FEW_PROBLEMS else DEFAULT_SPLIT)


def position(problem_id: str) -> int:
    """A problem's place in 0 to 999, the same on every machine."""
    digest = hashlib.sha256(problem_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % POSITIONS


def rebalance(rule: SplitRule, problem_ids: Iterable[str]) -> SplitRule:
    """Move problems so that each requested split holds one, as far as there are enough problems.

    Train comes first, then validation. A split takes the problem nearest to its range (of two equally near, the one
    that sorts first) from a split that holds two or more, or from a split that comes after it. The outcome
    depends on the set of problems alone.
    """
    adjusted = rule
    problems = sorted(set(problem_ids), key=lambda problem_id: (position(problem_id), problem_id))
    for split in rule.requested:
        held = Counter(map(adjusted.split_of, problems))
        if held[split]:
            continue
        _, *later = SPLITS[SPLITS.index(split):]
        movable = [p for p in problems if (owner := adjusted.split_of(p)) in later or held[owner] > 1]
        if movable:
            nearest = min(movable, key=lambda problem_id: _distance(position(problem_id), rule.range_of(split)))
            adjusted = SplitRule(per_mille=rule.per_mille, rebalanced={**adjusted.rebalanced, nearest: split})
    return adjusted


def _distance(place: int, positions: range) -> int:
    return max(positions.start - place, place - positions[-1], 0)
