"""Test the counts of a source by problem, and the warnings about splits."""

from __future__ import annotations

import warnings

from statecode.corpus.problems import ProblemCounts, SplitWarning, warn_of_splits
from statecode.corpus.splits import SplitRule
from statecode.records import Program


def counts_of(*sizes: int) -> ProblemCounts:
    """Return the counts of problems with these numbers of programs."""
    counts = ProblemCounts()
    for problem, size in enumerate(sizes):
        for number in range(size):
            label = "ok" if number else None
            counts.add(Program(program_id=f"{problem}/{number}", problem_id=str(problem), code="", inputs=("",) * 2, label=label))
    return counts


def messages(counts: ProblemCounts, empty: list[str] = []) -> list[str]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warn_of_splits(counts, SplitRule.parse("80,10,10"), empty)
    assert all(one.category is SplitWarning for one in found)
    return [str(one.message) for one in found]


def test_programs_are_counted_by_problem() -> None:
    counts = counts_of(1, 2, 1, 4, 3)
    assert counts.programs == {"0": 1, "1": 2, "2": 1, "3": 4, "4": 3}
    assert counts.runs == {"0": 2, "1": 4, "2": 2, "3": 8, "4": 6}
    assert (counts.labels, counts.without_input) == ({"ok": 6}, 11)
    assert counts.examples == {"0": ["0/0"], "1": ["1/0", "1/1"], "2": ["2/0"]}
    assert counts.largest == ("3", 4)


def test_one_problem_with_nearly_all_programs_is_reported() -> None:
    (message,) = messages(counts_of(1, 19))
    assert message.startswith("19 of 20 programs have the problem_id '1', and a problem is in one split only; choose")
    assert messages(counts_of(3, 17)) == messages(counts_of(19)) == []


def test_each_empty_split_is_reported() -> None:
    assert messages(counts_of(1), ["validation", "test"]) == [
        f"no problem is left for the split {split}; add problems or change --split (now 80,10,10)" for split in ("validation", "test")
    ]
