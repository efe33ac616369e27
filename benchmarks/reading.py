"""Measure how fast the rows of a corpus are read in each view that is a text.

    python benchmarks/reading.py                  # about six minutes; writes benchmarks/results/reading.json
    python benchmarks/reading.py --quick          # one round, prints only
    python benchmarks/reading.py --name before    # writes to this key of the file; the default is "current"

The corpora are the one that comes with statecode, and MBPP with one call per program. "rows_per_s" is rows per second
of CPU time on one core, from the shards to tables with the column `text`. The best of several rounds counts, because
other processes can only slow a round down. "load_dataset_rows_per_s" is rows per second of elapsed time for the whole
call with an empty cache; it includes writing the cache and, for two processes (`num_proc=2`), their start.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import datasets

from statecode.corpus.build import build
from statecode.corpus.folder import CorpusFolder
from statecode.dataset import rows
from statecode.dataset.builder import load_dataset
from statecode.entry import ArgumentParser
from statecode.provenance import provenance

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "reading.json"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
LOADED = ("snoop", "compact")  # configs for which the whole call is measured
PROCESSES = (1, 2)
ROUNDS = 2


def build_mbpp(folder: str) -> Path:
    """Trace one call of each program of MBPP, and return the corpus."""
    data = os.environ.get("STATECODE_DATA") or ROOT.parent / "shared" / "data"
    corpus = Path(folder, "mbpp")
    build("mbpp", corpus, progress=False, mbpp_path=str(Path(data, "mbpp")), calls_per_problem=1)
    return corpus


def rows_per_cpu_s(corpus: Path, config: str) -> float:
    """Return the rows of the corpus per second of CPU time in which they are read and rendered."""
    folder = CorpusFolder(corpus)
    started, count = time.process_time(), 0
    for name in folder.finished():
        count += sum(map(len, rows.tables(folder.data(name), config)))
    return count / (time.process_time() - started)


def rows_loaded_per_s(corpus: Path, config: str, processes: int) -> float:
    """Return the rows of the corpus per second of elapsed time in which `load_dataset` reads and caches them."""
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        splits = load_dataset(config, data_dir=corpus, cache_dir=cache, num_proc=processes)
        return sum(map(len, splits.values())) / (time.perf_counter() - started)


def measured(corpus: Path, rounds: int) -> dict[str, Any]:
    """Return the best numbers of several rounds."""
    configs = list(filter(rows.has_text, rows.config_names()))
    loads = {f"{config}, {count} processes": (config, count) for config in LOADED for count in PROCESSES}
    best = {"rows_per_s": dict.fromkeys(configs, 0), "load_dataset_rows_per_s": dict.fromkeys(loads, 0)}
    for _ in range(rounds):
        for config in configs:
            best["rows_per_s"][config] = max(best["rows_per_s"][config], round(rows_per_cpu_s(corpus, config)))
        numbers = best["load_dataset_rows_per_s"]
        for name, (config, count) in loads.items():
            numbers[name] = max(numbers[name], round(rows_loaded_per_s(corpus, config, count)))
    return best


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round; print the results only")
    parser.add_argument("--name", default="current", help="key of the results in the file")
    args = parser.parse_args()
    datasets.disable_progress_bars()
    run_provenance = provenance().as_dict()
    with tempfile.TemporaryDirectory() as folder:
        corpora = {"mbpp": build_mbpp(folder), "embedded": SHIPPED}
        result = {name: measured(path, 1 if args.quick else ROUNDS) for name, path in corpora.items()}
    print(json.dumps(result, indent=1))
    if not args.quick:
        before = json.loads(RESULT.read_text()) if RESULT.exists() else {}
        record = {**run_provenance, "load": [round(value, 2) for value in os.getloadavg()], **result}
        RESULT.write_text(json.dumps({**before, args.name: record}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
