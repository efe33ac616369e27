"""Test well-formed text: lone surrogates become escapes; text without them is returned as the same object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.text import LAYOUT, markdown_cell, plot_label, printable, well_formed


@pytest.mark.parametrize("text", ["", "plain", "é漢🙂\x00\u2028", "\\ud800"])
def test_other_text_is_unchanged(text: str) -> None:
    assert well_formed(text) == text


@pytest.mark.parametrize(
    "text, expected", [("\ud800", "\\ud800"), ("a\udc80b\ud83d", "a\\udc80b\\ud83d"), ("\ud83d\ude42", "\\ud83d\\ude42")]
)
def test_lone_surrogates_become_escapes(text: str, expected: str) -> None:
    assert well_formed(text) == expected


@given(st.text(st.characters(codec=None)))
def test_the_result_can_be_encoded(text: str) -> None:
    assert well_formed(text).encode("utf-8").decode("utf-8") == well_formed(well_formed(text))


@pytest.mark.parametrize("text", ["", "plain [/b] :smile:", "é漢🙂", "back\\slash"])
def test_printable_text_is_unchanged(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("text, expected", [
    ("\x1b]52;c;QQ==\x07", "\\x1b]52;c;QQ==\\x07"), ("\x9b31m", "\\x9b31m"), ("a\nb\tc\r", "a\\nb\\tc\\r"), ("\x7f", "\\x7f"),
    ("\u202eabc\u2069", "\\u202eabc\\u2069"), ("\u2028\u200b", "\\u2028\\u200b"), ("\udcff", "\\udcff"), ("\U000e0041", "\\U000e0041"),
])
def test_other_characters_become_escapes(text: str, expected: str) -> None:
    assert printable(text) == expected and printable(f"é{text}漢") == f"é{expected}漢"


def test_layout_is_kept_on_request() -> None:
    assert printable("a\n\tb\x1b", LAYOUT) == "a\n\tb\\x1b"


@given(st.text(st.characters(codec=None)))
def test_every_result_is_printable(text: str) -> None:
    assert printable(text).isprintable() and printable(printable(text)) == printable(text)


def test_a_cell_of_a_table_has_no_separator_and_a_label_no_formula() -> None:
    assert markdown_cell("a|b\nc") == "a\\|b\\nc"
    assert plot_label("$\\frac{$") == "\\$\\frac{\\$"
