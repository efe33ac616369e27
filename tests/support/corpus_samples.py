"""Programs, traces and processes for the tests of the corpus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from statecode.corpus.build import build
from statecode.corpus.columns import to_table
from statecode.records import Change, Event, EventKind, Limits, Program, Status, Trace
from statecode.tracing.wire.event_columns import RecordedRun

SETTINGS = {"workers": 1, "runs_per_shard": 10, "progress": False}
CODES = {
    "sum": "print(sum(map(int, input().split())))\n",
    "loop": "total = 0\nfor n in map(int, input().split()):\n    total += n\nprint(total)\n",
    "divide": "a, b = map(int, input().split())\nprint(a // b)\n",
}


def programs(problems: int = 12, *, sleep_s: float = 0.0) -> list[Program]:
    """Return three programs for each problem, with two inputs each.

    The program `divide` divides by zero on its second input. Each run first sleeps for `sleep_s` seconds.
    """
    pause = f"import time\ntime.sleep({sleep_s})\n" if sleep_s else ""
    return [
        Program(
            program_id=f"p{number:02}/{name}",
            problem_id=f"p{number:02}",
            code=f"{pause}{code}# {number}\n",
            inputs=(f"{number + 1} 2\n", "7 0\n"),
            expected_outputs=(f"{number + 3}\n", "7\n"),
            label="incorrect" if name == "divide" else "correct",
            origin="samples",
        )
        for number in range(problems)
        for name, code in CODES.items()
    ]


def two_splits(folder: Path) -> Path:
    """Build a corpus of six problems with the splits train and validation, and return its folder."""
    build(programs(6), folder, workers=1, runs_per_shard=8, split="60,40,0", progress=False)
    return folder


def generated_splits(folder: Path) -> Path:
    """Build a corpus of 16 generated programs, whose values have several tokens, with the splits train and validation."""
    build("generated:16", folder, workers=1, runs_per_shard=8, split="60,40,0", progress=False)
    return folder


def small_corpus(folder: Path) -> Path:
    """Build a corpus of four problems and return its folder."""
    build(programs(4), folder, workers=1, progress=False)
    return folder


def corpus_of(folder: Path, text: str) -> Path:
    """Create a folder with `text` as its manifest.json, and return the folder."""
    folder.mkdir()
    (folder / "manifest.json").write_text(text)
    return folder


def write_jsonl(path: Path, samples: Sequence[Program]) -> Path:
    """Write programs in the format of the source jsonl and return the path."""
    names = ("program_id", "problem_id", "code", "inputs", "expected_outputs", "label")
    path.write_text("".join(json.dumps({name: getattr(p, name) for name in names}) + "\n" for p in samples))
    return path


def trace(events: int = 3, **fields: object) -> Trace:
    """Return an example trace; keyword arguments replace its fields."""
    example = tuple(
        Event(EventKind.LINE, line, line - 1, 0, 0, 0, "<module>", (Change("x", str(line)),)) for line in range(events)
    )
    defaults = {"program_id": "p", "problem_id": "q", "input_index": 0, "code": "x = 1\n", "stdin": "", **fields}
    return Trace(**{"status": Status.OK, "events": example, "limits": Limits(), **defaults})  # type: ignore[arg-type]


def command(*args: object) -> list[str]:
    """Return the `statecode` command with arguments as a list for subprocess."""
    return [sys.executable, "-c", "import sys; from statecode.cli import main; sys.exit(main())", *map(str, args)]


def run_command(*args: object, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the `statecode` command until it exits."""
    return subprocess.run(
        command(*args), capture_output=True, text=True, timeout=300, env={**os.environ, **(env or {})}
    )


def data_bytes(corpus: Path) -> dict[str, bytes]:
    """Return the content of each Parquet file of a corpus: name → bytes."""
    return {path.name: path.read_bytes() for path in sorted(corpus.glob("data/*"))}


def ledger_lines(corpus: Path) -> list[dict[str, object]]:
    """Return the entries in all ledger files of a corpus. The first line of a file is not an entry."""
    return [json.loads(line) for path in sorted(corpus.glob("ledger/*")) for line in path.read_text().splitlines()[1:]]


def descendants(pid: int) -> set[int]:
    """Return the ids of all descendants of a process, from /proc."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # the process has ended
            continue
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def running(pids: set[int]) -> set[int]:
    """Return the ids of processes that exist and are not zombies."""
    alive = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            alive.add(pid)
    return alive


def wait_until(condition: Callable[[], object], description: str, timeout_s: float = 60.0) -> None:
    """Call `condition` every 10 ms until it returns a true value; fail after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s until {description}"
        time.sleep(0.01)


def table_of(traces: Sequence[Trace]) -> pa.Table:
    """Return the rows of some traces as a table."""
    return to_table(list(map(RecordedRun.of, traces)))
