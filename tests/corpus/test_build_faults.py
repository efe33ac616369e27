"""Test faults during a build: its processes are killed, or the disk is full.

A build that runs again after the fault writes the same corpus. The tests send real signals to real processes, and use a
small file system that is really full. tests/corpus/test_pool.py interrupts builds at chosen moments.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from statecode.corpus.shards import read_shard
from statecode.records import Program
from statecode.tracing.sandbox.isolation import isolation_for
from tests.support.corpus_samples import (
    command,
    data_bytes,
    descendants,
    ledger_lines,
    run_command,
    wait_until,
    write_jsonl,
)
from tests.support.processes import nothing_left
from tests.support.runners import children_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")

MOMENTS, SEED = 20, 3
CODES = {
    "ok": "print(sum(map(int, input().split())))\n",
    "loop": "total = 0\nfor n in range(int(input())):\n    total += n\nprint(total)\n",
    "exception": "a = [1, 2]\nprint(a[int(input())])\n",
    "exit": "import sys\nprint(input())\nsys.exit(3)\n",
    "events": "n = 0\nwhile True:\n    n += 1\n",
    "output": "while True:\n    print('y' * 99)\n",
}
RUNS = 150
STATUSES = {"ok": 50, "exception": 50, "event_limit": 25, "output_limit": 25}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    programs = [
        Program(
            program_id=f"p{number:03}/{name}", problem_id=f"p{number:03}", code=f"{code}# {number}\n", inputs=("7\n",),
            expected_outputs=("7\n",),
        )
        for number in range(RUNS // 6) for name, code in CODES.items()
    ]
    return write_jsonl(tmp_path_factory.mktemp("source") / "programs.jsonl", programs)


def arguments(source: Path, out: Path) -> list[object]:
    trust = ["--trust-programs"] if isolation_for().embedded_only else []
    return [
        "build", "--programs", source, "--out", out, "--workers", 2, "--runs-per-shard", 10, "--events", 300,
        "--output-bytes", 3000, "--quiet", *trust,
    ]


@dataclass(frozen=True)
class ReferenceBuild:
    """The result of an uninterrupted build."""

    data: dict[str, bytes]             # content of the shards, by file name
    runs: list[tuple[object, object]]  # program id and input index, in the order of the ledgers
    duration_s: float


@pytest.fixture(scope="module")
def reference(source: Path, tmp_path_factory: pytest.TempPathFactory) -> ReferenceBuild:
    out = tmp_path_factory.mktemp("reference") / "corpus"
    started = time.monotonic()
    assert run_command(*arguments(source, out)).returncode == 0
    duration_s = time.monotonic() - started
    rows = [row for path in sorted(out.glob("data/*")) for row in read_shard(path)]
    statuses = [row.status.value for row in rows]
    assert {status: statuses.count(status) for status in set(statuses)} == STATUSES
    assert ledger_runs(out) == [(row.program_id, row.input_index) for row in rows]
    assert len(set(ledger_runs(out))) == RUNS
    return ReferenceBuild(data_bytes(out), ledger_runs(out), duration_s)


def ledger_runs(out: Path) -> list[tuple[object, object]]:
    return [(line["program_id"], line["input_index"]) for line in ledger_lines(out)]


def check_shards(out: Path, reference: ReferenceBuild) -> set[str]:
    """Assert that all files with a final name are complete, and return their names."""
    shards = {path.name: path.read_bytes() for path in out.glob("data/*.parquet")}
    assert {name for name, data in shards.items() if data != reference.data[name]} == set()
    return set(shards)


def check_finished(out: Path, reference: ReferenceBuild) -> None:
    assert data_bytes(out) == reference.data
    assert ledger_runs(out) == reference.runs
    assert sorted(path.name for path in out.iterdir()) == ["data", "ledger", "manifest.json"]
    assert unfinished(out) == []


def unfinished(out: Path) -> list[Path]:
    return [path for path in out.rglob("*") if path.suffix in (".tmp", ".ready")]


def start(args: list[object], scratch: Path) -> subprocess.Popen[bytes]:
    scratch.mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(scratch)}
    return subprocess.Popen(command(*args), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)


def start_and_wait(args: list[object], out: Path, scratch: Path, moment_s: float) -> subprocess.Popen[bytes]:
    """Start a build and return it after `moment_s`, or earlier if it would have ended by then."""
    while True:
        process = start(args, scratch)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment_s)
            shutil.rmtree(out)
            moment_s *= 0.8
            continue
        return process


@pytest.mark.one_python
@pytest.mark.parametrize("number", range(MOMENTS))
def test_a_build_killed_at_any_moment_is_completed_by_the_same_command(number, source, reference, tmp_path) -> None:
    """Spread the moments over the whole build; kill only its first process, or, every second time, all processes."""
    out, scratch, kill_all = tmp_path / "corpus", tmp_path / "scratch", number % 2 == 1
    moment_s = (number + random.Random(SEED + number).random()) / MOMENTS * reference.duration_s
    args = arguments(source, out)
    with nothing_left() as wait:
        process = start_and_wait(args, out, scratch, moment_s)
        for pid in [process.pid, *(descendants(process.pid) if kill_all else ())]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        took_s = wait()
        process.wait()
    print(f"killed after {moment_s:.2f} s; all processes had ended after {took_s:.3f} s")
    left = list(scratch.rglob("*"))  # a killed process leaves its folder behind, but empty
    assert not left or kill_all and not any(path.is_file() for path in left)
    check_shards(out, reference)
    assert run_command(*args).returncode == 0
    check_finished(out, reference)


def fork_servers(pid: int) -> set[int]:
    """Return the fork servers of a build: the topmost interpreters for programs below it, without launchers."""
    interpreters = {below for below in descendants(pid) if runs_the_fork_server(below)}
    return interpreters - {child for below in interpreters for child in children_of(below)}


def runs_the_fork_server(pid: int) -> bool:
    """Return True if a process runs this interpreter with the code of the fork server."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[0] == os.fsencode(sys.executable) and any(b"statecode.tracing.forkserver.server" in word for word in words)
    return False


@pytest.mark.one_python
def test_fork_servers_killed_during_a_build_change_only_the_ledger(source, reference, tmp_path) -> None:
    out, scratch = tmp_path / "corpus", tmp_path / "scratch"
    with nothing_left():
        process = start(arguments(source, out), scratch)
        wait_until(lambda: any(out.glob("data/*.parquet")), "a shard is finished")
        wait_until(lambda: len(list(out.glob("data/.*.tmp"))) == 2, "both workers trace")
        killed = fork_servers(process.pid)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert process.wait(300) == 0
    attempts = [line["attempts"] for line in ledger_lines(out)]
    assert len(killed) == 2 and sorted(attempts) == [1] * (RUNS - 2) + [2] * 2
    check_finished(out, reference)
    assert list(scratch.iterdir()) == []


@pytest.mark.one_python
@pytest.mark.parametrize("left", [(), ("data/", "ledger/"), ("data/", "ledger/", ".manifest.json.77.tmp")], ids=" ".join)
def test_a_build_killed_before_its_manifest_is_completed(left, tmp_path) -> None:
    source = write_jsonl(tmp_path / "p.jsonl", [Program(program_id="p", problem_id="p", code="print(1)\n")])
    for name in left:
        path = tmp_path / "out" / name
        path.mkdir(parents=True) if name.endswith("/") else path.touch()
    assert run_command(*arguments(source, tmp_path / "out")).returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["data", "ledger", "manifest.json"]
    assert len(ledger_lines(tmp_path / "out")) == 1


# a full disk

class SmallDisk:
    """A file system of a few kilobytes, in a mount namespace of its own, in which commands can run."""

    def __init__(self, folder: Path, kilobytes: int) -> None:
        folder.mkdir()
        self._folder = folder
        mount = f"mount -t tmpfs -o size={kilobytes}k small '{folder}' && echo mounted && exec cat"
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        assert self._holder.stdout
        line = self._holder.stdout.readline()
        if line != "mounted\n":
            self.close()
            pytest.skip(f"no file system can be mounted here: {line.strip()}")

    def close(self) -> None:
        """End the process that holds the mount namespace, and with it the file system."""
        self._holder.communicate()

    @property
    def path_from_outside(self) -> Path:
        """The mount point, as a path outside the mount namespace."""
        return Path(f"/proc/{self._holder.pid}/root{self._folder}")

    def run(self, *args: object) -> subprocess.CompletedProcess[str]:
        """Run a command in the mount namespace."""
        inside = ["nsenter", f"--target={self._holder.pid}", "--mount", f"--wd={os.getcwd()}", *map(str, args)]
        return subprocess.run(inside, capture_output=True, text=True, timeout=300)

    def fill(self) -> None:
        """Write a file that takes all free space."""
        assert "No space left" in self.run("dd", "if=/dev/zero", f"of={self._folder / 'filler'}", "bs=1k").stderr

    def enlarge(self) -> None:
        """Enlarge the file system to 20 MB and remove the file of `fill`."""
        assert self.run("mount", "-o", "remount,size=20m", self._folder).returncode == 0
        self.run("rm", self._folder / "filler")


@pytest.fixture
def small_disk(reference: ReferenceBuild, tmp_path: Path) -> Iterator[SmallDisk]:
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("mounting a small disk requires root, unshare and nsenter")
    pages = sum(len(data) // 4096 + 2 for data in reference.data.values())  # of each shard and its ledger
    disk = SmallDisk(tmp_path / "disk", kilobytes=pages * 4 * 2 // 3)
    yield disk
    disk.close()


def check_error(done: subprocess.CompletedProcess[str], expected: str) -> None:
    """Assert that the command failed with one line about the full disk that contains `expected`."""
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert done.stderr.startswith("error: ") and expected in done.stderr and "No space left on device" in done.stderr
    assert done.stderr.endswith("finished shards are kept: make room and run the same command again\n")


@pytest.mark.one_python
def test_after_a_full_disk_the_same_command_completes_the_build(small_disk, source, reference, tmp_path) -> None:
    args = command(*arguments(source, tmp_path / "disk" / "corpus"))
    out = small_disk.path_from_outside / "corpus"
    with nothing_left():
        check_error(small_disk.run(*args), "cannot write ")
    finished = check_shards(out, reference)
    assert 0 < len(finished) < len(reference.data) and unfinished(out) == []
    small_disk.fill()
    check_error(small_disk.run(*args), "cannot write manifest.json ")
    assert check_shards(out, reference) == finished and unfinished(out) == []
    small_disk.enlarge()
    assert small_disk.run(*args).returncode == 0
    check_finished(out, reference)


@pytest.mark.one_python
def test_after_a_disk_full_before_the_first_shard_the_same_command_builds(small_disk, source, tmp_path) -> None:
    args = command(*arguments(source, tmp_path / "disk" / "corpus"), "--limit", 3, "--split", "100,0,0")
    small_disk.fill()
    check_error(small_disk.run(*args), "cannot write manifest.json ")
    small_disk.enlarge()
    assert small_disk.run(*args).returncode == 0
    assert len(ledger_lines(small_disk.path_from_outside / "corpus")) == 3
