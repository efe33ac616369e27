"""Fixtures of the tests of the evaluation."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tests.support.continuation_samples import make_tokenizer  # here, since some tests run without torch

    return make_tokenizer()
