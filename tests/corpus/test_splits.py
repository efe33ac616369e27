"""Splits go by problem, do not depend on order, and are not empty where that can be helped."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecode.corpus.splits import SplitRule, default_rule, position, rebalance
from statecode.errors import ConfigError

ids = st.lists(st.text(max_size=8), min_size=1, max_size=30)


def test_positions_are_those_of_sha256() -> None:
    # the first 64 bits of the digests that the standard gives for these texts
    assert position("") == 0xE3B0C44298FC1C14 % 1000
    assert position("abc") == 0xBA7816BF8F01CFEA % 1000


def test_large_corpora_come_close_to_the_fractions() -> None:
    rule = SplitRule.parse("90,5,5")
    counts = Counter(rule.split_of(f"problem {number}") for number in range(20_000))
    assert counts["train"] == pytest.approx(18_000, rel=0.02)
    assert counts["validation"] == pytest.approx(1_000, rel=0.12)
    assert counts["test"] == pytest.approx(1_000, rel=0.12)


def test_ranges_divide_all_positions() -> None:
    rule = SplitRule.parse("89.9,0,10.1")
    assert [*rule.range_of("train"), *rule.range_of("validation"), *rule.range_of("test")] == list(range(1000))
    assert rule.requested == ["train", "test"]
    assert str(rule) == "89.9,0,10.1"


@settings(deadline=None)
@given(ids)
def test_with_enough_problems_no_split_is_empty(problem_ids: list[str]) -> None:
    rule = rebalance(default_rule(len(set(problem_ids))), problem_ids)
    counts = Counter(rule.split_of(problem_id) for problem_id in set(problem_ids))
    assert len(counts) == min(3, len(set(problem_ids)))
    assert counts["train"]
    assert rule == rebalance(default_rule(len(set(problem_ids))), reversed(problem_ids))


@settings(deadline=None)
@given(ids)
def test_no_more_problems_are_moved_than_splits_were_empty(problem_ids: list[str]) -> None:
    plain = SplitRule.parse("80,10,10")
    filled = {plain.split_of(problem_id) for problem_id in problem_ids}
    moved = rebalance(plain, problem_ids).rebalanced
    assert len(moved) <= 2 and (len(filled) < 3 or not moved)


def test_a_split_that_was_not_asked_for_stays_empty() -> None:
    rule = rebalance(SplitRule.parse("50,0,50"), ["a", "b", "c"])
    assert {rule.split_of(problem_id) for problem_id in "abc"} == {"train", "test"}


@pytest.mark.parametrize("text", ["", "90", "90,5", "90,5,6", "a,b,c", "110,-5,-5", "nan,50,50", "inf,0,0", "1,1,1,97"])
def test_bad_fractions(text: str) -> None:
    with pytest.raises(ConfigError, match="three numbers that add up to 100"):
        SplitRule.parse(text)
