"""Test the texts that explain the totals of a corpus."""

from __future__ import annotations

from statecode.cli.totals import explanation, format_counts, format_missing_modules


def test_only_what_occurs_is_explained() -> None:
    assert list(explanation({}, {}, 0, 9)) == []
    assert list(explanation({"EOFError": 1200}, {"no_such_module": 3}, 2, 9)) == [
        ("exceptions", "EOFError 1,200"), ("missing modules", "3 × no_such_module (not installed here)"),
        ("programs without input", "2 of 9"),
    ]
    assert list(explanation({}, {}, 9, 9)) == [("programs without input", "all")]


def test_rare_names_are_counted_together() -> None:
    assert format_counts({"a": 3, "b": 2, "c": 1, "d": 1}, most=2) == "a 3, b 2, 2 others 2"
    assert format_missing_modules({"no_a": 3, "no_b": 2, "no_c": 1}, most=2) == "3 × no_a, 2 × no_b and 1 more (not installed here)"


def test_the_flag_contains_the_installed_modules() -> None:
    text = format_missing_modules({"pytest": 3, "no_such": 2, "pyarrow": 1})
    assert text == "3 × pytest, 2 × no_such, 1 × pyarrow (--allow-packages pytest,pyarrow allows them)"
