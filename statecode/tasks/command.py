"""The command line of fine-tuning: find the task, add its flags, and start the training of its kind.

This module imports neither torch nor transformers, so that a mistake is reported at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from statecode.arguments import check
from statecode.entry import ArgumentParser
from statecode.modeling import hub_names
from statecode.modeling.configs import default_settings
from statecode.modeling.run_folder import RunFolder
from statecode.tasks import TASKS, configs
from statecode.tasks.base import Task, TaskData, TaskKind
from statecode.tasks.checks import check_data


def _finetune_generation(config: configs.FinetuneConfig, task: Any, data: TaskData[Any]) -> None:
    from statecode.tasks import generation

    generation.finetune(config, task, data)


TRAINED_KINDS: dict[TaskKind, Callable[[configs.FinetuneConfig, Any, TaskData[Any]], None]] = {
    TaskKind.GENERATION: _finetune_generation,
}
"""The functions that fine-tune a model on a task and its data, by the kind of the task."""


def main(description: str, argv: Sequence[str] | None = None, task_name: str | None = None) -> None:
    """Parse the command line, check the configuration and fine-tune.

    Args:
        description: the text before the flags in `--help`.
        argv: the arguments; None: those of the process.
        task_name: the task of a script for one task; None: --task names it.

    Raises:
        ConfigError: the task is unknown or of a kind that cannot be trained, or the configuration is not valid.
        InputError: the data of the task is missing or not valid.
    """
    parser = ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if task_name is None:
        task_name = _add_task(parser, argv)
    task = TASKS.find(task_name)
    configs.add_arguments(parser, task)
    config = configs.config_of(parser.parse_args(argv), task)
    run = RunFolder(Path(config.run.output_dir))
    run.check_usable()
    if config.run.resume != "restart":
        run.check_settings(config.settings(), default_settings(config))
    check_trained(task)
    if config.model.init != "scratch":
        hub_names.check_model(config.model.init, config.model.gguf_file)
    if config.model.tokenizer is not None:
        hub_names.check_tokenizer(config.model.tokenizer)
    data = task.load(config.options)
    check_data(task, data)
    TRAINED_KINDS[task.kind](config, task, data)


def check_trained(task: Task[Any, Any]) -> None:
    """Check that models can be fine-tuned on tasks of this kind.

    Raises:
        ConfigError: there is no training for the kind.
    """
    kinds = ", ".join(kind.value for kind in TRAINED_KINDS)
    check(task.kind in TRAINED_KINDS,
          f"{task.name} is of the kind {task.kind.value}; fine-tuning is possible on tasks of the kind {kinds}")


def _add_task(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> str:
    """Add the flag --task and return its value, which determines the other flags.

    Without --task, this prints the help or an error and ends the process.
    """
    parser.add_argument("--task", required=True, metavar="NAME", help="the task; --task NAME --help lists its flags: "
                        + "; ".join(f"{name}: {task.summary}" for name, task in TASKS.items()))
    first = ArgumentParser(add_help=False)
    first.add_argument("--task")
    passed = first.parse_known_args(argv)[0].task
    return passed if passed is not None else parser.parse_args(argv).task
