"""Test that mistakes in the code of a task are reported in one line that names the task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from statecode.arguments import setting
from statecode.errors import ConfigError
from statecode.tasks import TASKS
from statecode.tasks.base import Column, GenerationTask, PublishedScore, TaskData, TaskKind
from statecode.tasks.checks import check_data, check_task, scores_of
from tests.support.toy_tasks import Bugs, Reverse


class NotATask:
    name = "reverse"


@dataclass(frozen=True, kw_only=True)
class WithoutFlag:
    letters: int = 3


RIGHT = Column(key="right", heading="right %", digits=1)
MISTAKES = [
    ({"name": "Two words"}, "task 'Two words': a name has lower-case letters"),
    ({"title": ""}, "task 'reverse': the attribute title is missing or empty"),
    ({"columns": ()}, "task 'reverse': the attribute columns is missing or empty"),
    ({"columns": ("right",)}, "task 'reverse': each of its columns must be a Column"),
    ({"columns": (RIGHT, RIGHT)}, "task 'reverse': two columns have the same key: right, right"),
    ({"published": (PublishedScore(system="theirs", scores={"bleu": 1.0}, source="a paper"),)},
     "task 'reverse': published scores of theirs have no column: bleu"),
    ({"kind": TaskKind.EMBEDDING}, "task 'reverse': its kind is embedding, which needs a subclass of EmbeddingTask"),
    ({"Options": WithoutFlag}, "the option letters of the task reverse must be made with statecode.arguments.setting"),
]


@pytest.mark.parametrize(("attributes", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_a_task_with_a_mistake_is_not_registered(attributes: dict[str, Any], message: str) -> None:
    wrong = type("Wrong", (Reverse,), attributes)()
    with pytest.raises(ValueError) as raised:
        TASKS.register(wrong)
    assert str(raised.value).startswith(message) and "\n" not in str(raised.value)
    assert list(TASKS) == ["conala"]


@pytest.mark.parametrize(("wrong", "message"), [
    (Reverse, "task 'reverse': register an object of the class, not the class"),
    (NotATask(), "task 'reverse': its class must be a subclass of one of GenerationTask, ClassificationTask, "),
])
def test_only_objects_of_the_base_classes_are_tasks(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_task(wrong)


def test_a_task_without_a_method_cannot_be_created() -> None:
    class WithoutTarget(GenerationTask[str]):
        name, title, summary, columns = "half", "Half", "without target", (RIGHT,)
        load, prompt, score = Reverse.load, Reverse.prompt, Reverse.score

    with pytest.raises(TypeError, match="abstract class WithoutTarget .*target"):
        WithoutTarget()  # type: ignore[abstract]


def test_options_with_help_are_accepted() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Options:
        letters: int = setting(3, "letters of a word")

    check_task(type("Words", (Reverse,), {"Options": Options})())
    check_task(Bugs())


def test_each_split_has_examples() -> None:
    task = Reverse()
    check_data(task, task.load(None))
    for split in ("train", "dev", "test"):
        parts: dict[str, Any] = {"train": ["a"], "dev": ["b"], "test": ["c"]} | {split: []}
        with pytest.raises(ConfigError, match=f"^the {split} split of Reverse has no examples$"):
            check_data(task, TaskData(report={}, **parts))
    with pytest.raises(ConfigError, match="^task 'reverse': load must return a TaskData; got NoneType$"):
        check_data(task, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("scores", "message"), [
    ({"rigth": 1.0, "n": 2}, "task 'reverse': score returns no number for the column 'right'; it returns rigth, n"),
    ({"right": None}, "task 'reverse': score returns no number for the column 'right'; it returns right"),
    ({}, "task 'reverse': score returns no number for the column 'right'; it returns nothing"),
    (None, "task 'reverse': score must return a mapping; got NoneType"),
    ({"right": 1, "words": {"ab"}}, "task 'reverse': the scores are not JSON-serializable: "
     "Object of type set is not JSON serializable"),
])
def test_wrong_scores_are_an_error(scores: Any, message: str) -> None:
    class Wrong(Reverse):
        def score(self, examples: Sequence[str], predictions: Sequence[str]) -> Mapping[str, Any]:
            return scores

    with pytest.raises(ConfigError) as raised:
        scores_of(Wrong(), ["ab"], ["ba"])
    assert str(raised.value) == message


def test_right_scores_are_returned() -> None:
    assert scores_of(Reverse(), ["ab", "cd"], ["ba", ""]) == {"right": 50}
