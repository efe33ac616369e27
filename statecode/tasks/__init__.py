"""Downstream tasks: their data sets, their metrics, and the fine-tuning of a language model on them.

    task_named(name)    the task of a name
    register(task)      add a task

    base            the protocol of tasks
    command         the command line: --task and the flags of a task
    finetuning      settings and steps that all kinds of tasks share
    generation      fine-tuning and test of tasks whose answer is a text
    results         the files of a tested run: task.json, predictions.jsonl
    conala/         an intent in English → a Python snippet
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from statecode.errors import ConfigError
from statecode.tasks.base import Task


def _conala() -> Task[Any, Any]:
    from statecode.tasks.conala.task import ConalaTask

    return ConalaTask()


TASKS: dict[str, Callable[[], Task[Any, Any]]] = {"conala": _conala}
"""The functions that create the tasks, by name. A task's modules are imported when it is created."""


def register(task: Task[Any, Any]) -> None:
    """Add a task under its name.

    Raises:
        ConfigError: there is another task of this name.
    """
    if task.name in TASKS:
        raise ConfigError(f"a task is already named {task.name!r}; choose another name")
    TASKS[task.name] = lambda: task


def task_named(name: str) -> Task[Any, Any]:
    """Return the task of a name.

    Raises:
        ConfigError: there is no such task; the message lists the known ones.
    """
    if name not in TASKS:
        raise ConfigError(f"unknown task {name!r}; known: {', '.join(TASKS)}")
    return TASKS[name]()
