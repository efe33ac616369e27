"""Test checkpoints that survive a killed process."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.checkpoints import CheckpointFolder, Progress  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from tests.support.modeling_samples import PickleCanary, small_model  # noqa: E402


def trained(seed: int = 0):
    """Return a model and its optimizer after one step."""
    model = small_model(Objective.CAUSAL, seed=seed)
    optimizer = torch.optim.AdamW(model.parameters())
    model(input_ids=torch.tensor([[5, 6, 7]])).logits.sum().backward()
    optimizer.step()
    return model, optimizer


def test_a_checkpoint_restores_progress_weights_and_optimizer(tmp_path: Path) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path / "checkpoints", keep=2), trained()
    progress = Progress(step=7, tokens=70, elapsed_s=1.5, best_step=5, best_loss=2.25)
    folder.save(progress, model, optimizer)
    other_model, other_optimizer = trained(seed=1)
    assert folder.load_newest(other_model, other_optimizer) == progress
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, other_model.state_dict()[name])
    ours, theirs = optimizer.state_dict()["state"], other_optimizer.state_dict()["state"]
    assert all(torch.equal(ours[key]["exp_avg_sq"], theirs[key]["exp_avg_sq"]) for key in ours)


def test_a_checkpoint_stores_the_settings_of_the_run(tmp_path: Path) -> None:
    settings = {"source": {"config": "snoop"}, "view_version": 2, "beta1": 0.9, "tracker": [], "options": None}
    folder = CheckpointFolder(tmp_path, keep=2, settings=settings)
    folder.save(Progress(step=3), *trained())
    assert torch.load(folder.path(3) / "state.pt", weights_only=True)["settings"] == settings
    assert CheckpointFolder(tmp_path, keep=2).load_newest(*trained()).step == 3


def test_the_newest_checkpoints_are_kept_and_incomplete_ones_ignored(tmp_path: Path) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    for step in (1, 2, 10):
        folder.save(Progress(step=step), model, optimizer)
    assert folder.steps() == [2, 10]
    half = tmp_path / ".writing-11"
    half.mkdir()
    (half / "state.pt").write_bytes(b"half")
    assert folder.load_newest(model, optimizer).step == 10
    folder.save(Progress(step=12), model, optimizer)
    assert folder.steps() == [10, 12] and not half.exists()


def test_a_process_killed_while_it_replaces_a_checkpoint_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=1), trained()
    folder.save(Progress(step=5, tokens=1), model, optimizer)
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr("statecode.files.os.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        folder.save(Progress(step=5, tokens=2), model, optimizer)
    assert folder.load_newest(model, optimizer).tokens == 1
    folder.save(Progress(step=5, tokens=2), model, optimizer)
    assert folder.load_newest(model, optimizer).tokens == 2
    assert [path.name for path in tmp_path.iterdir()] == ["step-0000005"]


def test_without_a_checkpoint_the_progress_is_that_of_a_new_run(tmp_path: Path) -> None:
    assert CheckpointFolder(tmp_path, keep=1).load_newest(*trained()) == Progress()


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    folder.save(Progress(step=1), small_model(Objective.CAUSAL, max_seq_len=32), optimizer)
    with pytest.raises(ConfigError, match="state.pt does not fit this model"):
        folder.load_newest(model, optimizer)
    folder.path(1).joinpath("state.pt").write_bytes(b"PK garbage")
    with pytest.raises(ConfigError, match="cannot read the checkpoint"):
        folder.load_newest(model, optimizer)


def test_the_best_weights_are_restored(tmp_path: Path) -> None:
    folder, (model, _), (other, _) = CheckpointFolder(tmp_path, keep=2), trained(), trained(seed=1)
    folder.save_best(3, model)
    folder.load_best(3, other)
    assert all(torch.equal(weight, other.state_dict()[name]) for name, weight in model.state_dict().items())
    with pytest.raises(ConfigError, match="does not hold step 4"):
        folder.load_best(4, other)


def test_a_checkpoint_with_code_or_other_content_is_refused(tmp_path: Path) -> None:
    folder, canary = CheckpointFolder(tmp_path / "checkpoints", keep=2), tmp_path / "canary"
    model, optimizer = trained()
    folder.path(3).mkdir(parents=True)
    for content in (PickleCanary(canary), [1], {"model": {}}, {"model": 3, "optimizer": 3, "progress": 3}):
        torch.save(content, folder.path(3) / "state.pt")
        with pytest.raises(ConfigError, match="cannot read the checkpoint|does not fit this model") as caught:
            folder.load_newest(model, optimizer)
        assert "\n" not in str(caught.value)
    torch.save({"step": PickleCanary(canary), "model": {}}, folder.folder / "best.pt")
    with pytest.raises(ConfigError, match="cannot read the checkpoint"):
        folder.load_best(3, model)
    assert not canary.exists()
