"""Measure the speed with which a model writes the traces of CRUXEval, in batches of several sizes.

    python benchmarks/generation.py            # some minutes; writes benchmarks/results/generation.json
    python benchmarks/generation.py --quick    # 16 rows and short texts, prints only

The model is llama-5m with random weights and a tokenizer of 4,096 tokens that is trained on the texts. A random model
hardly ever ends a text, so that each text has the tokens of the real one: those that a model writes whose traces are
right. "at_limit" has twice as many and 32 per text, which a model writes that never ends a text. "tokens" are the
written ones; "cpu_s" is the CPU time of all threads. The arm "transformers" is `continue_prompts`, which calls
`generate` of transformers, with the same limits. "same_texts" compares the arms on every n-th text, one after the
other. CRUXEval is read from the folder STATECODE_DATA.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from statecode.entry import ArgumentParser, exit_code_of
from statecode.evaluation.interpreter.cases import RunCase, run_cases
from statecode.evaluation.interpreter.cruxeval import program_of, read_rows
from statecode.evaluation.interpreter.scoring import EXTRA_TOKENS, TRACE_LENGTHS, trace_tasks
from statecode.machine import usable_cores
from statecode.modeling.batched_decoding import Prompt, write_greedily
from statecode.modeling.configs import DecodingConfig, Objective
from statecode.modeling.decoding import continue_prompts
from statecode.modeling.models import build_model, count_parameters
from statecode.modeling.presets import PRESETS
from statecode.modeling.tokenizers import train_tokenizer
from statecode.provenance import provenance
from statecode.tracing.options import RunOptions
from statecode.views import render

RESULT = Path(__file__).resolve().parent / "results" / "generation.json"
PRESET, VIEW, VOCABULARY = "llama-5m", "compact", 4096
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
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cases = real_runs(16 if args.quick else None)
    tokenizer = train_tokenizer([render(case.trace, VIEW) for case in cases], VOCABULARY, Objective.CAUSAL)
    model = build_model(PRESETS[PRESET].model, tokenizer, 0)
    context = PRESETS[PRESET].model.max_seq_len
    tasks = trace_tasks(cases, VIEW, tokenizer, context)
    prompts = [with_limit(task.prompt, args.quick) for task in tasks]
    compared = prompts[::max(1, len(prompts) // COMPARED_PROMPTS)][:COMPARED_PROMPTS]
    limited = prompts if args.quick else [task.prompt for task in tasks]
    runs = arms(model, tokenizer, args.rows)
    result: dict[str, Any] = {
        "model": PRESET, "parameters": count_parameters(model), "view": VIEW, "threads": torch.get_num_threads(),
        "cases": len(cases), "fit": len(tasks), "load_at_start": os.getloadavg(),
        "all": measured(runs[f"batches of {args.rows}"], prompts),
        "at_limit": measured(runs[f"batches of {args.rows}"], limited),
        "same_texts": {name: measured(run, compared) for name, run in runs.items()},
        "provenance": provenance(0).as_dict(),
    }
    print(json.dumps(result, indent=1))
    if not args.quick:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
