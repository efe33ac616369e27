"""Test checkpoints that survive a killed process."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import checkpoints  # noqa: E402
from statecode.modeling.checkpoints import CheckpointFolder, Progress, joined_state, split_state  # noqa: E402
from statecode.modeling.configs import Objective, OptimizerConfig  # noqa: E402
from statecode.modeling.optimizers import make_optimizer  # noqa: E402
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
    assert json.loads((folder.path(3) / "state.json").read_text())["settings"] == settings
    assert CheckpointFolder(tmp_path, keep=2).load_newest(*trained()).step == 3


def test_the_newest_checkpoints_are_kept_and_incomplete_ones_ignored(tmp_path: Path) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    for step in (1, 2, 10):
        folder.save(Progress(step=step), model, optimizer)
    assert folder.steps() == [2, 10]
    half = tmp_path / ".writing-11"
    half.mkdir()
    (half / "state.json").write_bytes(b"half")
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


@pytest.mark.parametrize("renames", range(5))
def test_a_process_killed_at_any_rename_leaves_weights_and_progress_of_one_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    folder, saves = CheckpointFolder(tmp_path, keep=1), {1: trained(), 2: trained(seed=1)}
    folder.save(Progress(step=5, tokens=1), *saves[1])
    done, rename = [], os.replace

    def killed_after(old: Path, new: Path) -> None:
        if len(done) == renames:
            raise KeyboardInterrupt
        done.append(new)
        rename(old, new)

    with monkeypatch.context() as killed:
        killed.setattr("statecode.files.os.replace", killed_after)
        try:
            folder.save(Progress(step=5, tokens=2), *saves[2])
        except KeyboardInterrupt:
            pass
    model, optimizer = trained(seed=2)
    progress = folder.load_newest(model, optimizer)
    assert torch.equal(model.lm_head.weight, saves[progress.tokens][0].lm_head.weight)
    folder.save(Progress(step=6), model, optimizer)
    assert [path.name for path in tmp_path.iterdir()] == ["step-0000006"]


def test_a_removal_that_is_interrupted_leaves_no_incomplete_checkpoint(tmp_path: Path, monkeypatch) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=1), trained()
    folder.save(Progress(step=1), model, optimizer)

    def killed(path: Path, *_: object, **__: object) -> None:
        (path / "weights.safetensors").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as fault, pytest.raises(KeyboardInterrupt):
        fault.setattr(checkpoints.shutil, "rmtree", killed)
        folder.save(Progress(step=2), model, optimizer)
    assert folder.steps() == [2]
    folder.save(Progress(step=3), model, optimizer)
    assert [path.name for path in tmp_path.iterdir()] == ["step-0000003"]


def test_without_a_checkpoint_the_progress_is_that_of_a_new_run(tmp_path: Path) -> None:
    assert CheckpointFolder(tmp_path, keep=1).load_newest(*trained()) == Progress()


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    folder.save(Progress(step=1), small_model(Objective.CAUSAL, max_seq_len=32), optimizer)
    with pytest.raises(ConfigError, match="step-0000001 does not fit this model"):
        folder.load_newest(model, optimizer)
    for name, message in (("optimizer.safetensors", "cannot read the checkpoint"),
                          ("weights.safetensors", "cannot read the checkpoint"), ("state.json", "invalid JSON")):
        folder.save(Progress(step=1), model, optimizer)
        folder.path(1).joinpath(name).write_bytes(b"PK garbage")
        with pytest.raises(ConfigError, match=message):
            folder.load_newest(model, optimizer)


@pytest.mark.parametrize("name", ["adamw", "muon"])
def test_the_state_of_every_optimizer_is_split_and_joined(name: str) -> None:
    model = small_model(Objective.CAUSAL)
    optimizer = make_optimizer(model, OptimizerConfig(optimizer=name))
    model(input_ids=torch.tensor([[5, 6, 7]])).logits.sum().backward()
    optimizer.step()
    state = optimizer.state_dict()
    tensors, rest = split_state(state)
    joined = joined_state(tensors, json.loads(json.dumps(rest)))
    assert joined["param_groups"] == state["param_groups"] and joined["state"].keys() == state["state"].keys()
    for index, entries in state["state"].items():
        assert entries.keys() == joined["state"][index].keys()
        assert all(torch.equal(value, joined["state"][index][key]) for key, value in entries.items())


def test_a_state_that_is_no_json_is_refused() -> None:
    state = {"state": {0: {"closure": len}}, "param_groups": []}
    with pytest.raises(ConfigError, match="the state of this optimizer cannot be saved: .*; choose another --optimizer"):
        split_state(state)


def test_checkpoints_of_older_versions_are_read(tmp_path: Path) -> None:
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    folder.path(4).mkdir(parents=True)
    torch.save({"progress": {"step": 4}, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                "settings": {}}, folder.path(4) / "state.pt")
    torch.save({"step": 4, "model": model.state_dict()}, tmp_path / "best.pt")
    other_model, other_optimizer = trained(seed=1)
    assert folder.load_newest(other_model, other_optimizer) == Progress(step=4)
    assert torch.equal(model.lm_head.weight, other_model.lm_head.weight)
    other_model, _ = trained(seed=1)
    folder.load_best(4, other_model)
    assert torch.equal(model.lm_head.weight, other_model.lm_head.weight)


@pytest.mark.parametrize("name", ["weights.safetensors", "optimizer.safetensors", "state.json"])
def test_a_full_disk_leaves_the_previous_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the writer of each file write half of it and fail as on a full disk."""
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    folder.save(Progress(step=1, tokens=7), model, optimizer)
    size = (folder.path(1) / name).stat().st_size

    def full(path: Path, *_: object, **__: object) -> None:
        with open(path, "wb") as out:
            out.write(bytes(size // 2))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    writer = {"weights.safetensors": "save_model", "optimizer.safetensors": "save_file", "state.json": "write_json"}[name]
    with monkeypatch.context() as fault:
        fault.setattr(checkpoints, writer, (lambda model, path: full(path)) if writer == "save_model" else
                      (lambda tensors, path: full(path)) if writer == "save_file" else (lambda path, value: full(path)))
        with pytest.raises(ConfigError, match="cannot write the checkpoint of step 2 in .*: No space left on device;"
                                              " when there is space, the same command resumes from step 1$"):
            folder.save(Progress(step=2), model, optimizer)
    assert [path.name for path in tmp_path.iterdir()] == ["step-0000001"]
    assert folder.load_newest(*trained(seed=1)).tokens == 7


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit for the size of files")
def test_a_write_that_the_system_refuses_leaves_the_previous_checkpoint(tmp_path: Path) -> None:
    """Let the kernel refuse to write more than 4 KiB into a file, in a process of its own, as a full disk does."""
    folder, (model, optimizer) = CheckpointFolder(tmp_path, keep=2), trained()
    folder.save(Progress(step=1, tokens=7), model, optimizer)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            folder.save(Progress(step=2), model, optimizer)
        except ConfigError as error:
            os._exit(0 if "cannot write the checkpoint of step 2" in str(error) else 3)
        finally:
            os._exit(4)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert folder.steps() == [1] and folder.load_newest(*trained(seed=1)).tokens == 7


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
    folder.save(Progress(step=4), model, optimizer)
    for content in ([1], {}, {"progress": 3, "optimizer": 3}, {"progress": {}, "optimizer": {"values": 3}}):
        (folder.path(4) / "state.json").write_text(json.dumps(content))
        with pytest.raises(ConfigError, match="does not fit this model"):
            folder.load_newest(model, optimizer)
    assert not canary.exists()
