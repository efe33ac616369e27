"""Start a process of a run: accelerate, threads, and libraries that say only what matters."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import transformers
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs, broadcast_object_list

from statecode.errors import InputError
from statecode.machine import usable_cores
from statecode.modeling.arguments import check
from statecode.modeling.configs import LoopConfig, RunConfig
from statecode.modeling.run_folder import RunFolder

TRACKERS = ("tensorboard", "trackio", "wandb")


def start(loop: LoopConfig, run: RunConfig) -> Accelerator:
    """Make the accelerator that the launcher's environment asks for, and report to the trackers of `run`.

    Raises:
        ConfigError: the run's folder cannot be one, a tracker is unknown or not installed, or the batch does not split
            over the processes.
    """
    RunFolder(Path(run.output_dir)).check_usable()
    for tracker in run.tracker:
        check(tracker in TRACKERS, f"unknown tracker {tracker!r}; known: {', '.join(TRACKERS)}")
        check(importlib.util.find_spec(tracker) is not None, f"--tracker {tracker}: pip install {tracker} first")
    accelerator = make_accelerator(loop.precision, loop.threads, list(run.tracker), run.output_dir)
    ranks = accelerator.num_processes
    check(loop.batch_rows % ranks == 0, f"--batch-rows {loop.batch_rows} does not split over {ranks} processes")
    return accelerator


def make_accelerator(
    precision: str = "auto", threads: int = 0, trackers: Sequence[str] = (), project_dir: str | None = None
) -> Accelerator:
    """The accelerator that the launcher's environment asks for; see LoopConfig for precision and threads."""
    quieten()
    accelerator = Accelerator(
        mixed_precision="bf16" if uses_bf16(precision) else "no",
        log_with=list(trackers) or None,
        project_dir=project_dir,
        kwargs_handlers=[
            DistributedDataParallelKwargs(gradient_as_bucket_view=True, broadcast_buffers=False),
            InitProcessGroupKwargs(timeout=timedelta(hours=6)),  # ranks wait while the first one tokenises
        ],
    )
    if accelerator.device.type == "cpu":
        torch.set_num_threads(threads or max(1, usable_cores() // accelerator.num_processes))
    return accelerator


def track(accelerator: Accelerator, settings: dict[str, Any]) -> None:
    """Tell the trackers what is run; they take plain numbers and texts only."""
    plain = {name: value if isinstance(value, (bool, int, float)) else str(value) for name, value in settings.items()}
    accelerator.init_trackers("statecode", config=plain)


def on_first_rank(accelerator: Accelerator, action: Callable[[], object]) -> None:
    """Run `action` on the first process while the others wait; if it fails, all end and only the first one says why."""
    failure: Exception | None = None
    if accelerator.is_main_process:
        try:
            action()
        except Exception as error:  # whatever it is: the others would wait for hours
            failure = error
    codes = [0 if failure is None else 2 if isinstance(failure, InputError) else 1]  # not every exception can be sent
    if accelerator.num_processes > 1:
        broadcast_object_list(codes)
    if failure is not None:
        raise failure
    if codes[0]:
        raise SystemExit(codes[0])


def quieten() -> None:
    """Leave the terminal to our own progress bar.

    transformers' bars (one per file loaded or written) and its info log are off; its warnings stay on.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # else forked data workers make it warn and go slow
    transformers.utils.logging.disable_progress_bar()


def uses_bf16(precision: str) -> bool:
    """Whether to compute in bf16: asked for, or the GPU has it."""
    if precision == "auto":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return precision == "bf16"
