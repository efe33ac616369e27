"""Test which tokens of an example are scored, and that long examples are truncated."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.tokenizers import decode, encode, end_id, start_id  # noqa: E402
from statecode.tasks.conala.data import Example  # noqa: E402
from statecode.tasks.conala.task import ConalaTask  # noqa: E402
from statecode.tasks.encoding import prompt_ids, target_chunks  # noqa: E402

TASK = ConalaTask()


def example(intent: str, snippet: str) -> Example:
    return Example(row=0, question_id=1, intent=intent, snippet=snippet)


def test_only_the_target_and_the_end_token_are_scored(tokenizer: Any) -> None:
    both = [example("sort `x`", "x.sort()"), example("é", "'ü'")]
    made = target_chunks(TASK, tokenizer, both, 64)
    for (inputs, labels), one in zip(made.chunks, both):
        prompt, snippet = encode(tokenizer, [f"# {one.intent}\n", one.snippet])
        assert inputs == [start_id(tokenizer), *prompt, *snippet]
        # Position i predicts token i + 1, so the last position of the prompt predicts the first token of the snippet.
        assert labels == [IGNORE_INDEX] * len(prompt) + snippet + [end_id(tokenizer)]
    assert made.text_bytes == len("x.sort()") + len("'ü'".encode())
    assert (made.cut_prompts, made.cut_targets) == (0, 0)


def test_long_examples_are_truncated_and_counted(tokenizer: Any) -> None:
    made = target_chunks(TASK, tokenizer, [example("z" * 50, "abcd"), example("q", "y" * 50)], 20)
    (inputs, labels), (inputs_2, labels_2) = made.chunks
    assert len(inputs) == len(inputs_2) == 20
    assert decode(tokenizer, inputs[1:]).endswith("z\nabcd") and labels[-1] == end_id(tokenizer)
    assert inputs_2[0] == start_id(tokenizer) and IGNORE_INDEX not in labels_2 and end_id(tokenizer) not in labels_2
    assert (made.cut_prompts, made.cut_targets) == (2, 1)
    assert made.text_bytes == 4 + len(decode(tokenizer, labels_2))
    assert len(prompt_ids(tokenizer, ["z" * 50], 12)[0]) == 12
