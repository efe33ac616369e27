"""Test the settings and steps of fine-tuning that all kinds of tasks share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.configs import ModelShape  # noqa: E402
from statecode.modeling.models import build_model  # noqa: E402
from statecode.modeling.run_folder import RunFolder, flatten, read_run  # noqa: E402
from statecode.tasks.base import TaskData  # noqa: E402
from statecode.tasks.conala.task import ConalaTask  # noqa: E402
from statecode.tasks.configs import FinetuneConfig, ModelConfig, add_arguments, config_of  # noqa: E402
from statecode.tasks.finetuning import context_of, open_run  # noqa: E402

DATA = TaskData(train=[1, 2], dev=[3], test=[4], report={"rows": 4})


def config(*flags: str) -> FinetuneConfig:
    parser = argparse.ArgumentParser()
    add_arguments(parser, ConalaTask())
    return config_of(parser.parse_args(["--output-dir", "run", *flags]), ConalaTask())


def test_the_settings_are_those_that_affect_the_results() -> None:
    """Check that the settings have no paths, and the names of older runs, which can then be resumed."""
    made = config("--conala", "data", "--total-steps", "7")
    settings = flatten(made.settings())
    assert not {"task", "conala", "output_dir", "threads"} & set(settings)
    assert {"init", "gguf_file", "preset", "tokenizer", "context_tokens", "learning_rate", "beams"} <= set(settings)
    assert settings["total_steps"] == 7 and settings["batch_rows"] == ConalaTask.loop.batch_rows
    assert made.task == "conala" and made.options.conala == "data"


def test_results_of_an_unfinished_run_are_removed(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    open_run(run, config(), DATA, {"train_sha256": "a"})
    assert read_run(tmp_path)["task"] == "conala" and read_run(tmp_path)["data"] == {"rows": 4}
    for name in ("task.json", "predictions.jsonl"):
        (tmp_path / name).write_text("{}")
    run.finish({})
    (tmp_path / "checkpoints" / "step-1").mkdir(parents=True)
    open_run(run, config(), DATA, {"train_sha256": "a"})
    assert (tmp_path / "task.json").is_file() and (tmp_path / "predictions.jsonl").is_file()
    with pytest.raises(ConfigError, match="train_sha256 was a, is b"):
        open_run(run, config(), DATA, {"train_sha256": "b"})
    open_run(run, config("--resume", "restart"), DATA, {"train_sha256": "b"})
    assert not (tmp_path / "task.json").exists() and not (tmp_path / "predictions.jsonl").exists()


def test_a_context_beyond_the_model_is_refused(tokenizer: Any) -> None:
    model = build_model(ModelShape(family="gpt2", layers=1, width=8, heads=1, max_seq_len=256), tokenizer, 0)
    assert context_of(ModelConfig(), model) == 256
    assert context_of(ModelConfig(context_tokens=100), model) == 100
    with pytest.raises(ConfigError, match="--context-tokens 9999 is longer than the 256 positions of the model"):
        context_of(ModelConfig(context_tokens=9999), model)
    wide = build_model(ModelShape(family="gpt2", layers=1, width=8, heads=1, max_seq_len=1024), tokenizer, 0)
    assert context_of(ModelConfig(), wide) == 512
