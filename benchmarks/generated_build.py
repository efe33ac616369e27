"""Build corpora of generated programs of at most 30 events: time, CPU time per program, memory, and lost rows.

    python -m benchmarks.generated_build FOLDER                  # 10,000, 100,000 and 1,000,000 programs
    python -m benchmarks.generated_build FOLDER --programs 2000  # other numbers; prints only

Each build is a normal one with full isolation and two workers, in a folder of its own in FOLDER. The result is
benchmarks/results/generated_build.json. "cpu_ms_per_program" is the CPU time of all processes, and "alone" that of a
build of as many programs as the first number in which each program has a child of its own. "floor" is the CPU time in
which the programs are written and run in one plain interpreter without tracing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.million import CpuWatch, MemoryWatch, over_time, state_of
from statecode.corpus.build import build
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plan import ProgramStream
from statecode.entry import ArgumentParser
from statecode.programs import load_programs
from statecode.provenance import provenance
from statecode.records import Program

RESULT = Path(__file__).resolve().parent / "results" / "generated_build.json"
PROGRAMS = (10_000, 100_000, 1_000_000)
EVENTS = 30


def stream(count: int, alone: bool = False) -> ProgramStream:
    """Return generated programs; with `alone` each runs in a child of its own."""

    def programs() -> Iterable[Program]:
        some = load_programs(f"generated:{count}", generated_events=EVENTS)
        return (replace(program, own_text=None) for program in some) if alone else some

    return ProgramStream(name=f"generated:{count}", open=programs)


def measure(folder: Path, source: ProgramStream, programs: int) -> dict[str, Any]:
    """Build a corpus, and return its counts and costs."""
    memory, cpu = MemoryWatch(), CpuWatch()
    memory.start()
    started = time.perf_counter()
    report = build(source, folder, workers=2)
    wall_s = time.perf_counter() - started
    memory.stop()
    cpu_s = cpu.stop()
    state = state_of(CorpusFolder(folder))
    state["rows_lost"] += sum(report.manifest.plan["runs"].values()) - state["rows"]
    return {
        "programs": programs, **state, "wall_s": round(wall_s, 1), "cpu_s": round(cpu_s, 1),
        "cpu_ms_per_program": round(1000 * cpu_s / programs, 3),
        "wall_ms_per_program": round(1000 * wall_s / programs, 3),
        "load": [round(value, 2) for value in os.getloadavg()], "resident_mb": over_time(memory.samples),
    }


def floor_ms(count: int) -> float:
    """Return the CPU milliseconds per program in which a plain interpreter writes and runs the programs."""
    started = time.process_time()
    for program in load_programs(f"generated:{count}", generated_events=EVENTS):
        for stdin in program.inputs:
            namespace = {"__name__": "__main__", "input": io.StringIO(stdin).readline}
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
                exec(compile(program.code, "program.py", "exec"), namespace)
    return round(1000 * (time.process_time() - started) / count, 3)


def main() -> None:
    """Build, print and record."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="absent or empty")
    parser.add_argument("--programs", type=int, nargs="+", default=PROGRAMS, metavar="N")
    options = parser.parse_args()
    first = min(options.programs)
    result: dict[str, Any] = {**provenance().as_dict(), "events": EVENTS, "floor_ms_per_program": floor_ms(first)}
    result["alone"] = measure(options.folder / "alone", stream(first, alone=True), first)
    result["builds"] = []
    for count in options.programs:
        result["builds"].append(measure(options.folder / str(count), stream(count), count))
        if tuple(options.programs) == PROGRAMS:
            RESULT.write_text(json.dumps(result, indent=2) + "\n")
    for one in (result["alone"], *result["builds"]):
        one = {name: value for name, value in one.items() if name != "resident_mb"}
        print(json.dumps(one, indent=1))
    print(f"floor: {result['floor_ms_per_program']} ms per program")
    sys.exit(0 if all(one["rows_lost"] == 0 for one in result["builds"]) else 1)


if __name__ == "__main__":
    main()
