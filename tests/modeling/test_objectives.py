"""Test the objective of a checkpoint that is read from its config.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ConfigError
from statecode.modeling.configs import Objective
from statecode.modeling.objectives import check_folder_objective, objective_of


@pytest.mark.parametrize(("architectures", "model_type", "objective"), [
    (["GPT2LMHeadModel"], "gpt2", Objective.CAUSAL),
    (["BertForMaskedLM"], "bert", Objective.MASKED),
    (["BertForPreTraining"], "bert", Objective.MASKED),
    (["BertLMHeadModel"], "bert", Objective.CAUSAL),
    (None, "modernbert", Objective.MASKED),
    ([], "llama", Objective.CAUSAL),
])
def test_the_objective_follows_from_the_architecture(
    architectures: list[str] | None, model_type: str, objective: Objective
) -> None:
    assert objective_of(architectures, model_type) is objective


def test_a_checkpoint_with_another_objective_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertForMaskedLM"], "model_type": "bert"}))
    check_folder_objective(str(tmp_path), Objective.MASKED)
    message = r"is a masked language model \(bert\), this run trains a causal one; pass a --preset of its kind, such as bert-tiny$"
    with pytest.raises(ConfigError, match=message):
        check_folder_objective(str(tmp_path), Objective.CAUSAL)


@pytest.mark.parametrize("content", [None, "{", "[]", "1", '{"architectures": 1}', '{"architectures": [1]}', "{}"])
def test_a_checkpoint_without_a_readable_config_is_not_checked(content: Any, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    check_folder_objective(str(tmp_path), Objective.CAUSAL)
