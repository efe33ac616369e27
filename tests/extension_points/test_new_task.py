"""Test that a task from outside of the package is fine-tuned, tested and compared like those of the package."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from statecode.arguments import setting
from statecode.errors import ConfigError
from statecode.modeling.configs import LoopConfig
from statecode.tasks import TASKS
from statecode.tasks.base import (
    ClassificationTask,
    Column,
    EmbeddingTask,
    GenerationTask,
    Label,
    PublishedScore,
    TaskData,
    TaskKind,
)
from statecode.tasks.row_scores import percentage
from tests.support.paths import ROOT


@dataclass(frozen=True, kw_only=True)
class DoublingOptions:
    largest: int = setting(20, "the largest number that is doubled")


class Doubling(GenerationTask[int]):
    """Generate the double of a number; every fifth number is in dev and in test."""

    name, title, summary = "doubling", "Doubling", "a number → its double"
    columns = (Column(key="right", heading="right %", digits=1, axis="right answers, %", summed=percentage("right")),
               Column(key="digits_off", heading="digits off", digits=2, higher_is_better=False))
    published = (PublishedScore(system="a pocket calculator", scores={"right": 100.0}, source="its manual"),)
    Options = DoublingOptions
    loop = LoopConfig(total_steps=4, batch_rows=4, micro_batch_rows=4, evaluate_every=2, save_every=2)

    def load(self, options: DoublingOptions) -> TaskData[int]:
        numbers = range(1, options.largest + 1)
        held_out = tuple(number for number in numbers if number % 5 == 0)
        return TaskData(train=tuple(set(numbers) - set(held_out)), dev=held_out, test=held_out,
                        report={"numbers": len(numbers)})

    def prompt(self, example: int) -> str:
        return f"double {example}\n"

    def target(self, example: int) -> str:
        return str(2 * example)

    def score(self, examples: Sequence[int], predictions: Sequence[str]) -> Mapping[str, Any]:
        right = [text == self.target(number) for number, text in zip(examples, predictions, strict=True)]
        off = [abs(len(text) - len(self.target(number))) for number, text in zip(examples, predictions)]
        return {"right": 100 * sum(right) / len(right), "digits_off": sum(off) / len(off)}

    def record(self, example: int, prediction: str) -> Mapping[str, Any]:
        return {"number": example, "right": prediction == self.target(example)}


@pytest.fixture
def doubling() -> Iterator[Doubling]:
    task = Doubling()
    TASKS.register(task)
    yield task
    TASKS.unregister(task.name)


@pytest.mark.torch
def test_a_generation_task_is_trained_tested_and_compared(
    doubling: Doubling, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    finetune = runpy.run_path(str(ROOT / "train" / "finetune.py"))["main"]
    compare = runpy.run_path(str(ROOT / "eval" / "compare.py"))["main"]
    run = tmp_path / "run"
    finetune(["--task", "doubling", "--init", str(random_model(tmp_path / "gpt2")), "--largest", "25", "--threads", "1",
              "--max-new-tokens", "3", "--output-dir", str(run)])
    result = json.loads((run / "task.json").read_text())
    scores = result["scores"]
    assert result["task"] == "doubling" and set(scores) == {"right", "digits_off"} and 0 <= scores["right"] <= 100
    assert result["test"]["examples"] == 5 and result["data"] == {"numbers": 25}
    assert result["test"]["text_bytes"] == len("1020304050")
    predictions = [json.loads(line) for line in (run / "predictions.jsonl").read_text().splitlines()]
    assert [(row["prompt"], row["target"], row["number"]) for row in predictions][:2] == [
        ("double 5\n", "10", 5), ("double 10\n", "20", 10)]
    assert 100 * sum(row["right"] for row in predictions) / 5 == scores["right"]
    assert f"right % {scores['right']:.1f}, digits off {scores['digits_off']:.2f}; see" in capsys.readouterr().out

    compare([str(run), "--out", str(tmp_path / "out")])
    table = capsys.readouterr().out.split("### Test rows of Doubling")[1]
    assert "| right % | digits off |" in table
    assert f"| {scores['right']:.1f} | {scores['digits_off']:.2f} |" in table
    assert "| *published: a pocket calculator* (its manual) |  |  |  |  | 100.0 |  |" in table
    intervals = table.split("### Intervals over test examples")[1]
    assert "| arm | loss (nats per token) | bits per byte | right % |" in intervals and f"| {scores['right']:.1f} [" in intervals
    assert (tmp_path / "out" / "doubling-causal-right.png").is_file()


def random_model(folder: Path) -> Path:
    """Save a tiny GPT-2 with random weights and its tokenizer, and return the folder."""
    from statecode.modeling.configs import ModelShape, Objective
    from statecode.modeling.models import build_model
    from statecode.modeling.tokenizers import train_tokenizer

    tokenizer = train_tokenizer(["double 12\n24"] * 3, 300, Objective.CAUSAL)
    build_model(ModelShape(family="gpt2", layers=1, width=16, heads=2, max_seq_len=32), tokenizer, 0).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.torch
@pytest.mark.parametrize("complete", ["none", "dev"])
def test_scores_without_a_column_are_an_error_of_one_line(
    complete: str, doubling: Doubling, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check that the error is raised before the training, or else after the predictions are written."""
    calls = 0

    def score(examples: Sequence[int], predictions: Sequence[str]) -> Mapping[str, Any]:
        nonlocal calls
        calls += 1
        return {"right": 0.0, "digits_off": 0.0} if complete == "dev" and calls == 1 else {"right": 0.0}

    monkeypatch.setattr(doubling, "score", score, raising=False)
    finetune = runpy.run_path(str(ROOT / "train" / "finetune.py"))["main"]
    run = tmp_path / "run"
    arguments = ["--task", "doubling", "--init", str(random_model(tmp_path / "gpt2")), "--threads", "1",
                 "--max-new-tokens", "3", "--output-dir", str(run)]
    with pytest.raises(ConfigError) as raised:
        finetune(arguments)
    message = "task 'doubling': score returns no number for the column 'digits_off'; it returns right"
    assert str(raised.value) == message and not (run / "task.json").exists()
    if complete == "none":
        assert not run.exists()
    else:
        assert len((run / "predictions.jsonl").read_text().splitlines()) == 4


@pytest.mark.torch
def test_a_split_without_examples_is_an_error_that_names_it(doubling: Doubling, tmp_path: Path) -> None:
    finetune = runpy.run_path(str(ROOT / "train" / "finetune.py"))["main"]
    with pytest.raises(ConfigError, match="^the dev split of Doubling has no examples$"):
        finetune(["--task", "doubling", "--largest", "4", "--preset", "tiny", "--output-dir", str(tmp_path / "run")])


def test_two_tasks_cannot_have_the_same_name(doubling: Doubling) -> None:
    with pytest.raises(ValueError, match="^there is a task 'doubling' already; choose another name$"):
        TASKS.register(Doubling())
    assert TASKS.find("doubling") is doubling


def test_unknown_tasks_are_an_error_with_the_known_names() -> None:
    with pytest.raises(ConfigError, match="^unknown task 'doubling'; known: conala$"):
        TASKS.find("doubling")


class LineFaults(ClassificationTask[str]):
    """Classify a whole program, and each of its lines, as correct or faulty; a faulty line contains `- 1`."""

    name, title, summary = "faults", "Line faults", "a program → is it faulty, and which line"
    columns = (Column(key="accuracy", heading="accuracy %", digits=1), Column(key="top_1_line", heading="line %", digits=1))

    def load(self, options: Any) -> TaskData[str]:
        programs = ("x = 1\ny = x - 1\n", "x = 1\ny = x\n", "a = b - 1\nc = a\n")
        return TaskData(train=programs, dev=programs[:1], test=programs, report={})

    def prompt(self, example: str) -> str:
        return example

    def labels(self, example: str) -> Sequence[Label]:
        lines, start = [], 0
        for line in example.splitlines(keepends=True):
            lines.append(Label(start, start + len(line), "faulty" if "- 1" in line else "correct"))
            start += len(line)
        faulty = any(line.class_name == "faulty" for line in lines)
        return [Label(0, len(example), "faulty" if faulty else "correct"), *lines]

    def score(self, examples: Sequence[str], predictions: Sequence[Sequence[Mapping[str, float]]]) -> Mapping[str, Any]:
        wholes, lines = [], []
        for example, found in zip(examples, predictions, strict=True):
            whole, *parts = self.labels(example)
            wholes.append(max(found[0], key=lambda name: found[0][name]) == whole.class_name)
            if whole.class_name == "faulty":
                likely = max(range(len(parts)), key=lambda number: found[1 + number]["faulty"])
                lines.append(parts[likely].class_name == "faulty")
        return {"accuracy": 100 * sum(wholes) / len(wholes), "top_1_line": 100 * sum(lines) / len(lines)}


def test_a_classification_task_has_labels_and_scores() -> None:
    task = LineFaults()
    data = task.load(task.Options())
    first = data.test[0]
    assert task.kind is TaskKind.CLASSIFICATION
    assert [first[label.start:label.end] for label in task.labels(first)] == [first, "x = 1\n", "y = x - 1\n"]
    assert [label.class_name for label in task.labels(first)] == ["faulty", "correct", "faulty"]
    sure = [[{"faulty": float(label.class_name == "faulty"), "correct": float(label.class_name == "correct")}
             for label in task.labels(example)] for example in data.test]
    assert task.score(data.test, sure) == {"accuracy": 100, "top_1_line": 100}
    always = [[{"faulty": 0.6, "correct": 0.4}] * 3] * 3  # the first line is the first of equal ones
    assert task.score(data.test, always) == {"accuracy": pytest.approx(200 / 3), "top_1_line": 50}
    assert {column.key for column in task.columns} == set(task.score(data.test, sure)) and task.published == ()


class WordSearch(EmbeddingTask[tuple[str, str]]):
    """Find the text that matches a word."""

    name, title, summary = "words", "Word search", "a word → the matching text"
    columns = (Column(key="mrr", heading="MRR", digits=3),)

    def load(self, options: Any) -> TaskData[tuple[str, str]]:
        pairs = (("sum", "a + b"), ("product", "a * b"))
        return TaskData(train=pairs, dev=pairs, test=pairs, report={})

    def prompt(self, example: tuple[str, str]) -> str:
        return example[0]

    def target(self, example: tuple[str, str]) -> str:
        return example[1]

    def candidates(self, examples: Sequence[tuple[str, str]]) -> Sequence[str]:
        return [*(self.target(example) for example in examples), "a - b"]

    def score(self, examples: Sequence[tuple[str, str]], predictions: Sequence[Sequence[float]]) -> Mapping[str, Any]:
        pool, ranks = self.candidates(examples), []
        for example, similarities in zip(examples, predictions, strict=True):
            own = similarities[pool.index(self.target(example))]
            ranks.append(sum(other >= own for other in similarities))
        return {"mrr": sum(1 / rank for rank in ranks) / len(ranks)}


def test_an_embedding_task_has_candidates_and_scores() -> None:
    task = WordSearch()
    data = task.load(task.Options())
    assert task.kind is TaskKind.EMBEDDING and len(task.candidates(data.test)) == 3
    assert task.score(data.test, [[0.9, 0.1, 0.2], [0.8, 0.7, 0.6]]) == {"mrr": 0.75}
