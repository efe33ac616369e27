"""Measure the speed of a perplexity against that of the model's forward passes alone.

    python benchmarks/evaluation.py             # mini and llama-1m, about 5 minutes; writes results/evaluation.json
    python benchmarks/evaluation.py --quick     # mini, two rounds; prints only

Both arms read the same windows of texts of the shipped corpus, in the view compact, in batches of equal length:

    forward       model(input_ids).logits of batches that are prepared before, in inference mode
    perplexity    compute_perplexity: tokenises the texts, makes the windows, and computes the loss of each token

The arms take turns, round by round, so that other work on the machine slows both. The ratio of a round is the time of
the forward passes divided by that of the perplexity; a ratio of 1 means that all other work is free. The perplexity
computes logits of the scored tokens only, half of them with the default stride. The weights are random.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from statecode.corpus.reader import read
from statecode.entry import ArgumentParser
from statecode.evaluation.configs import PerplexityConfig
from statecode.evaluation.loss.perplexity import compute_perplexity
from statecode.evaluation.loss.sliding_windows import SlidingWindows
from statecode.modeling import launch, models, tokenizers
from statecode.modeling.configs import Objective
from statecode.modeling.presets import PRESETS
from statecode.modeling.tokenising import tokenise_in_memory
from statecode.provenance import provenance
from statecode.views import render

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "evaluation.json"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
PRESET_NAMES = ("mini", "llama-1m")


def forward_passes(model: PreTrainedModel, batches: list[Tensor]) -> None:
    """Compute the logits of all batches."""
    with torch.inference_mode():
        for inputs_BT in batches:
            model(input_ids=inputs_BT, use_cache=False).logits  # noqa: B018


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """Return the wall time and the CPU time of a call, in seconds."""
    started, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - started, time.process_time() - cpu


def measure(preset: str, documents: int, rounds: int) -> dict[str, Any]:
    """Return the times of both arms and their ratios."""
    texts = [render(trace, "compact") for trace in read(SHIPPED, "validation")]
    tokenizer = tokenizers.train_tokenizer(texts[:100], PRESETS[preset].data.vocab_size, Objective.CAUSAL)
    texts = texts[::max(1, len(texts) // documents)][:documents]
    model = models.build_model(PRESETS[preset].model, tokenizer, 0).eval()
    config, context = PerplexityConfig(), PRESETS[preset].model.max_seq_len
    windows = SlidingWindows(tokenise_in_memory(texts, tokenizer), tokenizer, context, context // 2, True)
    order = (-windows.lengths).argsort(kind="stable").tolist()
    batches = [windows.batch(order[begin:begin + config.batch_rows])[0]
               for begin in range(0, len(order), config.batch_rows)]
    accelerator = launch.make_accelerator("fp32")
    arms: dict[str, Callable[[], object]] = {
        "forward": lambda: forward_passes(model, batches),
        "perplexity": lambda: compute_perplexity(model, tokenizer, Objective.CAUSAL, texts, config, accelerator),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in arms}
    for number in range(rounds + 1):
        for name, arm in arms.items():
            measured = seconds(arm)
            if number:  # the first round warms up
                times[name].append(measured)
    tokens = int(windows.lengths.sum())
    return {
        "preset": preset, "documents": len(texts), "context": context, "windows": len(windows),
        "tokens_read": tokens, "tokens_scored": int(windows.scored.sum()), "rounds": rounds,
        **{f"ratio_of_{clock}": round(statistics.median(
            forward[place] / own[place] for forward, own in zip(times["forward"], times["perplexity"])), 3)
            for place, clock in enumerate(("wall_time", "cpu_time"))},
        "arms": {name: {
            "tokens_read_per_s": round(tokens / statistics.median(wall for wall, _ in found)),
            "wall_s": [round(wall, 3) for wall, _ in found], "cpu_s": [round(cpu, 3) for _, cpu in found],
        } for name, found in times.items()},
    }


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one preset and two rounds; print the results only")
    parser.add_argument("--documents", type=int, default=24, help="texts (default: 24)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds after the first one (default: 7)")
    args = parser.parse_args()
    load = list(os.getloadavg())
    results = [measure(preset, args.documents, 2 if args.quick else args.rounds)
               for preset in (PRESET_NAMES[:1] if args.quick else PRESET_NAMES)]
    record = {**provenance().as_dict(), "load": load, "load_at_end": list(os.getloadavg()), "presets": results}
    print(json.dumps(record, indent=1))
    if not args.quick:
        RESULT.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
