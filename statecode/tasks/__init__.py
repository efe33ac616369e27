"""Downstream tasks: their data sets, their metrics, and the fine-tuning of a language model on them.

    TASKS           the registry of tasks: TASKS.register(task), TASKS.find(name)

    base            the base classes of tasks
    checks          checks of a task, its data and its scores
    command         the command line: --task and the flags of a task
    configs         the settings of fine-tuning and their flags
    finetuning      steps that all kinds of tasks share
    generation      fine-tuning and test of tasks whose answer is a text
    row_scores      scores from sums over the test examples, for intervals
    results         the files of a tested run: task.json, predictions.jsonl
    conala/         an intent in English → a Python snippet
"""

from __future__ import annotations

from typing import Any

from statecode.registry import Registry
from statecode.tasks.base import Task
from statecode.tasks.checks import check_task
from statecode.tasks.conala.task import ConalaTask

TASKS: Registry[Task[Any, Any]] = Registry("task", [ConalaTask()], check_task)
"""The tasks by name. The module of a task imports large packages inside its methods, because all tasks are imported."""
