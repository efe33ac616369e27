"""Test that a case is a text divided into a prompt and its continuation."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.tokenizers import decode, end_id, start_id  # noqa: E402
from tests.support.continuation_samples import LINES, TEXT, cases_of  # noqa: E402


def test_case_is_the_text_split_in_two(tokenizer: Any) -> None:
    case, _ = cases_of(tokenizer, prompt_lines=5, lines=30)
    assert case.ends and case.before == LINES[:5] and case.real == LINES[5:]
    text = decode(tokenizer, case.prompt_ids[1:] + case.real_ids[:-1])
    assert text + "\n" == TEXT
    assert case.prompt_ids[0] == start_id(tokenizer) and case.real_ids[-1] == end_id(tokenizer)
    assert case.real_bytes == len("\n".join(LINES[5:]).encode()) + 1
    for number, line in enumerate(case.real):
        tokens = [token for token, place in zip(case.real_ids, case.line_of) if place == number]
        assert decode(tokenizer, tokens) == "\n" + line


def test_case_ends_after_the_requested_lines_or_with_the_context(tokenizer: Any) -> None:
    case = cases_of(tokenizer, prompt_lines=5, lines=4)[0]
    assert not case.ends and case.real == LINES[5:9]
    whole = cases_of(tokenizer, prompt_lines=5, lines=30)[0]
    for positions in range(len(whole.prompt_ids) + 1, len(whole.prompt_ids) + len(whole.real_ids)):
        short = cases_of(tokenizer, positions, [TEXT], prompt_lines=5, lines=30)
        if short:  # all whole lines that fit in the context, no more
            assert not short[0].ends and len(short[0].prompt_ids) + len(short[0].real_ids) <= positions
            assert short[0].real == whole.real[:len(short[0].real)]
            following = [number for number in whole.line_of if number <= len(short[0].real)]
            assert len(whole.prompt_ids) + len(following) > positions
    assert not cases_of(tokenizer, len(whole.prompt_ids), [TEXT], prompt_lines=5)
    assert not cases_of(tokenizer, None, [TEXT], prompt_lines=len(LINES))
