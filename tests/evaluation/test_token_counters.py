"""Test that tokens are counted with the tokenizers of folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.errors import ConfigError
from statecode.evaluation import token_counters


def test_counters_of_folders(statecode_data: Path, tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    texts = ["hello world", "", "x = 12345\n"]
    gpt2 = token_counters.load_counter(str(statecode_data / "tokenizers" / "gpt2"))
    assert gpt2(texts) == [2, 0, 5]  # "x", " =", " 123", "45", "\n"
    bert = token_counters.load_counter(str(statecode_data / "tokenizers" / "bert-base-uncased"))
    assert bert(texts)[:2] == [2, 0]
    assert token_counters.train_counter(["abab"] * 99, 258)(["abab", "é"]) == [1, 2]
    with pytest.raises(ConfigError, match="neither tokenizer.json nor vocab.json, merges.txt nor vocab.txt"):
        token_counters.load_counter(str(tmp_path))
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ConfigError, match="cannot be loaded: ") as caught:
        token_counters.load_counter(str(tmp_path))
    assert "\n" not in str(caught.value)
