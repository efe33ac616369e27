"""Fixtures of the tests of modeling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.ranks import Ranks


@pytest.fixture(scope="module")
def reloaded(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, object]:
    """Return the tokenizer of each objective after it was saved and loaded again."""
    from statecode.modeling import tokenizers  # here, since some tests of this folder run without torch
    from statecode.modeling.configs import Objective
    from statecode.modeling.tokenizers import save_tokenizer
    from tests.support.modeling_samples import tokenizer_for

    folders = {objective: tmp_path_factory.mktemp(objective.value) for objective in Objective}
    for objective, folder in folders.items():
        save_tokenizer(tokenizer_for(objective), folder)
    return {objective: tokenizers.load_tokenizer(str(folder)) for objective, folder in folders.items()}


@pytest.fixture(scope="session")
def ranks() -> Iterator[Ranks]:
    """Return an object that runs functions in groups of processes."""
    from tests.support.ranks import running_ranks

    with running_ranks() as running:
        yield running
