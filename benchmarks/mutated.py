"""Measure the source `mutated`: mutants per program, speed, and how many behave differently from their parents.

    python -m benchmarks.mutated            # about a quarter of an hour; writes benchmarks/results/mutated.json
    python -m benchmarks.mutated --quick    # few programs, prints only

MBPP is read from the folder STATECODE_DATA. "ms_per_mutant" is CPU time of one core, with the parsing of the parents.
"compile" is the share of mutants that compile. The behaviour is compared for all mutants of every n-th parent
("compared"): "differ" is the share whose output, status or exception differs on some input, also per kind. "ends" are
the statuses and exceptions of the first input of these mutants, in per cent. "inputs" are the shares of runs of the
unchanged parents that end without an exception, on their own and on the varied inputs.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from statecode.corpus.behaviour import ComparisonTask, Family, run_comparisons
from statecode.corpus.mutants import mutation_parent
from statecode.entry import ArgumentParser
from statecode.programs import load_programs
from statecode.programs.mutated.kinds import KINDS
from statecode.programs.mutated.mutation import mutation_of
from statecode.provenance import provenance
from statecode.records import Program, Trace
from statecode.source_tree import parse
from statecode.tracing import SandboxRunner

RESULT = Path(__file__).resolve().parent / "results" / "mutated.json"
SOURCES = {"embedded": 4, "mbpp": 25, "generated:1000": 8}  # source → every n-th parent is run
Families = dict[str, list[Program]]


def families_of(source: str, options: dict[str, Any]) -> tuple[Families, float]:
    """Return the mutants of each parent, and the CPU time per mutant in milliseconds."""
    started = time.process_time()
    families: Families = {}
    for mutant in load_programs(f"mutated:{source}", **options):
        mutation = mutation_of(mutant)
        assert mutation is not None
        families.setdefault(mutation.parent, []).append(mutant)
    return families, (time.process_time() - started) * 1000 / sum(map(len, families.values()))


def compiles(mutant: Program) -> bool:
    """Return True if a mutant compiles."""
    try:
        compile(parse(mutant.code), "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def measure(source: str, options: dict[str, Any], step: int) -> dict[str, Any]:
    """Measure the mutants of a source."""
    parents = {program.program_id: program for program in load_programs(source, **options)}
    families, ms_per_mutant = families_of(source, options)
    mutants = [mutant for family in families.values() for mutant in family]
    return {
        "parents": len(parents), "mutants": len(mutants), "mutants_per_parent": round(len(mutants) / len(parents), 2),
        "parents_without_mutant": len(parents) - len(families),
        "ms_per_mutant": round(ms_per_mutant, 3), "compile": round(100 * sum(map(compiles, mutants)) / len(mutants), 2),
        **behaviour({name: families[name] for name in list(families)[::step]}, parents),
    }


def behaviour(families: Families, parents: dict[str, Program]) -> dict[str, Any]:
    """Run mutants and their parents."""
    mutants: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    inputs: dict[str, Counter[str]] = {"own": Counter(), "varied": Counter()}
    runs: Counter[str] = Counter()
    compare_s = 0.0
    with SandboxRunner() as runner:
        for name, family in families.items():
            parent = mutation_parent(family[0])
            assert parent is not None
            started = time.perf_counter()
            task = ComparisonTask(name, (Family(parent, tuple(family)),))
            results = run_comparisons(runner, task, lambda status: runs.update([status]))
            compare_s += time.perf_counter() - started
            for mutant, differs in zip(family, results, strict=True):
                kind = getattr(mutation_of(mutant), "mutation")
                mutants[kind] += 1
                differing[kind] += differs
                ends[end_of(runner.run(mutant).trace)] += 1
            for index in range(len(parent.inputs)):
                of_parent = "own" if index < len(parents[name].inputs) else "varied"
                inputs[of_parent][runner.run(parent, index).trace.status.value] += 1
    return {
        "compared": {"parents": len(families), "mutants": mutants.total(), "runs": runs.total(),
                     "ms_per_mutant": round(1000 * compare_s / mutants.total(), 1)},
        "differ": round(100 * differing.total() / mutants.total(), 1),
        "differ_by_kind": {kind: [mutants[kind], round(100 * differing[kind] / mutants[kind], 1)]
                           for kind in KINDS if mutants[kind]},
        "ends": {name: round(100 * number / ends.total(), 1) for name, number in ends.most_common()},
        "inputs": {name: [counts.total(), round(100 * counts["ok"] / counts.total(), 1)]
                   for name, counts in inputs.items() if counts},
    }


def end_of(trace: Trace) -> str:
    """Return the type of the exception that ended a run, else its status."""
    return trace.exception.type if trace.exception else trace.status.value


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few programs; print the results only")
    args = parser.parse_args()
    mbpp = {"mbpp_path": os.path.join(os.environ["STATECODE_DATA"], "mbpp")} if "STATECODE_DATA" in os.environ else {}
    sources = {"generated:40": 10} if args.quick else SOURCES
    result = {source: measure(source, mbpp if source == "mbpp" else {}, step) for source, step in sources.items()}
    print(json.dumps(result, indent=1))
    if not args.quick:
        load = [round(value, 2) for value in os.getloadavg()]
        RESULT.write_text(json.dumps({**provenance().as_dict(), "load": load, "sources": result}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
