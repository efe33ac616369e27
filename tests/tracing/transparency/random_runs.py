"""Run random programs about frames without a tracer and under the native engine, and compare how they end.

    python -m tests.tracing.transparency.random_runs                        # make test-long: 100,000 programs
    python -m tests.tracing.transparency.random_runs --programs 2000 --out build/transparency.json

The programs are divided into blocks. A finished block is a file in build/transparency/; the same command continues an
interrupted run of the same commit. The result contains the seeds and the first differences of all programs that differ.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from statecode.files import write_text
from statecode.provenance import provenance
from statecode.records import Limits
from statecode.tracing import RunOptions, SandboxRunner
from tests.support.engine_corpora import program_of
from tests.support.paths import ROOT
from tests.support.random_programs import frame_program
from tests.support.transparency import Verdict, transparency

LIMITS = Limits(wall_s=30, cpu_s=30)
BLOCK = 500  # programs
BLOCKS = ROOT / "build" / "transparency"
RESULT = ROOT / "benchmarks" / "results" / "transparency.json"
MOST_SHOWN = 50  # differing programs in the result


def run_block(first: int, count: int, seed: int) -> dict[str, Any]:
    """Run the programs with the numbers from `first`; return counts of verdicts, statuses and events, and differences."""
    warnings.simplefilter("ignore", SyntaxWarning)
    verdicts: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    differing, events = [], 0
    with SandboxRunner(RunOptions(engine="native", limits=LIMITS)) as runner:
        for number in range(first, first + count):
            program = program_of(f"frames/{seed}/{number}", frame_program(number, seed))
            run = runner.run(program)
            assert run.first_perturbed_event is None
            found = transparency(runner, program, 0, run.trace)
            verdicts[found.verdict.value] += 1
            statuses[run.trace.status.value] += 1
            events += len(run.trace.events)
            if found.verdict is Verdict.DIFFERENT:
                differing.append({"program": number, "difference": found.difference})
    return {"verdicts": verdicts, "statuses": statuses, "events": events, "differing": differing}


def run_blocks(programs: int, seed: int, workers: int, folder: Path) -> dict[str, Any]:
    """Run all blocks whose file is missing in `folder`, and return the sum of all blocks."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {first: folder / f"{first}.json" for first in range(0, programs, BLOCK)}
    missing = [first for first in files if not files[first].exists()]
    started = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(run_block, first, min(BLOCK, programs - first), seed): first for first in missing}
        for done, future in enumerate(as_completed(running), 1):
            block = future.result()
            write_text(files[running[future]], json.dumps(block))
            rate = done * BLOCK / (time.monotonic() - started)
            print(f"{done}/{len(missing)} blocks, {rate:.0f} programs/s, {len(block['differing'])} differ", flush=True)
    total = {"verdicts": Counter(), "statuses": Counter(), "events": 0, "differing": []}
    for file in files.values():
        block = json.loads(file.read_text())
        total = {key: total[key] + (Counter(block[key]) if isinstance(total[key], Counter) else block[key]) for key in total}
    return total


def main(argv: list[str] | None = None) -> int:
    """Write the result; return 1 if a program differs, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--programs", type=int, default=100_000, help="number of programs (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (%(default)s)")
    parser.add_argument("--out", type=Path, default=RESULT, help="result file (%(default)s)")
    args = parser.parse_args(argv)
    facts = provenance(args.seed)
    folder = BLOCKS / f"{(facts.commit or 'none')[:12]}-{sys.version_info[0]}.{sys.version_info[1]}-{args.seed}-{args.programs}"
    total = run_blocks(args.programs, args.seed, args.workers, folder)
    differing = total.pop("differing")
    result = {
        **facts.as_dict(), "limits": dataclasses.asdict(LIMITS), "programs": args.programs, "numbers": [0, args.programs - 1],
        **total, "differing": len(differing),
        "first_differing": sorted(differing, key=lambda each: each["program"])[:MOST_SHOWN],
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_text(args.out, json.dumps(result, indent=2) + "\n")
    shutil.rmtree(folder)
    print(f"{args.programs} programs: {dict(total['verdicts'])}; {os.path.relpath(args.out)}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
