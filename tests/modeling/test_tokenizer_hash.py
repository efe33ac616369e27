"""Test that the hash of a tokenizer depends on its content alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.tokenizer_hash import content_sha256, tokenizer_sha256  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from tests.support.modeling_samples import tokenizer_for  # noqa: E402

BOTH = pytest.mark.parametrize("objective", list(Objective))


@BOTH
def test_saving_loading_and_truncation_do_not_change_the_hash(objective: Objective, reloaded: dict, tmp_path: Path) -> None:
    tokenizer = reloaded[objective]
    expected = tokenizer_sha256(tokenizer_for(objective))
    tokenizer(["a b c"], truncation=True, max_length=2, padding=True)
    assert tokenizer_sha256(tokenizer) == expected
    save_tokenizer(tokenizer, tmp_path)
    assert content_sha256(json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))) == expected
    assert tokenizer_sha256(tokenizer_for(next(other for other in Objective if other is not objective))) != expected
