"""Test well-formed text: lone surrogates become escapes; text without them is returned as the same object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.text import well_formed


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
