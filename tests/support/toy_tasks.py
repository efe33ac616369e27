"""Tasks for tests, and a context that registers one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from statecode.tasks import TASKS
from statecode.tasks.base import ClassificationTask, Column, GenerationTask, Label, PublishedScore, Task, TaskData


@contextmanager
def registered(task: Task[Any, Any]) -> Iterator[None]:
    """Register a task, and remove it in the end."""
    TASKS.register(task)
    try:
        yield
    finally:
        TASKS.unregister(task.name)


class Bugs(ClassificationTask[str]):
    """Classify a text as a bug or not, without data."""

    name, title, summary = "bugs", "Bugs", "code → has it a bug"
    columns: tuple[Column, ...] = (Column(key="accuracy", heading="accuracy %", digits=1),
                                   Column(key="auc", heading="AUC", digits=3))
    published: tuple[PublishedScore, ...] = (PublishedScore(system="theirs", scores={"auc": 0.5}, source="a paper"),)

    def load(self, options: Any) -> TaskData[str]:
        return TaskData(train=(), dev=(), test=(), report={})

    def prompt(self, example: str) -> str:
        return example

    def labels(self, example: str) -> Sequence[Label]:
        return [Label(0, len(example), "bug" if "bug" in example else "correct")]

    def score(self, examples: Sequence[str], predictions: Sequence[Any]) -> Mapping[str, Any]:
        return {"accuracy": 75, "auc": 0.8125}


class Reverse(GenerationTask[str]):
    """Reverse a word."""

    name, title, summary = "reverse", "Reverse", "a word → its letters in reverse"
    columns: tuple[Column, ...] = (Column(key="right", heading="right %", digits=1),)

    def load(self, options: Any) -> TaskData[str]:
        return TaskData(train=("ab", "cd", "ef"), dev=("gh",), test=("ij", "kl"), report={})

    def prompt(self, example: str) -> str:
        return f"{example}\n"

    def target(self, example: str) -> str:
        return example[::-1]

    def score(self, examples: Sequence[str], predictions: Sequence[str]) -> Mapping[str, Any]:
        right = [self.target(example) == prediction for example, prediction in zip(examples, predictions, strict=True)]
        return {"right": 100 * sum(right) / len(right)}
