"""Folders of finished runs with known numbers."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

CURVE = ((0, 6.0), (50, 1.0), (100, 0.25), (150, 0.5))


def make_run(
    folder: Path, *, objective: str = "causal", init: str = "scratch", vocabulary: int = 5, tokens: int = 1000,
    texts: str = "abc", curve: tuple[tuple[int, float], ...] = CURVE, bits: bool = True,
    result: dict[str, Any] | None = None, task: str = "conala", result_file: str = "task.json",
) -> Path:
    """Write a run folder as the training scripts do, with known numbers, and return it.

    Args:
        vocabulary: content of tokenizer.json; different values are different tokenizers.
        tokens: number of evaluated tokens.
        texts: hash of the evaluated texts.
        curve: step and loss of each evaluation.
        bits: False: no evaluation has bits per byte.
        result: content of `result_file`, for a run that is fine-tuned on `task`; None: a pretraining run.
    """
    folder.mkdir(parents=True)
    key = "dev_sha256" if result else "validation_sha256"
    source = {"model": {"init": init}} if result else {"source": {"init": init, "corpus": "embedded", "config": "snoop"}}
    run = {"parameters": 17, "settings": {"preset": "tiny", "loop": {"seed": 3}, key: texts, **source}}
    (folder / "run.json").write_text(json.dumps(run | ({"task": task} if result else {})))
    lines = [{"kind": "train", "step": 1, "loss": 9.0}]
    for step, loss in curve:
        lines.append({"kind": "evaluation", "step": step, "split": "validation", "objective": objective, "loss": loss,
                      "bits_per_byte": loss / 4 if bits and objective == "causal" else None, "tokens": tokens})
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "tokenizer.json").write_text(json.dumps({"padding": None, "model": {"size": vocabulary}}))
    if result:
        (folder / result_file).write_text(json.dumps(result))
    return folder


def conala_result(bleu: float) -> dict[str, Any]:
    """Return the content of task.json for a CoNaLa run with known scores."""
    return {
        "test": {"examples": 20, "loss": 2.0, "perplexity": math.exp(2), "bits_per_byte": 1.5},
        "scores": {"bleu_conala": bleu, "bleu_sacrebleu": 9.87, "exact_match": 1.2, "parses": 80.0},
    }
