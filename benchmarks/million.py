"""Build a corpus of a million runs and measure its time, its size, the growth of memory, and lost rows.

    python benchmarks/million.py FOLDER                  # a million; writes benchmarks/results/million.json
    python benchmarks/million.py FOLDER --minutes 20     # stops after 20 minutes; the same command resumes
    python benchmarks/million.py FOLDER --runs 2000      # fewer runs

This is a normal build with full isolation: the embedded programs, MBPP and MBPP+ (the functions of MBPP on 41,015
inputs) on all their inputs, repeated under other ids until there are enough runs. FOLDER contains the corpus; the
measurements of each session are in FOLDER.sessions.json, so that an interrupted build can resume. A row counts as lost
if a finished shard lacks it, or if the fork server ended twice during its run. "resident_mb" is the memory of the
largest process of each kind, over time. "cpu_s" is the CPU time of all processes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from statecode.corpus.build import build
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import read_isolation, read_ledger
from statecode.corpus.manifest import Manifest
from statecode.corpus.plan import ProgramStream
from statecode.corpus.shards import row_count
from statecode.entry import ArgumentParser
from statecode.programs import load_programs
from statecode.provenance import provenance
from statecode.records import Program

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results" / "million.json"
SAMPLE_S = 5.0
CPU_SAMPLE_S = 0.2
POINTS = 100  # maximum number of points of memory over time in the result


def programs(runs: int, sources: str) -> Iterator[Program]:
    """Yield programs until they have `runs` inputs in all.

    The programs of `sources` are repeated under other ids. The inputs of the last program are truncated.
    """
    data = os.environ.get("STATECODE_DATA") or HERE.parent.parent / "shared" / "data"
    paths = {f"{name}_path": str(Path(data, name)) for name in ("mbpp", "mbppplus") if name in sources.split(",")}
    once = list(load_programs(sources, **paths))
    for repetition in itertools.count():
        for program in once:
            inputs = program.inputs[:runs]
            expected = program.expected_outputs and program.expected_outputs[:runs]
            name = f"{program.program_id}~{repetition}"
            yield replace(program, program_id=name, inputs=inputs, expected_outputs=expected)
            runs -= len(inputs)
            if not runs:
                return


class CpuWatch(threading.Thread):
    """Measures the CPU time of this process and of all processes that it starts.

    The time of a fork server and its children is sampled, because nobody waits for a server that is killed.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._before_s = self._waited_for_s()
        self._servers_s: dict[int, float] = {}
        self._stop_event = threading.Event()
        self.start()

    def run(self) -> None:
        """Take samples until `stop` is called."""
        while not self._stop_event.wait(CPU_SAMPLE_S):
            for pid, kind, _ in processes(os.getpid()):
                if kind in ("launcher", "warm"):
                    with suppress(OSError):
                        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                        self._servers_s[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> float:
        """Return the CPU seconds since this object was made."""
        self._stop_event.set()
        self.join()
        return self._waited_for_s() - self._before_s + sum(self._servers_s.values())

    @staticmethod
    def _waited_for_s() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)


class MemoryWatch(threading.Thread):
    """Samples the resident memory of this process and its descendants every SAMPLE_S seconds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[dict[str, float]] = []
        self._started_s = time.monotonic()
        self._stop_event = threading.Event()

    def run(self) -> None:
        """Take samples until `stop` is called."""
        while not self._stop_event.wait(SAMPLE_S):
            sample = {"at_s": round(time.monotonic() - self._started_s, 1)}
            for _, kind, mb in processes(os.getpid()):
                sample[kind] = max(sample.get(kind, 0.0), mb)
            self.samples.append(sample)

    def stop(self) -> None:
        """Stop the thread."""
        self._stop_event.set()
        self.join()


def processes(pid: int, kind: str = "build") -> Iterator[tuple[int, str, float]]:
    """Yield the id, the kind and the resident memory in MB of a process and of its descendants.

    The kinds are build, worker, launcher (bubblewrap) and warm (fork server). Children of a fork server are skipped.
    """
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text()
        resident_kb = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        yield pid, kind, round(int(resident_kb) / 1024, 1)
        for thread in os.listdir(f"/proc/{pid}/task"):
            for child in map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split()):
                command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                if b"bwrap" in command[0]:
                    yield from processes(child, "launcher")
                elif any(b"forkserver.server" in word for word in command):
                    if kind != "warm":
                        yield from processes(child, "warm")
                elif any(b"corpus.worker" in word for word in command):
                    yield from processes(child, "worker")


def state_of(folder: CorpusFolder) -> dict[str, Any]:
    """Return the counts of a corpus folder: rows, lost rows, bytes, events, statuses."""
    statuses: Counter[str] = Counter()
    rows = lost = written = events = repeated = 0
    for name in folder.finished():
        entries = read_ledger(folder.ledger(name))
        rows += row_count(folder.data(name))
        lost += abs(len(entries) - row_count(folder.data(name)))
        written += folder.data(name).stat().st_size + folder.ledger(name).stat().st_size
        for entry in entries:
            statuses[entry.last.status] += 1
            events += entry.last.events
            repeated += entry.last.attempts > 1
            lost += entry.last.attempts > 1 and not entry.last.events  # the fork server ended during the run, twice
    return {"rows": rows, "rows_lost": lost, "bytes_written": written, "events": events,
            "runs_that_took_a_second_start": repeated, "statuses": dict(statuses.most_common())}


def missing(folder: CorpusFolder, rows: int) -> int:
    """Return the number of rows that a finished corpus lacks; 0 if it is not finished."""
    manifest = Manifest.read(folder)
    return sum(manifest.plan["runs"].values()) - rows if manifest.finished else 0


def session(options: argparse.Namespace) -> dict[str, Any]:
    """Build until the corpus is finished or the time is over; return the measurements of this session."""
    watch, cpu = MemoryWatch(), CpuWatch()
    before = sum(1 for _ in CorpusFolder(options.folder).finished()) if Path(options.folder, "data").exists() else 0
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 60 * options.minutes)
    watch.start()
    started, finished = time.perf_counter(), False
    source = ProgramStream(name=options.programs, open=lambda: programs(options.runs, options.programs))
    with suppress(KeyboardInterrupt):
        report = build(source, options.folder, workers=2, engine=options.engine)
        finished = report.manifest.finished
    signal.setitimer(signal.ITIMER_REAL, 0)
    wall_s = time.perf_counter() - started
    watch.stop()
    cpu_s = cpu.stop()
    return {**provenance().as_dict(), "load": [round(value, 2) for value in os.getloadavg()], "finished": finished,
            "wall_s": round(wall_s, 1), "cpu_s": round(cpu_s, 1), "shards_before": before,
            "resident_mb": over_time(watch.samples)}


def over_time(samples: list[dict[str, float]]) -> dict[str, Any]:
    """Return the memory of each kind of process in MB: maximum, medians of the first and last tenth, and points.

    There are at most POINTS points over time.
    """
    kinds = sorted({kind for sample in samples for kind in sample} - {"at_s"})
    points = samples[:: -(-len(samples) // POINTS) or 1]
    found: dict[str, Any] = {"at_s": [point["at_s"] for point in points]}
    for kind in kinds:
        values = [sample[kind] for sample in samples if kind in sample]
        tenth = -(-len(values) // 10)
        found[kind] = {
            "highest": max(values), "first_tenth": statistics.median(values[:tenth]),
            "last_tenth": statistics.median(values[-tenth:]), "points": [point.get(kind) for point in points],
        }
    return found


def main() -> None:
    """Start or resume the build, and print the state of the corpus."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after this time; 0 (default): no limit")
    parser.add_argument("--programs", default="embedded,mbpp,mbppplus", help="names of sources")
    parser.add_argument("--engine", help="default: as in `statecode build`")
    options = parser.parse_args()
    log = Path(f"{options.folder}.sessions.json")
    sessions = [*(json.loads(log.read_text()) if log.exists() else []), session(options)]
    log.write_text(json.dumps(sessions, indent=2) + "\n")
    folder = CorpusFolder(options.folder)
    state, wall_s = state_of(folder), sum(one["wall_s"] for one in sessions)
    state["rows_lost"] += missing(folder, state["rows"])
    first = [folder.ledger(name) for name in folder.finished()[:1]]
    result = {"asked_for": options.runs, **state, "wall_s": round(wall_s, 1),
              "runs_per_s": round(state["rows"] / wall_s, 1),
              "isolation": [read_isolation(ledger) for ledger in first], "sessions": sessions}
    print(json.dumps({name: value for name, value in result.items() if name != "sessions"}, indent=1))
    if options.runs >= 1_000_000:
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
        print(f"written to {RESULT.name}")
    sys.exit(0 if state["rows_lost"] == 0 else 1)


if __name__ == "__main__":
    main()
