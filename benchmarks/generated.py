"""Measure generated programs: speed of the generator, variety, and what their runs contain.

    python -m benchmarks.generated            # about a quarter of an hour; writes benchmarks/results/generated.json
    python -m benchmarks.generated --quick    # 2,000 programs, prints only

"ms_per_program" is CPU time of one core, in the best of the blocks of 10,000 programs, and "ms_per_program_mean" in
all blocks. "distinct" is the number of different syntax trees, by `normalised_digest` of the corpus. "shapes" is the
number of different programs among the first 100,000 ("examined") after each name, number and string is replaced by one
letter. "dead_assignments" is the
share of assignments of the module and of `main` whose values are never read (tests/support/dead_assignments.py), in
programs without an exception at the end. "runs" are runs in the sandbox: events, statuses, exceptions, and the types of
the values that variables get, in per cent.
"""

from __future__ import annotations

import argparse
import json
import keyword
import os
import re
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from statecode.corpus.duplicates import normalised_digest
from statecode.entry import ArgumentParser
from statecode.programs import load_programs
from statecode.provenance import provenance
from statecode.records import metadata_facts
from statecode.tracing import SandboxRunner
from tests.support import dead_assignments

RESULT = Path(__file__).resolve().parent / "results" / "generated.json"
BLOCK = 10_000  # programs per measurement of the speed
EXAMINED = 100_000  # programs whose shapes, lines and assignments are counted
TARGET_MS = 0.5
NUMBER_OR_WORD = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\b(\d+(?:\.\d+)?)\b|\b([A-Za-z_]\w*)\b""")


def shape(code: str) -> str:
    """Return code without comments in which each name, number and string is replaced by one letter."""
    def replaced(found: re.Match[str]) -> str:
        if found[1]:
            return "s"
        return "0" if found[2] else found[3] if keyword.iskeyword(found[3]) else "x"

    lines = [line for line in code.split("\n") if not line.lstrip().startswith("#")]
    return NUMBER_OR_WORD.sub(replaced, "\n".join(lines))


def variety(count: int) -> dict[str, Any]:
    """Generate programs, and measure the speed and how many are different."""
    trees: set[bytes] = set()
    shapes: set[int] = set()
    dead = assignments = lines = 0
    blocks = []
    programs = load_programs(f"generated:{count}")
    while block := timed_block(programs, blocks):
        trees.update(normalised_digest(program.code) for program in block)
        for program in block if len(trees) <= EXAMINED else ():
            shapes.add(hash(shape(program.code)))
            lines += program.code.count("\n")
            if "fault" not in metadata_facts(program.metadata or "")["features"]:
                counted = dead_assignments.count(program.code)
                dead, assignments = dead + counted[0], assignments + counted[1]
    return {
        "programs": count, "distinct": len(trees),
        "examined": (examined := min(count, EXAMINED)), "shapes": len(shapes),
        "lines_per_program": round(lines / examined, 1),
        "ms_per_program": round(min(blocks), 3), "ms_per_program_mean": round(sum(blocks) / len(blocks), 3),
        "assignments": assignments, "dead_assignments": round(dead / assignments, 5),
    }


def timed_block(programs: Any, blocks: list[float]) -> list[Any]:
    """Return the next programs, and append the CPU time per program in milliseconds to `blocks`."""
    started = time.process_time()
    block = list(islice(programs, BLOCK))
    if block:
        blocks.append((time.process_time() - started) * 1000 / len(block))
    return block


def runs(count: int) -> dict[str, Any]:
    """Run programs in the sandbox, and count events, statuses and values."""
    events: list[int] = []
    statuses: Counter[str] = Counter()
    exceptions: Counter[str] = Counter()
    types: Counter[str] = Counter()
    with SandboxRunner() as runner:
        for program in load_programs(f"generated:{count}"):
            for index in range(len(program.inputs)):
                trace = runner.run(program, index).trace
                events.append(len(trace.events))
                statuses[trace.status.value] += 1
                exceptions[trace.exception.type if trace.exception else "none"] += 1
                types.update(type_of(change.value) for event in trace.events for change in event.changes)
    events.sort()
    return {
        "programs": count, "runs": len(events), "events_mean": round(sum(events) / len(events), 1),
        "events_percentiles": {
            f"p{share}": events[min(len(events) - 1, len(events) * share // 100)] for share in (1, 10, 50, 90, 99, 100)
        },
        "statuses": shares(statuses), "exceptions": shares(exceptions), "value_types": shares(types),
    }


def shares(counts: Counter[str]) -> dict[str, float]:
    """Return the counts in per cent, the largest first."""
    total = sum(counts.values())
    return {name: round(100 * number / total, 2) for name, number in counts.most_common()}


def type_of(value: str) -> str:
    """Return the type of a value by its repr."""
    if value in ("True", "False"):
        return "bool"
    if re.fullmatch(r"-?\d+", value):
        return "int"
    if re.fullmatch(r"-?\d+\.\d+|-?\d+e[+-]?\d+", value):
        return "float"
    if value.startswith("{"):
        return "dict" if value == "{}" or re.match(r"\{('[^']*'|\"[^\"]*\"|[^:,{]+): ", value) else "set"
    kinds = {"'": "str", '"': "str", "[": "list", "(": "tuple", "<": "object", "N": "None"}
    return "set" if value == "set()" else kinds.get(value[:1], "object")


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 programs; print the results only")
    parser.add_argument("--programs", type=int, default=1_000_000, metavar="N", help="(default: 1000000)")
    args = parser.parse_args()
    count = 2000 if args.quick else args.programs
    result = {"variety": variety(count), "runs": runs(min(count, 10_000))}
    reached = result["variety"]["ms_per_program"]
    print(json.dumps(result, indent=1))
    print(f"{reached} ms per program, target {TARGET_MS} {'' if reached <= TARGET_MS else 'MISSED'}")
    if not args.quick:
        load = [round(value, 2) for value in os.getloadavg()]
        RESULT.write_text(json.dumps({**provenance().as_dict(), "load": load, **result}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
