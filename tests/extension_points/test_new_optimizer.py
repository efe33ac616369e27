"""Add an optimizer with a setting of its own from outside of the package, and train with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.arguments import check, setting  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.configs import OptimizerConfig  # noqa: E402
from statecode.modeling.metrics_log import read_metrics  # noqa: E402
from statecode.modeling.optimizers import OPTIMIZERS  # noqa: E402
from statecode.modeling.optimizers.factory import OptimizerFactory, ParameterGroup  # noqa: E402
from statecode.modeling.run_folder import flatten, read_run  # noqa: E402
from tests.support.modeling_samples import parsed, script, write_corpus  # noqa: E402


@dataclass(frozen=True, kw_only=True)
class ToySgdOptions:
    """The settings of the optimizer toy-sgd."""

    toy_sgd_momentum: float = setting(0.9, "toy-sgd: share of the previous update that is kept")

    def __post_init__(self) -> None:
        check(0 <= self.toy_sgd_momentum < 1, "--toy-sgd-momentum must lie in [0, 1)")


@pytest.fixture
def created() -> Iterator[list[torch.optim.Optimizer]]:
    """Register the optimizer toy-sgd, and yield the list of the optimizers that it creates."""
    optimizers: list[torch.optim.Optimizer] = []

    def create(groups: list[ParameterGroup], config: OptimizerConfig) -> torch.optim.Optimizer:
        for group in groups:
            if group["name"] == "matrices":  # a peak learning rate of its own
                group["initial_lr"] = 0.5 * config.learning_rate
        optimizers.append(torch.optim.SGD([dict(group) for group in groups], momentum=config.options.toy_sgd_momentum))
        return optimizers[-1]

    OPTIMIZERS.register(OptimizerFactory(
        name="toy-sgd", summary="SGD with momentum", create=create, options=ToySgdOptions))
    yield optimizers
    OPTIMIZERS.unregister("toy-sgd")


def train(corpus: Path, folder: Path, *flags: str) -> list[float]:
    """Train for 8 steps and return the loss of each step."""
    script("train/pretrain.py")["main"]([
        "--preset", "tiny", "--corpus", str(corpus), "--output-dir", str(folder), "--layers", "1", "--width", "16",
        "--heads", "1", "--max-seq-len", "32", "--vocab-size", "300", "--batch-rows", "4", "--total-steps", "8",
        "--evaluate-every", "8", "--evaluate-rows", "4", "--save-every", "2", "--keep-checkpoints", "9", "--threads", "1",
        "--learning-rate", "0.5", *flags])
    return [record["loss"] for record in read_metrics(folder) if record["kind"] == "train"]


def test_a_new_optimizer_trains_and_resumes_with_the_same_losses(created, tmp_path: Path) -> None:
    corpus, folder = write_corpus(tmp_path / "corpus", train=20), tmp_path / "run"
    flags = ["--optimizer", "toy-sgd", "--toy-sgd-momentum", "0.5"]
    losses = train(corpus, folder, *flags)
    assert len(losses) == 8 and losses[-1] < losses[0] - 0.1
    groups = created[0].param_groups
    assert [group["name"] for group in groups] == ["matrices", "embeddings", "vectors"]
    assert {group["momentum"] for group in groups} == {0.5}
    assert groups[0]["lr"] == pytest.approx(0.5 * groups[1]["lr"]) and groups[1]["lr"] == groups[2]["lr"]
    settings = flatten(read_run(folder)["settings"])
    assert (settings["optimizer"], settings["toy_sgd_momentum"]) == ("toy-sgd", 0.5)
    (folder / "result.json").unlink()
    for step in (6, 8):
        shutil.rmtree(folder / "checkpoints" / f"step-{step:07d}")
    assert train(corpus, folder, *flags) == losses and len(created) == 2
    with pytest.raises(ConfigError, match="other settings: toy_sgd_momentum was 0.5, is 0.9"):
        train(corpus, folder, "--optimizer", "toy-sgd")


def test_the_flags_of_an_optimizer_need_this_optimizer(created) -> None:
    assert parsed("--preset", "tiny", "--optimizer", "toy-sgd").optimizer.options == ToySgdOptions()
    with pytest.raises(ConfigError, match="^--toy-sgd-momentum: only with --optimizer toy-sgd$"):
        parsed("--preset", "tiny", "--toy-sgd-momentum", "0.5")
    with pytest.raises(ConfigError, match="^--toy-sgd-momentum must lie in"):
        parsed("--preset", "tiny", "--optimizer", "toy-sgd", "--toy-sgd-momentum", "1")
    with pytest.raises(ConfigError, match="known: adamw, muon, toy-sgd$"):
        parsed("--preset", "tiny", "--optimizer", "other")
