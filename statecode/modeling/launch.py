"""Set up a process of a run: the accelerator, CPU threads, experiment trackers, and the settings of libraries."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import transformers
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import (
    DistributedDataParallelKwargs,
    InitProcessGroupKwargs,
    broadcast_object_list,
    patch_environment,
)

from statecode.arguments import check
from statecode.errors import InputError
from statecode.machine import usable_cores
from statecode.modeling import sharding
from statecode.modeling.configs import LoopConfig, OptimizerConfig, RunConfig
from statecode.modeling.run_folder import RunFolder, read_run
from statecode.text import LAYOUT, printable


def start(loop: LoopConfig, run: RunConfig, optimizer: OptimizerConfig | None = None) -> Accelerator:
    """Create the accelerator of a run, with the experiment trackers of `run`.

    Args:
        optimizer: the optimizer of a run whose weights can be sharded; None: each process needs whole weights.

    Raises:
        ConfigError: the run folder is not usable, the batch size is not divisible by the number of processes, or the
            launcher asks for DeepSpeed, or for sharded weights that this run cannot have.
    """
    check(os.environ.get("ACCELERATE_USE_DEEPSPEED", "false") != "true",
          "DeepSpeed is not supported; use train/configs/8-gpus.yaml, or 8-gpus-fsdp.yaml to shard the weights")
    sharding.check_request(loop, optimizer)
    RunFolder(Path(run.output_dir)).check_usable()
    accelerator = make_accelerator(training_precision(loop, run), loop.threads, list(run.tracker), run.output_dir)
    ranks = accelerator.num_processes
    check(loop.batch_rows % ranks == 0, f"--batch-rows {loop.batch_rows} is not divisible by {ranks} processes")
    return accelerator


def make_accelerator(
    precision: str = "auto", threads: int = 0, trackers: Sequence[str] = (), project_dir: str | None = None
) -> Accelerator:
    """Create an accelerator from the environment variables that the launcher sets.

    Args:
        precision: see LoopConfig.
        threads: see LoopConfig.
        trackers: names of experiment trackers.
        project_dir: the folder in which trackers store files.
    """
    configure_libraries()
    mixed_precision = "bf16" if uses_bf16(precision) else "no"
    if AcceleratorState._shared_state and AcceleratorState().mixed_precision != mixed_precision:
        AcceleratorState._reset_state()  # this process trained in another precision before, as in a notebook
    with patch_environment(**{sharding.FSDP_FLAG: "false"}):  # this project shards the weights, not accelerate
        accelerator = Accelerator(
            mixed_precision=mixed_precision,
            dynamo_backend="no",  # this project compiles the blocks of the model, see `compiling`
            log_with=list(trackers) or None,
            project_dir=project_dir,
            kwargs_handlers=[
                DistributedDataParallelKwargs(gradient_as_bucket_view=True, broadcast_buffers=False),
                InitProcessGroupKwargs(timeout=timedelta(hours=6)),  # other ranks wait while the first rank tokenises
            ],
        )
    if accelerator.device.type == "cpu":
        torch.set_num_threads(threads or max(1, usable_cores() // accelerator.num_processes))
    return accelerator


def init_trackers(accelerator: Accelerator, settings: dict[str, Any]) -> None:
    """Start the experiment trackers and send them the settings; values that are not numbers are sent as text."""
    plain = {name: value if isinstance(value, (bool, int, float)) else str(value) for name, value in settings.items()}
    accelerator.init_trackers("statecode", config=plain)


def on_first_rank(accelerator: Accelerator, action: Callable[[], object]) -> None:
    """Run `action` on the first process while the others wait.

    Raises:
        SystemExit: on the other processes, if `action` failed. The first process raises the exception of `action`,
            so that it is reported once.
    """
    failure: Exception | None = None
    if accelerator.is_main_process:
        try:
            action()
        except Exception as error:  # any exception: without the exit code the other processes would wait for hours
            failure = error
    # Send an exit code instead of the exception, which may not be picklable.
    codes = [0 if failure is None else 2 if isinstance(failure, InputError) else 1]
    if accelerator.num_processes > 1:
        broadcast_object_list(codes)
    if failure is not None:
        raise failure
    if codes[0]:
        raise SystemExit(codes[0])


def configure_libraries() -> None:
    """Set the options of libraries: parallel tokenizers, weights in each process, no progress bars of `transformers`.

    `transformers` shows a bar for each file that it loads or writes; only the project's own bar remains. Its warnings
    remain visible. They can contain texts of a checkpoint, and are made printable.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # if unset, `tokenizers` warns and is slower after a fork
    os.environ["FSDP_CPU_RAM_EFFICIENT_LOADING"] = "false"  # else transformers loads weights in the first process only
    transformers.utils.logging.disable_progress_bar()
    for handler in logging.getLogger("transformers").handlers:
        handler.addFilter(_filter)


NO_MASK_WARNING = "We strongly recommend passing in an `attention_mask`"
"""The start of a warning of GPT-2: flat batches have no mask, and begin with the token that is also the padding."""


def _filter(record: logging.LogRecord) -> bool:
    """Make the message of a log record printable; return False for a warning that does not apply."""
    record.msg, record.args = printable(record.getMessage(), LAYOUT), ()
    return not record.msg.startswith(NO_MASK_WARNING)


def training_precision(loop: LoopConfig, run: RunConfig) -> str:
    """Return the precision of a run, fp32 or bf16: that of the run which it resumes, or the value of --precision.

    If --precision is auto, a new run uses bf16 on devices that have instructions for it. Runs of older versions used
    fp32 on CPUs.
    """
    folder = RunFolder(Path(run.output_dir))
    if loop.precision == "auto" and run.resume == "auto" and folder.resumable:
        recorded = read_run(folder.path).get("precision")
        return recorded or ("bf16" if uses_bf16("auto") else "fp32")
    return "bf16" if uses_bf16(loop.precision) or loop.precision == "auto" and cpu_has_bf16() else "fp32"


def cpu_has_bf16() -> bool:
    """Return True if training runs on a CPU with instructions for bf16 (AVX512-BF16 or AMX-BF16)."""
    return not torch.cuda.is_available() and (
        torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def uses_bf16(precision: str) -> bool:
    """Return True if `precision` is bf16, or if it is auto and the GPU supports bf16."""
    if precision == "auto":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return precision == "bf16"
