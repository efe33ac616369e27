"""Check tasks: each mistake in the code of a task is reported in one line that names the task."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from statecode.arguments import check, check_options
from statecode.tasks.base import ClassificationTask, Column, EmbeddingTask, GenerationTask, Task, TaskData, TaskKind

BASES: dict[TaskKind, type] = {
    TaskKind.GENERATION: GenerationTask,
    TaskKind.CLASSIFICATION: ClassificationTask,
    TaskKind.EMBEDDING: EmbeddingTask,
}
"""The base classes of tasks, by kind."""
NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")  # a name is also the first part of the names of files


def check_task(task: Task[Any, Any]) -> None:
    """Check what can be checked when a task is registered: its base class, its attributes and its options.

    The base classes check the methods: an object of a class that lacks one cannot be created.

    Raises:
        ValueError: the task is not valid.
    """
    def require(condition: bool, message: str) -> None:
        if not condition:
            raise ValueError(f"task {task.name!r}: {message}")

    require(bool(NAME.fullmatch(task.name)), "a name has lower-case letters, digits, and single hyphens or underscores")
    require(not isinstance(task, type), "register an object of the class, not the class")
    bases = ", ".join(base.__name__ for base in BASES.values())
    require(isinstance(task, tuple(BASES.values())), f"its class must be a subclass of one of {bases}")
    base = BASES[task.kind]
    require(isinstance(task, base), f"its kind is {task.kind.value}, which needs a subclass of {base.__name__}")
    for name in ("title", "summary", "columns"):
        require(bool(getattr(task, name, None)), f"the attribute {name} is missing or empty")
    require(all(isinstance(column, Column) for column in task.columns), "each of its columns must be a Column")
    keys = [column.key for column in task.columns]
    require(len(set(keys)) == len(keys), f"two columns have the same key: {', '.join(keys)}")
    for published in task.published:
        unknown = sorted(set(published.scores) - set(keys))
        require(not unknown, f"published scores of {published.system} have no column: {', '.join(unknown)}")
    check_options(task.Options, f"the task {task.name}")


def check_data(task: Task[Any, Any], data: TaskData[Any]) -> None:
    """Check that each split has examples.

    Raises:
        ConfigError: a split has none, or `load` returned something else than splits.
    """
    check(isinstance(data, TaskData), f"task {task.name!r}: load must return a TaskData; got {type(data).__name__}")
    for name in ("train", "dev", "test"):
        check(len(getattr(data, name)) > 0, f"the {name} split of {task.title} has no examples")


def scores_of(task: Task[Any, Any], examples: Sequence[Any], predictions: Sequence[Any]) -> dict[str, Any]:
    """Return the scores of predictions, one per example, after a check that each column of the task has a number.

    Raises:
        ConfigError: a column has no number, or the scores are not JSON-serializable.
    """
    scores = task.score(examples, predictions)
    check(isinstance(scores, Mapping), f"task {task.name!r}: score must return a mapping; got {type(scores).__name__}")
    for column in task.columns:
        check(isinstance(scores.get(column.key), (int, float)), f"task {task.name!r}: score returns no number for the "
              f"column {column.key!r}; it returns {', '.join(map(str, scores)) or 'nothing'}")
    try:
        json.dumps(dict(scores))
    except (TypeError, ValueError) as error:
        check(False, f"task {task.name!r}: the scores are not JSON-serializable: {error}")
    return dict(scores)
