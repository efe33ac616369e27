"""The task: an intent in English as a comment is the prompt, a Python snippet is the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from statecode.arguments import setting
from statecode.modeling.configs import LoopConfig
from statecode.tasks.base import Column, GenerationTask, TaskData
from statecode.tasks.conala.data import Example, load_conala
from statecode.tasks.conala.metrics import CONALA_BLEU, is_exact, parses, score_snippets
from statecode.tasks.conala.published import PUBLISHED
from statecode.tasks.row_scores import percentage


@dataclass(frozen=True, kw_only=True)
class ConalaOptions:
    """The source of the data."""

    conala: str | None = setting(
        None, "folder with conala-train.json and conala-test.json; default: conala/ in STATECODE_DATA, else "
              "neulab/conala on the Hub")


class ConalaTask(GenerationTask[Example]):
    """CoNaLa: generate a Python snippet from an intent in English."""

    name = "conala"
    title = "CoNaLa"
    summary = "an intent in English → a Python snippet"
    columns = (
        Column(key="bleu_conala", heading="BLEU-4 (CoNaLa)", digits=2, phrase="BLEU-4 {} (CoNaLa)", file_name="bleu",
               axis="corpus BLEU-4 (0 to 100), CoNaLa's tokenisation", summed=CONALA_BLEU),
        Column(key="bleu_sacrebleu", heading="BLEU (sacrebleu)", digits=2, phrase="{} (sacrebleu)"),
        Column(key="exact_match", heading="exact match %", digits=1, phrase="exact {} %", summed=percentage("exact")),
        Column(key="parses", heading="parses %", digits=1, phrase="parses {} %", summed=percentage("parses")),
    )
    published = PUBLISHED
    Options = ConalaOptions
    # about six epochs over the 2,163 training examples
    loop = LoopConfig(total_steps=800, batch_rows=16, micro_batch_rows=16, evaluate_every=100, save_every=100)

    def load(self, options: ConalaOptions) -> TaskData[Example]:
        """Read CoNaLa from the folder in `options`, or from its default source; see `load_conala`."""
        data = load_conala(options.conala)
        return TaskData(train=data.train, dev=data.dev, test=data.test, report=data.report.as_dict())

    def prompt(self, example: Example) -> str:
        """Return the intent as a Python comment of one line."""
        return f"# {example.intent}\n"

    def target(self, example: Example) -> str:
        """Return the snippet."""
        return example.snippet

    def score(self, examples: Sequence[Example], predictions: Sequence[str]) -> dict[str, Any]:
        """Return BLEU, the percentage of exact matches, and the percentage of predictions that parse."""
        return score_snippets([example.snippet for example in examples], predictions).as_dict()

    def record(self, example: Example, prediction: str) -> dict[str, Any]:
        """Return the ids of the example, and whether the prediction is an exact match and parses."""
        return {"row": example.row, "question_id": example.question_id,
                "exact": is_exact(example.snippet, prediction), "parses": parses(prediction)}
