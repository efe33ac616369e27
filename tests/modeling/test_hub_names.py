"""Test names that are neither a folder nor a dataset or model on the Hub."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling.models import read_config  # noqa: E402
from statecode.modeling.texts import load_texts  # noqa: E402
from statecode.modeling.tokenizers import load_tokenizer  # noqa: E402


@pytest.mark.parametrize("name", ["./a", "/a", "a/b/c", "a/b/", "~/a"])
def test_a_name_that_cannot_be_a_hub_id_is_a_missing_folder(name: str) -> None:
    for load, error in ((load_texts, CorpusError), (load_tokenizer, ConfigError), (read_config, ConfigError)):
        with pytest.raises(error, match=f"no such folder: {name}; pass") as caught:
            load(name)
        assert "huggingface.co" not in str(caught.value)


def test_offline_an_unknown_hub_id_is_a_missing_folder() -> None:
    for load, error in ((load_texts, CorpusError), (load_tokenizer, ConfigError), (read_config, ConfigError)):
        with pytest.raises(error, match="no such folder: nobody/nothing-here; nor is there a copy from the Hub") as caught:
            load("nobody/nothing-here")
        assert "\n" not in str(caught.value) and "huggingface.co" not in str(caught.value)
