"""Compare the time that two settings of `mini` need for a fixed validation loss on this CPU.

    python benchmarks/time_to_loss.py --corpus DIR --out FOLDER    # writes benchmarks/results/time_to_loss.json

DIR is a corpus of `statecode build --programs embedded,mbpp,generated:12000`. The first settings are AdamW in fp32,
those of older versions; the second are the defaults of the preset. Both runs train at the same time with one thread
each, so that other work on the machine slows both, and on the same tokens. The loss is the lowest one of the first run.
The loop is the same: the ratio contains the optimizer and the precision, not the faster loop.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from statecode.entry import ArgumentParser
from statecode.modeling.metrics_log import read_metrics
from statecode.provenance import provenance

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "time_to_loss.json"
SHARED = ("--preset mini --context-tokens 256 --batch-rows 8 --micro-batch-rows 8 --document-tokens 1024 --threads 1"
          " --config compact --evaluate-every 10 --evaluate-rows 48 --save-every 1000 --final-weights last")
ARMS = {"before": "--optimizer adamw --learning-rate 1e-3 --precision fp32", "defaults": ""}


def start(name: str, corpus: str, steps: int, flags: str, out: Path) -> subprocess.Popen[bytes]:
    """Start a training in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "train" / "pretrain.py"), *SHARED.split(), *flags.split(), "--corpus", corpus,
         "--total-steps", str(steps), "--output-dir", str(out / name)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)})


def reached(curve: list[dict[str, Any]], loss: float) -> dict[str, Any] | None:
    """Return step and time of the first evaluation with at most this loss; None: there is none."""
    for record in curve:
        if record["loss"] <= loss:
            return {name: record[name] for name in ("step", "loss", "elapsed_s", "total_tokens")}
    return None


def main() -> None:
    """Train, compare the times, and write the result to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="the corpus that the runs train on")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the runs")
    parser.add_argument("--steps", type=int, default=400, help="steps of each run (default: 400)")
    args = parser.parse_args()
    before = os.getloadavg()
    start("base", args.corpus, 1, ARMS["before"], args.out).wait()
    runs = [start(name, str(args.out / "base"), args.steps, flags, args.out) for name, flags in ARMS.items()]
    if any(run.wait() for run in runs):
        raise SystemExit("error: a training failed; its message is above")
    curves = {name: [record for record in read_metrics(args.out / name) if record["kind"] == "evaluation"]
              for name in ARMS}
    target = min(record["loss"] for record in curves["before"])
    found = {name: reached(curve, target) for name, curve in curves.items()}
    first, second = found["before"], found["defaults"]
    RESULT.write_text(json.dumps({
        "loss": target, "flags": {name: f"{SHARED} {flags}".strip() for name, flags in ARMS.items()},
        "steps": args.steps, "reached": found, "load": [list(before), list(os.getloadavg())],
        "time_ratio": round(first["elapsed_s"] / second["elapsed_s"], 2) if first and second else None,
        "step_ratio": round(first["step"] / second["step"], 2) if first and second else None,
        "curves": {name: [(record["step"], round(record["elapsed_s"], 1), round(record["loss"], 4)) for record in curve]
                   for name, curve in curves.items()},
        **{name: value for name, value in provenance(0).as_dict().items() if name != "command"},
    }, indent=1) + "\n")
    print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
