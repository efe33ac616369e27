"""Measure the speed with which a model writes the traces of CRUXEval, in batches of several sizes.

    python benchmarks/generation.py            # some minutes; writes benchmarks/results/generation.json
    python benchmarks/generation.py --quick    # 16 rows and short texts, prints only
    python benchmarks/generation.py --predict  # the part "predict" alone, which replaces that of the file

The model is llama-5m with random weights and a tokenizer of 4,096 tokens that is trained on the texts. A random model
hardly ever ends a text, so that each text has the tokens of the real one: those that a model writes whose traces are
right. "at_limit" has twice as many and 32 per text, which a model writes that never ends a text. "tokens" are the
written ones; "cpu_s" is the CPU time of all threads. The arm "transformers" is `continue_prompts`, which calls
`generate` of transformers, with the same limits. "same_texts" compares the arms on every n-th text, one after the
other. CRUXEval is read from the folder STATECODE_DATA.

"predict" is `statecode.predict` with a llama of 2.7M parameters with random weights: one text until the
context of 1,024 tokens is full, with one CPU thread and with all, each several times.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from statecode.entry import ArgumentParser, exit_code_of
from statecode.evaluation.interpreter.cases import RunCase, run_cases
from statecode.evaluation.interpreter.cruxeval import program_of, read_rows
from statecode.evaluation.interpreter.scoring import EXTRA_TOKENS, TRACE_LENGTHS, trace_tasks
from statecode.evaluation.prediction import predicted_run
from statecode.machine import usable_cores
from statecode.modeling.batched_decoding import Prompt, write_greedily
from statecode.modeling.configs import DecodingConfig, ModelShape, Objective
from statecode.modeling.decoding import Continuation, continue_prompts
from statecode.modeling.models import build_model, count_parameters
from statecode.modeling.presets import PRESETS
from statecode.modeling.tokenizers import train_tokenizer
from statecode.provenance import provenance
from statecode.tracing.options import RunOptions
from statecode.views import render

RESULT = Path(__file__).resolve().parent / "results" / "generation.json"
PRESET, VIEW, VOCABULARY = "llama-5m", "compact", 4096
SMALL = ModelShape(family="llama", layers=4, width=224, heads=4, max_seq_len=1024)  # of "predict"
SMALL_VOCABULARY, REPEATS = 1024, 5
COMPARED_PROMPTS = 16  # texts of the arms that are compared with transformers


def measured(run: Any, prompts: Sequence[Prompt]) -> dict[str, Any]:
    """Return the times of a function that continues prompts, and the tokens that it wrote."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    tokens = run(prompts)
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    return {"texts": len(prompts), "tokens": tokens, "wall_s": round(wall_s, 1), "cpu_s": round(cpu_s, 1),
            "tokens_per_wall_s": round(tokens / wall_s), "tokens_per_cpu_s": round(tokens / cpu_s)}


def arms(model: Any, tokenizer: Any, rows: int) -> dict[str, Any]:
    """Return the functions that are compared, by name; each returns the number of tokens that it wrote."""
    def batched(batch_rows: int) -> Any:
        return lambda prompts: sum(len(one.ids) for _, one in write_greedily(model, tokenizer, prompts, batch_rows))

    def transformers(prompts: Sequence[Prompt]) -> int:
        limits = [DecodingConfig(max_new_tokens=prompt.max_new_tokens) for prompt in prompts]
        return sum(len(continue_prompts(model, tokenizer, [prompt.ids], limit)[0].ids)
                   for prompt, limit in zip(prompts, limits))

    return {
        f"batches of {rows}": batched(rows), "batches of 1": batched(1), "transformers, one at a time": transformers,
    }


def with_limit(prompt: Prompt, is_quick: bool) -> Prompt:
    """Return a prompt whose continuation has as many tokens as the real text, at most 20 for a quick run."""
    tokens = (prompt.max_new_tokens - EXTRA_TOKENS) // TRACE_LENGTHS
    return replace(prompt, max_new_tokens=min(tokens, 20) if is_quick else tokens)


class CountingModel:
    """A model that writes one text at a time, and counts the tokens that it writes."""

    context = SMALL.max_seq_len

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.tokenizer, self.tokens = tokenizer, 0
        self._model = model

    def continuations(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Continuation]]:
        """Continue prompts; see `write_greedily`."""
        for number, continuation in write_greedily(self._model, self.tokenizer, prompts, 1):
            self.tokens += len(continuation.ids)
            yield number, continuation


def measured_prediction(cases: Sequence[RunCase], threads: int) -> dict[str, Any]:
    """Return the times of predictions with a small model, and the tokens that it wrote."""
    tokenizer = train_tokenizer([render(case.trace, VIEW) for case in cases], SMALL_VOCABULARY, Objective.CAUSAL)
    model = build_model(SMALL, tokenizer, 0)
    result: dict[str, Any] = {"parameters": count_parameters(model), "load_at_start": os.getloadavg(), "threads": {},
                              "provenance": provenance(0).as_dict()}
    before, prompts = torch.get_num_threads(), [Prompt(ids=[], max_new_tokens=0)]  # one text
    for count in sorted({1, threads}):
        torch.set_num_threads(count)
        result["threads"][count] = [
            measured(lambda _: predicted_tokens(cases[0], CountingModel(model, tokenizer)), prompts)
            for _ in range(REPEATS)]
    torch.set_num_threads(before)
    return result


def predicted_tokens(case: RunCase, model: CountingModel) -> int:
    """Predict a run, and return the number of tokens that the model wrote."""
    predicted_run(case.trace.code, case.trace.stdin, model, VIEW)
    return model.tokens


def real_runs(limit: int | None) -> list[RunCase]:
    """Return the runs of the rows of CRUXEval, at most `limit`."""
    rows = read_rows(Path(os.environ["STATECODE_DATA"]) / "cruxeval" if "STATECODE_DATA" in os.environ else None)
    return run_cases(map(program_of, rows[:limit]), "cruxeval", RunOptions(), Counter())


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="16 rows and short texts; print the results only")
    parser.add_argument("--rows", type=int, default=64, help="texts that are written at a time (default: 64)")
    parser.add_argument("--threads", type=int, default=usable_cores(), help="CPU threads (default: all cores)")
    parser.add_argument("--predict", action="store_true", help="measure the part predict alone")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cases = real_runs(16 if args.quick or args.predict else None)
    if args.predict:
        result = json.loads(RESULT.read_text(encoding="utf-8")) | {"predict": measured_prediction(cases, args.threads)}
        print(json.dumps(result["predict"], indent=1))
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        return
    tokenizer = train_tokenizer([render(case.trace, VIEW) for case in cases], VOCABULARY, Objective.CAUSAL)
    model = build_model(PRESETS[PRESET].model, tokenizer, 0)
    context = PRESETS[PRESET].model.max_seq_len
    tasks = trace_tasks(cases, VIEW, tokenizer, context)
    prompts = [with_limit(task.prompt, args.quick) for task in tasks]
    compared = prompts[::max(1, len(prompts) // COMPARED_PROMPTS)][:COMPARED_PROMPTS]
    limited = prompts if args.quick else [task.prompt for task in tasks]
    runs = arms(model, tokenizer, args.rows)
    result = {
        "model": PRESET, "parameters": count_parameters(model), "view": VIEW, "threads": torch.get_num_threads(),
        "cases": len(cases), "fit": len(tasks), "load_at_start": os.getloadavg(),
        "all": measured(runs[f"batches of {args.rows}"], prompts),
        "at_limit": measured(runs[f"batches of {args.rows}"], limited),
        "same_texts": {name: measured(run, compared) for name, run in runs.items()},
        "predict": measured_prediction(cases, args.threads),
        "provenance": provenance(0).as_dict(),
    }
    print(json.dumps(result, indent=1))
    if not args.quick:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
