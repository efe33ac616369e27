"""Test the run folder: settings, metrics and checkpoints that survive a killed process, and the texts of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.corpus.reader import read  # noqa: E402
from statecode.corpus.splits import SPLITS  # noqa: E402
from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling.checkpoints import CheckpointFolder, Progress  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.metrics_log import MetricsLog, read_metrics  # noqa: E402
from statecode.modeling.models import read_config  # noqa: E402
from statecode.modeling.run_folder import RunFolder, read_run  # noqa: E402
from statecode.modeling.texts import fingerprint, load_texts  # noqa: E402
from statecode.modeling.tokenizers import load_tokenizer  # noqa: E402
from statecode.views import VIEWS, render  # noqa: E402
from tests.support.dataset_project import make_corpus  # noqa: E402
from tests.support.modeling_samples import small_model, write_corpus  # noqa: E402


def test_a_run_is_resumed_under_the_same_settings_only(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.open({"loop": {"seed": 1, "steps": (1, 2)}}, {"task": "x"})
    (run.path / "checkpoints" / "step-0000001").mkdir(parents=True)
    run.open({"loop": {"seed": 1, "steps": (1, 2)}}, {})
    with pytest.raises(ConfigError, match="other settings: seed was 1, is 2; choose another --output-dir") as caught:
        run.open({"loop": {"seed": 2, "steps": (1, 2)}}, {})
    assert "\n" not in str(caught.value)
    run.open({"loop": {"seed": 2}}, {}, restart=True)
    assert read_run(run.path)["settings"] == {"loop": {"seed": 2}}
    assert not (run.path / "checkpoints").exists() and not run.finished


def test_settings_of_older_versions_have_their_present_names(tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / "step-0000001").mkdir(parents=True)
    older = {"settings": {"shape": {"layers": 2, "positions": 64}}, "config": {"shape": {"positions": 64}},
             "data": {"train": {"positions": 7}}}
    (tmp_path / "run.json").write_text(json.dumps(older))
    run = read_run(tmp_path)
    assert run["settings"] == {"shape": {"layers": 2, "max_seq_len": 64}}
    assert run["config"] == {"shape": {"max_seq_len": 64}} and run["data"] == older["data"]
    RunFolder(tmp_path).open({"shape": {"layers": 2, "max_seq_len": 64}}, {})  # resumed, not refused
    with pytest.raises(ConfigError, match="other settings: max_seq_len was 64, is 32"):
        RunFolder(tmp_path).open({"shape": {"layers": 2, "max_seq_len": 32}}, {})


def test_a_run_that_failed_before_its_first_checkpoint_is_replaced(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.open({"seed": 1}, {})
    run.open({"seed": 2}, {})
    run.add_facts(parameters=7)
    assert read_run(tmp_path)["settings"] == {"seed": 2} and read_run(tmp_path)["parameters"] == 7
    assert set(read_run(tmp_path)["provenance"]) >= {"command", "commit", "seed", "versions", "machine"}


def test_a_folder_with_other_files_is_refused_and_unchanged(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    for restart in (False, True):
        with pytest.raises(ConfigError, match="is not empty and contains no run"):
            RunFolder(tmp_path).open({}, {}, restart)
    with pytest.raises(ConfigError, match="no run in"):
        read_run(tmp_path)
    with pytest.raises(ConfigError, match="thesis.txt is a file, not a folder; choose another --output-dir"):
        RunFolder(tmp_path / "thesis.txt").open({}, {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_metrics_of_a_resumed_run_contain_each_step_once(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path)
    log.discard_after(0, fresh=True)
    for step in range(1, 6):
        log.write({"kind": "train", "step": step, "loss": float("nan") if step == 2 else step / 3})
    with log.path.open("a") as out:
        out.write('{"kind": "train", "st')  # killed while writing
    assert [record["step"] for record in read_metrics(tmp_path)] == [1, 2, 3, 4, 5]
    log.discard_after(3)
    log.write({"kind": "train", "step": 4, "loss": 0.0})
    assert [(record["step"], record["loss"]) for record in read_metrics(tmp_path)] == [(1, 1 / 3), (2, None), (3, 1.0),
                                                                                       (4, 0.0)]
    log.discard_after(0, fresh=True)
    assert read_metrics(tmp_path) == []
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{oops\n{"st')
    with pytest.raises(ConfigError, match="metrics.jsonl:2: invalid JSON"):
        read_metrics(tmp_path)
    (tmp_path / "run.json").write_text('{\n"settings": }')
    with pytest.raises(ConfigError, match="run.json:2: invalid JSON"):
        read_run(tmp_path)


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


def test_texts_are_read_from_a_folder_of_json_lines(tmp_path: Path) -> None:
    texts = load_texts(str(write_corpus(tmp_path / "corpus", train=3, validation=2, test=1)))
    assert [len(texts.split(name)) for name in ("train", "validation", "test")] == [3, 2, 1]
    assert fingerprint(texts.split("train")) != fingerprint(texts.split("test"))
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])


@pytest.mark.parametrize("line, message", [
    ("{nonsense", r"train.jsonl:2: invalid JSON"),
    (json.dumps({"code": "x"}), r'train.jsonl:2: no "text" field that is a string \(found: code\)'),
    (json.dumps([1]), r"train.jsonl:2: no .* \(found: list\)"),
])
def test_invalid_lines_are_errors_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "train.jsonl").write_text(json.dumps({"text": "fine"}) + "\n" + line + "\n")
    with pytest.raises(CorpusError, match=message):
        load_texts(str(tmp_path))


@pytest.mark.parametrize("config", ["events", "steps"])
def test_configs_of_rows_have_no_texts(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.builder.load_dataset", None)  # the error comes before any rendering
    with pytest.raises(ConfigError, match=f"^embedded has no texts under --config {config}; pass one that has: .*snoop"):
        load_texts("embedded", config)


@pytest.mark.parametrize("view", [name for name, view in VIEWS.items() if view.is_text])
def test_every_view_that_is_a_text_can_be_loaded(
    view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Load texts with `--config VIEW` and compare them with the rendered view."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    folder = make_corpus(tmp_path / "corpus")
    texts = load_texts(str(folder), view)
    for split in SPLITS:
        assert list(texts.split(split)) == [render(trace, view) for trace in read(folder, split)]


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


def test_missing_corpora_and_splits_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder: .*nothing; pass a corpus folder"):
        load_texts(str(tmp_path / "nothing"))
    (tmp_path / "test.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(CorpusError, match=r"has no train split \(found: test\)"):
        load_texts(str(tmp_path)).split("train")
