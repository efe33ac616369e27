"""Test splits: they are assigned per problem, independent of the order, and non-empty if there are enough problems."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecode.corpus.splits import SplitRule, default_rule, position, rebalance
from statecode.errors import ConfigError

ids = st.lists(st.text(max_size=8), min_size=1, max_size=30)


def test_positions_are_computed_with_sha256() -> None:
    # the first 64 bits of the digests of these texts in the standard
    assert position("") == 0xE3B0C44298FC1C14 % 1000
    assert position("abc") == 0xBA7816BF8F01CFEA % 1000


def test_large_corpora_have_the_fractions_approximately() -> None:
    rule = SplitRule.parse("90,5,5")
    counts = Counter(rule.split_of(f"problem {number}") for number in range(20_000))
    assert counts["train"] == pytest.approx(18_000, rel=0.02)
    assert counts["validation"] == pytest.approx(1_000, rel=0.12)
    assert counts["test"] == pytest.approx(1_000, rel=0.12)


def test_the_ranges_cover_all_positions() -> None:
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
def test_at_most_one_problem_per_empty_split_is_reassigned(problem_ids: list[str]) -> None:
    plain = SplitRule.parse("80,10,10")
    filled = {plain.split_of(problem_id) for problem_id in problem_ids}
    moved = rebalance(plain, problem_ids).rebalanced
    assert len(moved) <= 2 and (len(filled) < 3 or not moved)


def test_a_split_that_is_not_requested_stays_empty() -> None:
    rule = rebalance(SplitRule.parse("50,0,50"), ["a", "b", "c"])
    assert {rule.split_of(problem_id) for problem_id in "abc"} == {"train", "test"}


@pytest.mark.parametrize("text", ["", "90", "90,5", "90,5,6", "a,b,c", "110,-5,-5", "nan,50,50", "inf,0,0", "1,1,1,97"])
def test_invalid_percentages_are_errors(text: str) -> None:
    with pytest.raises(ConfigError, match="three numbers that add up to 100"):
        SplitRule.parse(text)
