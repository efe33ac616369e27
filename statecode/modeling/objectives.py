"""The objective of a checkpoint according to its config.json. This module imports neither torch nor transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from statecode.errors import ConfigError
from statecode.modeling.configs import Objective
from statecode.modeling.run_folder import read_json

EXAMPLE_PRESETS = {Objective.CAUSAL: "tiny", Objective.MASKED: "bert-tiny"}
ENCODERS = ("bert", "roberta", "distilbert", "modernbert")


def objective_of(architectures: Sequence[str] | None, model_type: str) -> Objective:
    """Return the objective of a model, from the entries of its config.json with the same names."""
    masked = any(name.endswith(("ForMaskedLM", "ForPreTraining")) for name in architectures or ())
    return Objective.MASKED if masked or not architectures and model_type in ENCODERS else Objective.CAUSAL


def check_objective(name: str, architectures: Sequence[str] | None, model_type: str, objective: Objective) -> None:
    """Check that a run with this objective can train a checkpoint.

    Args:
        name: the folder or Hub id of the checkpoint.
        architectures, model_type: entries of its config.json.

    Raises:
        ConfigError: the checkpoint has another objective.
    """
    found = objective_of(architectures, model_type)
    if found is not objective:
        raise ConfigError(
            f"{name} is a {found.value} language model ({model_type}), this run trains a {objective.value} one; pass"
            f" a --preset of its kind, such as {EXAMPLE_PRESETS[found]}")


def check_folder_objective(folder: str, objective: Objective) -> None:
    """Check the objective of a folder with a readable config.json. `models.load_model` checks all checkpoints.

    Raises:
        ConfigError: the checkpoint has another objective.
    """
    try:
        config = read_json(Path(folder) / "config.json")
        architectures, model_type = config.get("architectures"), str(config.get("model_type"))
        known = isinstance(architectures, list) and all(isinstance(name, str) for name in architectures)
    except (ConfigError, AttributeError):
        return
    if known:
        check_objective(folder, architectures, model_type, objective)
