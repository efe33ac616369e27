"""Texts of traces, and cases made from these texts, for the tests of continuations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from statecode.evaluation.configs import PromptConfig
from statecode.evaluation.continuation.cases import ContinuationCase, TraceText, make_cases
from statecode.modeling.configs import Objective
from statecode.modeling.tokenizers import train_tokenizer

CODE = """total = 0
for i in range(3):

    total += i
print(total)
"""
TEXT = """\
 >>> Call to <module> in File "program.py", line 1
 ...... __name__ = '__main__'
    1 | total = 0
    2 | for i in range(3):
 ...... i = 0
    4 |     total += i
    2 | for i in range(3):
 ...... i = 1
    4 |     total += i
 .......... total = 1
    2 | for i in range(3):
 ...... i = 2
    4 |     total += i
 .......... total = 3
    2 | for i in range(3):
    5 | print(total)
 <<< Return value from <module>: None
"""
LINES = TEXT.removesuffix("\n").split("\n")
OTHER = TEXT.replace("total", "count").replace("range(3)", "range(5)")


def make_tokenizer() -> Any:
    """Return a tokenizer of 400 tokens, trained on `TEXT` and `OTHER`."""
    return train_tokenizer([TEXT, OTHER], 400, Objective.CAUSAL)


def cases_of(
    tokenizer: Any, positions: int | None = None, texts: Sequence[str] = (TEXT, OTHER), **config: int
) -> list[ContinuationCase]:
    """Return one case per text that is long enough; check that the others are counted.

    Args:
        config: fields of `PromptConfig`.
    """
    real = [TraceText(name=f"text {number}", text=text, code=CODE) for number, text in enumerate(texts)]
    skipped: Counter[str] = Counter()
    cases = list(make_cases(real, tokenizer, PromptConfig(**config), positions, skipped))
    assert len(cases) + skipped.total() == len(real)
    return cases
