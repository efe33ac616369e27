"""Measure the training loop against transformers' Trainer, a bare compiled loop, and the machine's matrix product.

    python benchmarks/training.py                     # mini, llama-1m, llama-5m, bert-mini on this CPU, 40 minutes
    python benchmarks/training.py --quick             # mini, few arms and rounds, no compilation; prints only
    python benchmarks/training.py --device cuda       # gpt2 (124M, context 1024) on one GPU, about 8 minutes

Each arm has a process of its own. On CPUs the arms take their steps in turn, so that other work on the machine slows
all of them: each round takes one step of every arm. On GPUs, of which they would share the memory, they run one after
another. All arms train the same model on the same number of tokens per step; those of `trainer, as it
comes` and `bare compiled loop` attend to other documents, and so do all arms of Trainer with a masked model, which has
fewer arms. Compilation and the first steps are excluded, and reported as `start_s`. Tokens per second are medians over
the rounds; those per second of CPU time vary less on a machine with other work. Results are in
benchmarks/results/training.json, under the names of the device and the preset, each with its own command, commit and
load; other presets and devices in the file are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers
from training_arms import ARMS, MASKED_ARMS, ArmProcess, Work

from statecode.corpus.reader import read
from statecode.entry import ArgumentParser
from statecode.modeling import figures, launch, models, tokenizers
from statecode.modeling.batches import EpochBatches
from statecode.modeling.configs import Objective
from statecode.modeling.documents import inputs_and_labels
from statecode.modeling.packing import ListedChunks, PackedSequences, pack
from statecode.modeling.presets import PRESETS
from statecode.modeling.pretraining import make_masking
from statecode.provenance import provenance
from statecode.views import render

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "training.json"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
CPU_PRESETS = {"mini": (512, 16), "llama-1m": (512, 16), "llama-5m": (512, 16), "bert-mini": (512, 16)}
"""Context in tokens and rows per step."""
GPU_PRESETS = {"gpt2": (1024, 32)}
QUICK_ARMS = ("statecode, eager", "trainer, as it comes", "trainer, bf16, rows")


@dataclass(frozen=True, slots=True)
class Measurement:
    """The times of one arm."""

    start_s: float       # the first two steps, with compilation
    steps_s: list[float]
    cpu_s: list[float]   # CPU time of the process in each step


def make_work(preset: str, context: int, rows: int, device: torch.device, bf16: bool) -> Work:
    """Return the model and full rows of traces of the shipped corpus, packed, for an arm to train on."""
    texts = [render(trace, "compact") for trace in read(SHIPPED, "train")]
    objective, data = PRESETS[preset].objective, PRESETS[preset].data
    tokenizer = tokenizers.train_tokenizer(texts[:400], data.vocab_size, objective)
    chunks: list[tuple[list[int], list[int]]] = []
    wanted = 3 * rows * context
    for ids in tokenizers.encode(tokenizer, texts):
        inputs, labels = (each.tolist() for each in inputs_and_labels(
            torch.tensor(ids).numpy(), tokenizers.start_id(tokenizer), tokenizers.end_id(tokenizer), objective))
        chunks += [(inputs[begin:begin + context], labels[begin:begin + context])
                   for begin in range(0, len(inputs), context)]
        if sum(len(chunk) for chunk, _ in chunks) > wanted:
            break
    listed = ListedChunks(chunks)
    sequences = PackedSequences(listed, pack(listed.lengths, context), tokenizers.start_id(tokenizer))
    shape = replace(PRESETS[preset].model, max_seq_len=max(context, PRESETS[preset].model.max_seq_len))
    return Work(
        make_model=lambda: models.build_model(shape, tokenizer, 0).to(device),
        batch=EpochBatches(sequences, rows, 0, make_masking(tokenizer, objective, data.mask_share)).at(0),
        device=device, bf16=bf16, objective=objective)


def measure(
    make: Callable[[], Work], names: list[str], rounds: int, device: torch.device, bf16: bool
) -> tuple[dict[str, Measurement], list[float]]:
    """Return the times of each arm, and the measured rates of the matrix product, one per round."""
    products: list[float] = []
    dtype, size = torch.bfloat16 if bf16 else torch.float32, 1024 if device.type == "cpu" else 8192

    def measure_product() -> None:
        products.append(figures.measured_matrix_product(device, dtype, size, budget_s=0.1))

    found: dict[str, Measurement] = {}
    for together in [names] if device.type == "cpu" else [[name] for name in names]:
        found |= _interleaved(make, together, rounds, measure_product)
    return found, products


def _interleaved(
    make: Callable[[], Work], names: list[str], rounds: int, after_round: Callable[[], None]
) -> dict[str, Measurement]:
    """Return the times of each arm; each round takes a step of every arm."""
    arms: dict[str, ArmProcess] = {}
    try:
        for name in names:
            arms[name] = ArmProcess(name, make, torch.get_num_threads())
            print(f"  {name}: started in {arms[name].start_s:.0f} s", file=sys.stderr, flush=True)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
        for _ in range(rounds):
            for name, arm in arms.items():
                times[name].append(arm.step())
            after_round()
    finally:
        for arm in arms.values():
            arm.end()
    return {name: Measurement(arm.start_s, *map(list, zip(*times[name]))) for name, arm in arms.items()}


def report(preset: str, work: Work, found: dict[str, Measurement], products: list[float]) -> dict[str, Any]:
    """Return the numbers of a preset: tokens per second and MFU of each arm, and ratios of our loop to the others."""
    arithmetic = figures.ModelArithmetic.of_model(work.make_model(), work.objective)
    tokens, flops = work.batch.unpadded_tokens, arithmetic.flops(work.batch)
    dtype = "bf16" if work.bf16 else "fp32"
    product = statistics.median(products)
    sheet = figures.peak_of(work.device, work.bf16) if work.device.type == "cuda" else None
    arms = {name: {
        "tokens_per_s": round(tokens / statistics.median(each.steps_s)),
        "tokens_per_cpu_s": round(tokens / statistics.median(each.cpu_s)),
        "step_s": [round(value, 4) for value in each.steps_s], "start_s": round(each.start_s, 1),
        "share_of_matrix_product": round(flops / statistics.median(each.steps_s) / product, 3),
    } for name, each in found.items()}
    ours = [name for name in arms if name.startswith("statecode")]
    best = min(ours, key=lambda name: statistics.median(found[name].steps_s))
    ratios = {of: {name: round(statistics.median(
        other / own for other, own in zip(getattr(found[name], of), getattr(found[best], of))), 2)
        for name in arms if name not in ours} for of in ("steps_s", "cpu_s")}
    return {
        "preset": preset, "rows": len(work.batch), "context": work.batch.input_ids_BT.shape[1], "tokens": tokens,
        "chunks": int((work.batch.position_ids_BT[work.batch.chunk_ids_BT != 0] == 0).sum()), "dtype": dtype,
        "flops": flops, "formula": figures.FORMULA, f"matrix_product_{dtype}_flops_per_s": round(product),
        "peak": None if sheet is None else {"flops_per_s": sheet.flops_per_s, "source": sheet.source},
        "mfu": None if sheet is None else round(flops / statistics.median(found[best].steps_s) / sheet.flops_per_s, 3),
        "best_of_ours": best, "ratios_to_the_best_of_ours": ratios, "arms": arms,
    }


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--preset", nargs="+", help="measure these presets only")
    parser.add_argument("--quick", action="store_true", help="one preset, few arms and rounds; print the results only")
    parser.add_argument("--rounds", type=int, default=9, help="steps per arm (default: 9)")
    parser.add_argument("--rows", type=int, help="sequences per step")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0: all cores")
    parser.add_argument("--fp32", action="store_true", help="fp32 in all arms, as on a machine without bf16")
    parser.add_argument("--arms", nargs="+", choices=tuple(ARMS), help="measure these arms only")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("error: there is no CUDA device; run this on a machine with one")
    transformers.utils.logging.set_verbosity_error()
    launch.configure_libraries()
    device = torch.device(args.device)
    if args.threads or device.type == "cpu":
        torch.set_num_threads(args.threads or os.cpu_count() or 1)
    bf16 = not args.fp32 and (launch.cpu_has_bf16() if device.type == "cpu" else torch.cuda.is_bf16_supported())
    presets = CPU_PRESETS if device.type == "cpu" else GPU_PRESETS
    chosen = args.preset or (["mini"] if args.quick else list(presets))
    names = args.arms or (list(QUICK_ARMS) if args.quick else list(ARMS))
    check_presets(chosen, args.arms or [])
    origin = {**provenance().as_dict(), "threads": torch.get_num_threads()}
    for preset in chosen:
        context, rows = {**CPU_PRESETS, **GPU_PRESETS}[preset]
        print(preset, file=sys.stderr)
        load = list(os.getloadavg())
        make = partial(make_work, preset, context, args.rows or rows, device, bf16)
        found, products = measure(make, arms_of(preset, names), 3 if args.quick else args.rounds, device, bf16)
        load_at_end = list(os.getloadavg())
        record = {**origin, "load": load, "load_at_end": load_at_end, **report(preset, make(), found, products)}
        print(json.dumps(record, indent=1), flush=True)
        if not args.quick:
            add_to_results(RESULT, device.type + ("-fp32" if args.fp32 else ""), preset, record)


def arms_of(preset: str, names: list[str]) -> list[str]:
    """Return the arms among `names` that the objective of a preset has."""
    return [name for name in names if PRESETS[preset].objective is Objective.CAUSAL or name in MASKED_ARMS]


def check_presets(presets: list[str], arms: list[str]) -> None:
    """Exit with one line if a preset is unknown, or does not have one of the arms."""
    known = {**CPU_PRESETS, **GPU_PRESETS}
    for preset in presets:
        if preset not in known:
            raise SystemExit(f"error: unknown preset {preset!r}; choose from {', '.join(known)}")
        if missing := set(arms) - set(arms_of(preset, list(ARMS))):
            raise SystemExit(f"error: {preset} is a masked model without the arm {min(missing)!r}; its arms are"
                             f" {'; '.join(MASKED_ARMS)}")


def add_to_results(path: Path, device: str, preset: str, record: dict[str, Any]) -> None:
    """Write the record of a preset to the file of all results, and keep the other ones."""
    results = json.loads(path.read_text()) if path.exists() else {}
    results.setdefault(device, {})[preset] = record
    path.write_text(json.dumps(results, indent=2) + "\n")
    print(f"{preset} is written to {path.name}")


if __name__ == "__main__":
    main()
