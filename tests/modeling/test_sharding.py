"""Test sharded models: the parts of a process, the whole copy, and what the launcher may ask for."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import sharding  # noqa: E402
from statecode.modeling.configs import LoopConfig, OptimizerConfig  # noqa: E402
from tests.support.modeling_samples import FAMILIES, family_model  # noqa: E402
from tests.support.paths import ROOT  # noqa: E402
from tests.support.ranks import Ranks  # noqa: E402
from tests.support.sharded_models import check_evaluation, check_whole_copies  # noqa: E402

ADAMW = OptimizerConfig(optimizer="adamw")


def launched_environment(config: str) -> dict[str, str]:
    """Return the environment variables that `accelerate launch` sets for a config file of this project."""
    from accelerate.commands.launch import _validate_launch_command, launch_command_parser
    from accelerate.utils.launch import prepare_multi_gpu_env

    path = ROOT / "train" / "configs" / config
    args, *_ = _validate_launch_command(launch_command_parser().parse_args(["--config_file", str(path), "script.py"]))
    args.main_process_port = 0
    return {name: value for name, value in prepare_multi_gpu_env(args).items() if os.environ.get(name) != value}


@pytest.mark.one_python
@pytest.mark.parametrize("family", FAMILIES)
def test_a_process_has_half_of_the_tensors_and_the_copy_has_all(ranks: Ranks, family: str) -> None:
    ranks.succeed(check_whole_copies, family, ranks=2)


@pytest.mark.one_python
def test_processes_with_different_numbers_of_batches_evaluate_sharded_models(ranks: Ranks) -> None:
    ranks.succeed(check_evaluation, ranks=2)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_blocks_are_those_of_the_architecture(family: str) -> None:
    model = family_model(family)
    assert [type(block).__name__ for block in sharding.blocks_of(model)] == [
        {"gpt2": "GPT2Block", "llama": "LlamaDecoderLayer", "bert": "BertLayer"}[family]] * 2
    assert len(sharding.blocks_of(torch.nn.Linear(2, 2))) == 0


def test_the_config_of_accelerate_asks_for_what_is_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in launched_environment("8-gpus-fsdp.yaml").items():
        monkeypatch.setenv(name, value)
    assert sharding.is_requested()
    sharding.check_request(LoopConfig(), ADAMW)


@pytest.mark.parametrize("environment, optimizer, loop, message", [
    ({"FSDP_VERSION": "1"}, ADAMW, {}, "^FSDP of version 1 is not supported; set fsdp_version: 2, as in train/configs/8-"),
    ({"FSDP_OFFLOAD_PARAMS": "true"}, ADAMW, {}, "^FSDP cannot offload the weights .*; set fsdp_offload_params: false$"),
    ({}, OptimizerConfig(optimizer="muon"), {}, "^--optimizer muon needs whole matrices, .*; pass --optimizer adamw, or"),
    ({}, ADAMW, {"compile": "on"}, "^--compile on is not supported with FSDP; pass --compile off, or start the run with"),
    ({}, None, {}, "^fine-tuning does not shard the weights .*; start the run with train/configs/8-gpus.yaml$"),
])
def test_what_sharded_runs_cannot_do_is_refused(
    environment: dict[str, str], optimizer: OptimizerConfig | None, loop: dict, message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ({sharding.FSDP_FLAG: "true", "FSDP_VERSION": "2"} | environment).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=message):
        sharding.check_request(LoopConfig(**loop), optimizer)
    monkeypatch.delenv(sharding.FSDP_FLAG)
    sharding.check_request(LoopConfig(**loop), optimizer)
