"""Test the actions of the first process: if one fails with any exception, all processes end."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from accelerate.state import AcceleratorState  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import launch  # noqa: E402
from statecode.modeling.configs import LoopConfig, RunConfig  # noqa: E402
from tests.support.modeling_samples import ROOT  # noqa: E402

TWO_PROCESSES = """
import os, sys, threading
from statecode.modeling import launch

class UnpicklableError(Exception):
    def __init__(self):
        self.lock = threading.Lock()

def action():
    raise UnpicklableError

accelerator = launch.make_accelerator("fp32", 1)
try:
    launch.on_first_rank(accelerator, action)
except BaseException as error:
    # A single write, because both processes share the pipe.
    os.write(1, f"{accelerator.process_index} {type(error).__name__} {getattr(error, 'code', '')}\\n".encode())
    accelerator.wait_for_everyone()
"""


@pytest.mark.one_python
def test_a_failure_of_the_first_process_ends_the_others(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(TWO_PROCESSES)
    launcher = ["-m", "torch.distributed.run", "--nproc_per_node", "2", "--rdzv_backend", "c10d", "--rdzv_endpoint",
                "127.0.0.1:0", str(tmp_path / "two.py")]
    done = subprocess.run([sys.executable, *launcher], capture_output=True, text=True, timeout=180, cwd=ROOT,
                          env=os.environ | {"PYTHONPATH": str(ROOT), "ACCELERATE_USE_CPU": "true"})
    assert sorted(done.stdout.splitlines()) == ["0 UnpicklableError ", "1 SystemExit 1"], done.stderr


@pytest.mark.parametrize("error", [ConfigError("no"), OSError("disk"), KeyError("x")])
def test_a_single_process_raises_the_exception_itself(error: Exception) -> None:
    def action() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        launch.on_first_rank(launch.make_accelerator("fp32", 1), action)
    assert caught.value is error


@pytest.mark.parametrize("name, processes, kind", [
    ("1-gpu", 1, "NO"), ("8-gpus", 8, "MULTI_GPU"), ("8-gpus-fsdp", 8, "FSDP"), ("2-nodes", 16, "MULTI_GPU"),
])
def test_the_configs_of_accelerate_are_read_with_their_processes(name: str, processes: int, kind: str) -> None:
    from accelerate.commands.config.config_args import load_config_from_file

    config = load_config_from_file(str(ROOT / "train" / "configs" / f"{name}.yaml"))
    assert (config.num_processes, config.distributed_type, config.mixed_precision) == (processes, kind, "no")


@pytest.mark.parametrize("name, message", [
    ("DEEPSPEED", "^DeepSpeed is not supported; use train/configs/8-gpus.yaml, or 8-gpus-fsdp.yaml to shard the weights$"),
    ("FSDP", "^fine-tuning does not shard the weights"),
])
def test_a_launcher_that_is_not_supported_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "true")
    with pytest.raises(ConfigError, match=message):
        launch.start(LoopConfig(), RunConfig(output_dir=str(tmp_path / "run")))


@pytest.mark.parametrize("recorded, expected", [("bf16", "bf16"), ("fp32", "fp32"), (None, "fp32")])
def test_a_resumed_run_keeps_its_precision(tmp_path: Path, recorded: str | None, expected: str) -> None:
    """Runs of older versions have no record of it, and used fp32 on CPUs."""
    run = RunConfig(output_dir=str(tmp_path))
    (tmp_path / "checkpoints" / "step-0000000").mkdir(parents=True)
    (tmp_path / "run.json").write_text(json.dumps({"settings": {}} | ({"precision": recorded} if recorded else {})))
    assert launch.training_precision(LoopConfig(), run) == expected
    assert launch.training_precision(LoopConfig(precision="fp32"), run) == "fp32"
    new = launch.training_precision(LoopConfig(), dataclasses.replace(run, resume="restart"))
    assert new == ("bf16" if launch.cpu_has_bf16() or torch.cuda.is_available() else "fp32")


def test_warnings_of_transformers_are_printable_and_apply() -> None:
    script = """
import torch
from transformers import GPT2Config, GPT2Model
from transformers.utils import logging
from statecode.modeling import launch
launch.configure_libraries()
logging.get_logger("transformers.x").warning("type %s", "\\x1b[31m")
model = GPT2Model(GPT2Config(n_layer=1, n_embd=4, n_head=1, vocab_size=9, pad_token_id=3, bos_token_id=3, eos_token_id=3))
model(input_ids=torch.tensor([[3, 1, 3]]))  # as a flat batch, which has no mask
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip() == "[transformers] type \\x1b[31m"


def test_the_launcher_does_not_compile_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    # `accelerate launch --dynamo_backend inductor` would compile the model with its loss, which fails
    monkeypatch.setenv("ACCELERATE_DYNAMO_BACKEND", "INDUCTOR")
    AcceleratorState._reset_state(True)
    model = launch.make_accelerator("fp32", 1).prepare(torch.nn.Linear(2, 2))
    AcceleratorState._reset_state(True)
    assert type(model) is torch.nn.Linear
