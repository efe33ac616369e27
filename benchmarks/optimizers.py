"""Compare optimizers, schedules and learning rates: validation losses at equal steps, and steps to the loss of AdamW.

    python benchmarks/optimizers.py --corpus DIR --out FOLDER    # two hours of one core; goes on where it stopped
    python benchmarks/optimizers.py --collect-only --out FOLDER  # read the runs in FOLDER only

DIR is a corpus of `statecode build --programs embedded,mbpp,generated:12000`. The runs train on the view compact, with
one seed, 300 steps of 8 sequences of 256 tokens, and read the same tokens. They compare steps, not times. The result is
benchmarks/results/optimizers.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from statecode.entry import ArgumentParser
from statecode.modeling.metrics_log import read_metrics
from statecode.modeling.run_folder import read_run

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "optimizers.json"
SHARED = ("--evaluate-every 50 --save-every 1000 --evaluate-rows 128 --batch-rows 8 --micro-batch-rows 8 --threads 1"
          " --final-weights last --document-tokens 1024 --config compact --digits merged --precision fp32")
PRESETS = {"tiny": "--preset tiny", "llama": "--preset llama-1m --context-tokens 256 --vocab-size 1024"}
ARMS = {
    **{f"adamw-{rate}": f"--optimizer adamw --learning-rate {rate}"
       for rate in ("1e-3", "2e-3", "3e-3", "4e-3", "6e-3")},
    **{f"muon-{rate}": f"--optimizer muon --learning-rate 3e-3 --muon-learning-rate {rate}"
       for rate in (0.01, 0.02, 0.04)},
    "adamw-3e-3-wsd": "--optimizer adamw --learning-rate 3e-3 --schedule wsd",
    "muon-0.02-wsd": "--optimizer muon --learning-rate 3e-3 --muon-learning-rate 0.02 --schedule wsd",
}


def train(name: str, preset: str, corpus: str, steps: int, flags: str, out: Path) -> None:
    """Run one training, unless it is finished."""
    subprocess.run([sys.executable, str(ROOT / "train" / "pretrain.py"), *PRESETS[preset].split(), *SHARED.split(),
                    *flags.split(), "--corpus", corpus, "--total-steps", str(steps), "--output-dir", str(out / name)],
                   check=True)


def collected(out: Path) -> dict[str, Any]:
    """Return the validation losses of all runs in a folder, and the steps that each needs for AdamW's lowest loss."""
    results: dict[str, Any] = {}
    for preset in PRESETS:
        curves = {name: [(record["step"], record["loss"]) for record in read_metrics(out / f"{preset}-{name}")
                         if record["kind"] == "evaluation"] for name in ARMS}
        curves = {name: curve for name, curve in curves.items() if curve}
        target = min(loss for name, curve in curves.items() if name.startswith("adamw") for _, loss in curve)
        runs = [read_run(out / f"{preset}-{name}")["provenance"] for name in curves]
        results[preset] = {
            "lowest_loss_of_adamw": target, "commits": sorted({run["commit"] for run in runs}),
            "machines": sorted({run["machine"] for run in runs}), "versions": runs[0]["versions"] if runs else {},
            "flags": f"{PRESETS[preset]} {SHARED}", "runs": {
                name: {"flags": ARMS[name], "steps_to_this_loss": steps_to(target, curve), "losses": curve}
                for name, curve in curves.items()}}
    return results


def steps_to(target: float, curve: list[tuple[int, float]]) -> float | None:
    """Return the step at which a curve reaches a loss, between two evaluations by a straight line; None: never."""
    for (step, loss), (next_step, next_loss) in zip(curve, curve[1:]):
        if next_loss <= target:
            return round(step + (next_step - step) * (loss - target) / (loss - next_loss), 1)
    return None


def main() -> None:
    """Train, collect the losses and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", help="the corpus that the runs train on")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the runs")
    parser.add_argument("--collect-only", action="store_true", help="train nothing")
    args = parser.parse_args()
    for preset in () if args.collect_only else PRESETS:
        train(f"{preset}-base", preset, args.corpus, 2, "--optimizer adamw", args.out)
        for name, flags in ARMS.items():
            train(f"{preset}-{name}", preset, str(args.out / f"{preset}-base"), 300, flags, args.out)
    RESULT.write_text(json.dumps(collected(args.out), indent=1) + "\n")
    print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
