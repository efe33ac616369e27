"""Fixtures of the tests of CoNaLa."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from statecode.modeling.configs import Objective  # here, since the tests of the data run without torch
    from statecode.modeling.tokenizers import train_tokenizer

    return train_tokenizer(["# sort list `x` in place\nx.sort()\n" * 3], 300, Objective.CAUSAL)
