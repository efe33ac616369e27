"""Test what the task CoNaLa asks of a model, and its scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.tasks import TASKS
from statecode.tasks.base import TaskKind
from statecode.tasks.conala.data import Example
from statecode.tasks.conala.task import ConalaOptions, ConalaTask

TASK = ConalaTask()
EXAMPLES = [Example(row=7, question_id=3, intent="sort `x`", snippet="x.sort()"),
            Example(row=8, question_id=4, intent="print a", snippet="print('a')")]


def test_it_is_registered() -> None:
    task = TASKS.find("conala")
    assert isinstance(task, ConalaTask) and task.kind is TaskKind.GENERATION and task.Options is ConalaOptions


def test_prompt_and_target() -> None:
    assert [TASK.prompt(one) + TASK.target(one) for one in EXAMPLES] == ["# sort `x`\nx.sort()", "# print a\nprint('a')"]


def test_the_data_are_the_known_splits(statecode_data: Path) -> None:
    data = TASK.load(ConalaOptions(conala=str(statecode_data / "conala")))
    assert len(data.train) == 2163 and len(data.dev) == 2379 - 12 - 2163 and len(data.test) == 500
    assert data.report["duplicates_dropped"] == 12


def test_every_column_is_a_score() -> None:
    pytest.importorskip("sacrebleu")
    scores = TASK.score(EXAMPLES, ["x.sort()", "print("])
    assert scores["exact_match"] == 50 and scores["parses"] == 50
    assert {column.key for column in TASK.columns} <= set(scores)
    assert TASK.columns[0].key == "bleu_conala" and all(set(other.scores) == {"bleu_conala"} for other in TASK.published)


def test_records_of_predictions() -> None:
    assert TASK.record(EXAMPLES[0], "x.sort()\n") == {"row": 7, "question_id": 3, "exact": True, "parses": True}
    assert TASK.record(EXAMPLES[1], "print(") == {"row": 8, "question_id": 4, "exact": False, "parses": False}
