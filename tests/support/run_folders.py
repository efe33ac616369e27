"""Folders of finished runs with known numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from statecode.tasks.conala.metrics import CONALA_BLEU, is_exact, parses
from statecode.tasks.results import write_predictions
from statecode.tasks.row_scores import percentage

CURVE = ((0, 6.0), (50, 1.0), (100, 0.25), (150, 0.5))


def make_run(
    folder: Path, *, objective: str = "causal", init: str = "scratch", vocabulary: int = 5, tokens: int = 1000,
    texts: str = "abc", curve: tuple[tuple[int, float], ...] = CURVE, bits: bool = True, mask_unit: str | None = None,
    result: dict[str, Any] | None = None, task: str = "conala", result_file: str = "task.json", seed: int = 3,
    preset: str = "tiny", predictions: Sequence[dict[str, Any]] | None = None, test_sha256: str | None = None,
    batch_tokens: int | None = None,
) -> Path:
    """Write a run folder as the training scripts do, with known numbers, and return it.

    Args:
        vocabulary: content of tokenizer.json; different values are different tokenizers.
        tokens: number of evaluated tokens.
        texts: hash of the evaluated texts.
        curve: step and loss of each evaluation.
        bits: False: no evaluation has bits per byte.
        mask_unit: the setting of this name; None: that of a version without it.
        result: content of `result_file`, for a run that is fine-tuned on `task`; None: a pretraining run.
        predictions: rows of predictions.jsonl; None: no such file.
        test_sha256: hash of the test examples; None: not recorded.
        batch_tokens: tokens that were read in each of two steps; None: not recorded.
    """
    folder.mkdir(parents=True)
    key = "dev_sha256" if result else "validation_sha256"
    source = {"model": {"init": init}} if result else {"source": {"init": init, "corpus": "embedded", "config": "snoop"}}
    run: dict[str, Any] = {"parameters": 17, "settings": {"preset": preset, "loop": {"seed": seed}, key: texts, **source}}
    if mask_unit:
        run["settings"]["data"] = {"mask_unit": mask_unit}
    if test_sha256:
        run["settings"]["test_sha256"] = test_sha256
    (folder / "run.json").write_text(json.dumps(run | ({"task": task} if result else {})))
    (folder / "result.json").write_text("{}")
    speed = {} if batch_tokens is None else {"tokens_per_s": batch_tokens / 0.25, "step_s": 0.25}
    lines: list[dict[str, Any]] = [{"kind": "train", "step": step, "loss": 9.0, **speed} for step in (1, 2)]
    for step, loss in curve:
        lines.append({"kind": "evaluation", "step": step, "split": "validation", "objective": objective, "loss": loss,
                      "bits_per_byte": loss / 4 if bits and objective == "causal" else None, "tokens": tokens})
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "tokenizer.json").write_text(json.dumps({"padding": None, "model": {"size": vocabulary}}))
    if result:
        (folder / result_file).write_text(json.dumps(result))
    if predictions is not None:
        write_predictions(folder, predictions)
    return folder


def conala_result(bleu: float) -> dict[str, Any]:
    """Return the content of task.json for a CoNaLa run with known scores."""
    return {
        "test": {"examples": 20, "loss": 2.0, "perplexity": math.exp(2), "bits_per_byte": 1.5},
        "scores": {"bleu_conala": bleu, "bleu_sacrebleu": 9.87, "exact_match": 1.2, "parses": 80.0},
    }


def conala_rows(targets: Sequence[str], answers: Sequence[str], nll_nats: float = 2.0) -> list[dict[str, Any]]:
    """Return rows of predictions.jsonl of a CoNaLa run with these answers; each target has `nll_nats` in 4 tokens."""
    return [
        {"prompt": f"# {number}\n", "target": target, "prediction": answer, "stop": "end", "nll_nats": nll_nats, "tokens": 4,
         "target_bytes": len(target), "exact": is_exact(target, answer), "parses": parses(answer)}
        for number, (target, answer) in enumerate(zip(targets, answers, strict=True))]


def result_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the content of task.json of a CoNaLa run with these rows of predictions.jsonl."""
    def score(summed: Any) -> float:
        return float(summed.score(summed.table(rows).sum(0)))

    nats, tokens, size = (sum(row[name] for row in rows) for name in ("nll_nats", "tokens", "target_bytes"))
    return {
        "test": {"examples": len(rows), "loss": nats / tokens, "perplexity": math.exp(nats / tokens),
                 "bits_per_byte": nats / math.log(2) / size},
        "scores": {"bleu_conala": score(CONALA_BLEU), "bleu_sacrebleu": 0.0, "exact_match": score(percentage("exact")),
                   "parses": score(percentage("parses"))},
    }
