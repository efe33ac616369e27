"""The base classes of downstream tasks: load examples, define what a model reads and answers, score the answers.

    kind            the model reads    it answers                        examples of scores
    generation      a prompt           a text                            BLEU, exact match
    classification  a text             a class for each of its spans     accuracy, AUC, top-k
    embedding       two texts          vectors, compared by similarity   MRR, recall@k

A task subclasses the base class of its kind and is registered in `statecode.tasks.TASKS`. It trains nothing: other
modules of this package do that for all tasks of a kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from statecode.arguments import NoOptions
from statecode.modeling.configs import LoopConfig
from statecode.tasks.row_scores import SummedScore

Example = TypeVar("Example")
Prediction = TypeVar("Prediction")


class TaskKind(str, Enum):
    """The form of a task's answers. It determines how a model is trained and how its answers are computed."""

    GENERATION = "generation"
    CLASSIFICATION = "classification"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A score in reports."""

    key: str                       # name of the score in the result of `Task.score`
    heading: str                   # heading of the table's column, with the unit
    digits: int                    # number of decimal places
    phrase: str = ""               # the score in the line that a run prints; {} is the number; empty: the heading first
    file_name: str = ""            # last part of the name of a plot's file; empty: the key
    axis: str = ""                 # label of a plot's axis, with range and unit; empty: the heading
    higher_is_better: bool = True
    summed: SummedScore | None = None  # the score from rows of predictions.jsonl; None: no interval over test examples


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedScore:
    """Scores of one system from a publication. Tables and plots mark them as not measured here."""

    system: str
    scores: Mapping[str, float]  # by the keys of the task's columns
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskData(Generic[Example]):
    """The splits of a task: `train` to fit, `dev` to select the weights, `test` to report results once."""

    train: Sequence[Example]
    dev: Sequence[Example]
    test: Sequence[Example]
    report: Mapping[str, Any]  # JSON-serializable facts for the result: the source, counts of rows read and removed


class Task(ABC, Generic[Example, Prediction]):
    """A downstream task. `GenerationTask`, `ClassificationTask` and `EmbeddingTask` add what the model answers."""

    name: str                               # as in --task
    title: str                              # in tables and plots
    summary: str                            # one line of help
    kind: TaskKind
    columns: tuple[Column, ...]             # the first one is the main score
    published: tuple[PublishedScore, ...] = ()
    Options: type[Any] = NoOptions          # frozen dataclass whose fields become flags, such as data paths
    loop: LoopConfig = LoopConfig(batch_rows=16, micro_batch_rows=16, save_every=100)  # defaults of the loop's flags

    @abstractmethod
    def load(self, options: Any) -> TaskData[Example]:
        """Return the splits.

        Args:
            options: an instance of `Options`.

        Raises:
            InputError: a file is missing or not valid.
        """

    @abstractmethod
    def prompt(self, example: Example) -> str:
        """Return the text that the model reads."""

    @abstractmethod
    def score(self, examples: Sequence[Example], predictions: Sequence[Prediction]) -> Mapping[str, Any]:
        """Return the scores of predictions, one per example, as JSON-serializable values.

        The numbers that `columns` names are among them.
        """

    def record(self, example: Example, prediction: Prediction) -> Mapping[str, Any]:
        """Return JSON-serializable facts about one prediction, such as the example's id, or if the answer is right."""
        return {}


class GenerationTask(Task[Example, str]):
    """A task whose answer is a text. The prediction is the text that the model generates after the prompt."""

    kind: TaskKind = TaskKind.GENERATION

    @abstractmethod
    def target(self, example: Example) -> str:
        """Return the reference text. Its tokens and the end token after it are scored in training."""


@dataclass(frozen=True, slots=True)
class Label:
    """The class of a span of a text, such as one line, a name, or the whole text."""

    start: int       # index of the span's first character
    end: int         # index after its last character
    class_name: str


class ClassificationTask(Task[Example, Sequence[Mapping[str, float]]]):
    """A task whose answers are classes of spans of the text, for causal and masked models.

    The prediction for an example contains, for each of its labels, the probability of each class by its name. The
    classes are those of the train split.
    """

    kind: TaskKind = TaskKind.CLASSIFICATION

    @abstractmethod
    def labels(self, example: Example) -> Sequence[Label]:
        """Return the spans of `prompt(example)` to be classified, with their classes."""


class EmbeddingTask(Task[Example, Sequence[float]]):
    """A task that searches: the vector of the prompt is to be more similar to that of its target than to all others.

    The prediction for an example contains the similarity of its prompt to each of the candidates.
    """

    kind: TaskKind = TaskKind.EMBEDDING

    @abstractmethod
    def target(self, example: Example) -> str:
        """Return a text that matches the prompt. Training contrasts it with the targets of other examples."""

    @abstractmethod
    def candidates(self, examples: Sequence[Example]) -> Sequence[str]:
        """Return the texts among which is searched; at least the targets of `examples`."""
