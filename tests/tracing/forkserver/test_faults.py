"""Faults on our own side: processes of ours that are killed, stopped or crash, and a disk that is full.

Each costs at most one retry, leaves nothing running, loses nothing and is told. Real signals go to real processes; a disk
is full because it is small. Builds that are interrupted at chosen moments stand in test_corpus_interrupted.py.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from statecode.corpus.shards import read_shard
from statecode.records import Limits, Program, Status
from statecode.tracing import SandboxRunner, TracedRun
from statecode.tracing.sandbox.isolation import isolation_for
from tests.support.corpus_samples import (
    command,
    data_bytes,
    descendants,
    ledger_lines,
    run_command,
    running,
    wait_until,
    write_jsonl,
)
from tests.support.runners import MODES, children_of, isolation_or_skip, runs_a_program, fork_server_pid

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")

SOON_S = 5.0  # a second is promised; a loaded machine gets five, and the message says how long it took
_PR_SET_CHILD_SUBREAPER = 36


@contextlib.contextmanager
def nothing_left() -> Iterator[Callable[[], float]]:
    """All processes begun in the block have ended when it is left; what it gives waits for that and tells how long.

    Meanwhile orphans become children of this process (prctl(2)), so that none gets out of its sight.
    """
    before = descendants(os.getpid())

    def wait() -> float:
        started = time.monotonic()
        while remaining := running(descendants(os.getpid()) - before):
            assert time.monotonic() - started < SOON_S, f"after {SOON_S} s these still run: {list(map(told, remaining))}"
            time.sleep(0.005)
        return time.monotonic() - started

    adopt_orphans(True)
    try:
        yield wait
        wait()
    finally:
        adopt_orphans(False)
        for pid in set(children_of(os.getpid())) - before:
            with contextlib.suppress(ChildProcessError):  # waited for already
                os.waitpid(pid, os.WNOHANG)


def adopt_orphans(yes: bool) -> None:
    assert ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(yes)) == 0


def told(pid: int) -> str:
    with contextlib.suppress(OSError):
        return f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes()[:200]!r}"
    return str(pid)


# one slot

SLEEPER = Program(
    program_id="p",
    problem_id="p",
    code="import time\nclass A: pass\nfor n in range(4):\n    a = A()\n    time.sleep(0.06)\nprint(n, a, hash('a'))\n",
)
LONG = Program(program_id="p", problem_id="p", code="import time\ntime.sleep(300)\n")


def outer_launcher(runner: SandboxRunner) -> int:
    return runner._fork_server._process.pid


def inner_launcher(runner: SandboxRunner) -> int:
    (inner,) = children_of(outer_launcher(runner))
    return inner


def program_runs(runner: SandboxRunner, but_not_of: set[int]) -> bool:
    try:
        return fork_server_pid(runner) not in but_not_of and runs_a_program(runner)
    except (AttributeError, IndexError):  # it is being replaced
        return False


def struck_run(runner: SandboxRunner, program: Program, victim: Callable[[SandboxRunner], int], number: int, times: int = 1) -> TracedRun:
    """Run the program, and while it runs send the signal to a process of the slot: in the first attempt, in the second,
    and so on. Where it ended before it could be struck, all again."""
    over = threading.Event()
    struck: set[int] = set()

    def strike() -> None:
        while len(struck) < times and not over.wait(0.01):
            if program_runs(runner, struck) and not over.wait(0.05) and program_runs(runner, struck):
                struck.add(fork_server_pid(runner))
                os.kill(victim(runner), number)

    with ThreadPoolExecutor(1) as thread:
        striking = thread.submit(strike)
        try:
            run = runner.run(program)
        finally:
            over.set()
    striking.result()
    return run if len(struck) == times else struck_run(runner, program, victim, number, times)


FAULTS = [
    pytest.param(signal.SIGKILL, id="killed"),
    pytest.param(signal.SIGSEGV, id="crashed"),
    pytest.param(signal.SIGSTOP, id="stopped", marks=pytest.mark.slow),
]


def limits_for(number: int) -> Limits:
    """A stopped process is waited for as long as a run may take."""
    return Limits(wall_s=2 if number == signal.SIGSTOP else 60)


def check_faults(mode: str, victim: Callable[[SandboxRunner], int], number: int, attempts: int) -> None:
    """Strike between two programs and while one runs."""
    isolation = isolation_or_skip(mode)
    with nothing_left(), SandboxRunner(isolation=isolation, limits=limits_for(number)) as runner:
        undisturbed = runner.run(SLEEPER)
        assert (undisturbed.trace.status, undisturbed.attempts) == (Status.OK, 1)
        os.kill(victim(runner), number)
        after = runner.run(SLEEPER)
        during = struck_run(runner, SLEEPER, victim, number)
        assert (after.attempts, during.attempts) == (attempts, attempts)
        assert after.trace == during.trace == runner.run(SLEEPER).trace == undisturbed.trace


@pytest.mark.parametrize("number", FAULTS)
@pytest.mark.parametrize("mode", MODES)
def test_a_lost_warm_process_costs_one_retry(mode, number, monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.forkserver.client._TIMEOUT_MARGIN_S", 0.5)
    check_faults(mode, fork_server_pid, number, attempts=2)


@pytest.mark.parametrize("launcher", [outer_launcher, inner_launcher])
def test_a_killed_launcher_costs_one_retry(launcher) -> None:
    check_faults("full", launcher, signal.SIGKILL, attempts=2)


@pytest.mark.parametrize("launcher", [outer_launcher, inner_launcher])
def test_a_stopped_launcher_costs_nothing(launcher) -> None:
    check_faults("full", launcher, signal.SIGSTOP, attempts=1)


def check_lost_twice(mode: str, victim: Callable[[SandboxRunner], int], number: int) -> None:
    """The program would run for minutes: it is seen to end with its warm process."""
    isolation = isolation_or_skip(mode)
    with nothing_left() as wait, SandboxRunner(isolation=isolation, limits=limits_for(number)) as runner:
        lost = struck_run(runner, LONG, victim, number, times=2)
        assert (lost.trace.status, lost.trace.events, lost.attempts) == (Status.KILLED, (), 2)
        assert lost.trace.truncation == "it ended the tracing process"
        wait()
        assert runner.run(SLEEPER).attempts == 1


@pytest.mark.parametrize("number", FAULTS)
@pytest.mark.parametrize("mode", MODES)
def test_a_run_that_loses_its_warm_process_twice_gets_a_row_that_says_so(mode, number, monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.forkserver.client._TIMEOUT_MARGIN_S", 0.5)
    check_lost_twice(mode, fork_server_pid, number)


@pytest.mark.parametrize("launcher", [outer_launcher, inner_launcher])
def test_a_program_ends_with_its_launcher(launcher) -> None:
    check_lost_twice("full", launcher, signal.SIGKILL)


# builds

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
    some = [
        Program(
            program_id=f"p{number:03}/{name}", problem_id=f"p{number:03}", code=f"{code}# {number}\n", inputs=("7\n",),
            expected_outputs=("7\n",),
        )
        for number in range(RUNS // 6) for name, code in CODES.items()
    ]
    return write_jsonl(tmp_path_factory.mktemp("source") / "programs.jsonl", some)


def arguments(source: Path, out: Path) -> list[object]:
    vouching = ["--trust-programs"] if isolation_for().embedded_only else []
    return [
        "build", "--programs", source, "--out", out, "--workers", 2, "--runs-per-shard", 10, "--events", 300,
        "--output-bytes", 3000, "--quiet", *vouching,
    ]


@dataclass(frozen=True)
class Undisturbed:
    """A build that nobody interrupted."""

    data: dict[str, bytes]
    runs: list[tuple[object, object]]  # as the ledgers have them
    duration_s: float


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    out = tmp_path_factory.mktemp("undisturbed") / "corpus"
    started = time.monotonic()
    assert run_command(*arguments(source, out)).returncode == 0
    duration_s = time.monotonic() - started
    rows = [row for path in sorted(out.glob("data/*")) for row in read_shard(path)]
    statuses = [row.status.value for row in rows]
    assert {status: statuses.count(status) for status in set(statuses)} == STATUSES
    assert ledger_runs(out) == [(row.program_id, row.input_index) for row in rows]
    assert len(set(ledger_runs(out))) == RUNS
    return Undisturbed(data_bytes(out), ledger_runs(out), duration_s)


def ledger_runs(out: Path) -> list[tuple[object, object]]:
    return [(line["program_id"], line["input_index"]) for line in ledger_lines(out)]


def check_shards(out: Path, undisturbed: Undisturbed) -> set[str]:
    """What stands under a final name is whole; gives the names."""
    stand = {path.name: path.read_bytes() for path in out.glob("data/*.parquet")}
    assert {name for name, data in stand.items() if data != undisturbed.data[name]} == set()
    return set(stand)


def check_finished(out: Path, undisturbed: Undisturbed) -> None:
    assert data_bytes(out) == undisturbed.data
    assert ledger_runs(out) == undisturbed.runs
    assert sorted(path.name for path in out.iterdir()) == ["data", "ledger", "manifest.json"]
    assert unfinished(out) == []


def unfinished(out: Path) -> list[Path]:
    return [path for path in out.rglob("*") if path.suffix in (".tmp", ".ready")]


def start(args: list[object], scratch: Path) -> subprocess.Popen[bytes]:
    scratch.mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(scratch)}
    return subprocess.Popen(command(*args), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)


def start_and_wait(args: list[object], out: Path, scratch: Path, moment_s: float) -> subprocess.Popen[bytes]:
    """A build that is as old as this, or younger where it would have ended by then."""
    while True:
        process = start(args, scratch)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment_s)
            shutil.rmtree(out)
            moment_s *= 0.8
            continue
        return process


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MOMENTS))
def test_kill_9_at_any_moment_and_the_same_command_again(number, source, undisturbed, tmp_path) -> None:
    """The moments are spread over the whole build; every other time all its processes are killed, not the first alone."""
    out, scratch, everyone = tmp_path / "corpus", tmp_path / "scratch", number % 2 == 1
    moment_s = (number + random.Random(SEED + number).random()) / MOMENTS * undisturbed.duration_s
    args = arguments(source, out)
    with nothing_left() as wait:
        process = start_and_wait(args, out, scratch, moment_s)
        for pid in [process.pid, *(descendants(process.pid) if everyone else ())]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        took_s = wait()
        process.wait()
    print(f"killed after {moment_s:.2f} s; nothing was left after {took_s:.3f} s")
    left = list(scratch.rglob("*"))  # of a process that is killed itself its folder stays, empty
    assert not left or everyone and not any(path.is_file() for path in left)
    check_shards(out, undisturbed)
    assert run_command(*args).returncode == 0
    check_finished(out, undisturbed)


def warm_processes(pid: int) -> set[int]:
    """The warm processes of a build: of those below it that were started for programs the topmost, without launchers."""
    marked = {below for below in descendants(pid) if is_interpreter_for_programs(below)}
    return marked - {child for below in marked for child in children_of(below)}


def is_interpreter_for_programs(pid: int) -> bool:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[0] == os.fsencode(sys.executable) and any(b"statecode.tracing.forkserver.server" in word for word in words)
    return False


@pytest.mark.slow
def test_warm_processes_killed_in_mid_build_show_in_the_ledger_alone(source, undisturbed, tmp_path) -> None:
    out, scratch = tmp_path / "corpus", tmp_path / "scratch"
    with nothing_left():
        process = start(arguments(source, out), scratch)
        wait_until(lambda: any(out.glob("data/*.parquet")), "a shard is finished")
        wait_until(lambda: len(list(out.glob("data/.*.tmp"))) == 2, "both workers trace")
        killed = warm_processes(process.pid)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert process.wait(300) == 0
    attempts = [line["attempts"] for line in ledger_lines(out)]
    assert len(killed) == 2 and sorted(attempts) == [1] * (RUNS - 2) + [2] * 2
    check_finished(out, undisturbed)
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("left", [(), ("data/", "ledger/"), ("data/", "ledger/", ".manifest.json.77.tmp")], ids=" ".join)
def test_a_build_killed_before_its_manifest_goes_on(left, tmp_path) -> None:
    source = write_jsonl(tmp_path / "p.jsonl", [SLEEPER])
    for name in left:
        path = tmp_path / "out" / name
        path.mkdir(parents=True) if name.endswith("/") else path.touch()
    assert run_command(*arguments(source, tmp_path / "out")).returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["data", "ledger", "manifest.json"]
    assert len(ledger_lines(tmp_path / "out")) == 1


# a full disk

class SmallDisk:
    """A file system of a few kilobytes, in a mount namespace of its own, where commands can be run."""

    def __init__(self, folder: Path, kilobytes: int) -> None:
        folder.mkdir()
        self._folder = folder
        mount = f"mount -t tmpfs -o size={kilobytes}k small '{folder}' && echo mounted && exec cat"
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        assert self._holder.stdout
        said = self._holder.stdout.readline()
        if said != "mounted\n":
            self.close()
            pytest.skip(f"no file system can be mounted here: {said.strip()}")

    def close(self) -> None:
        self._holder.communicate()

    @property
    def seen_from_outside(self) -> Path:
        return Path(f"/proc/{self._holder.pid}/root{self._folder}")

    def run(self, *args: object) -> subprocess.CompletedProcess[str]:
        inside = ["nsenter", f"--target={self._holder.pid}", "--mount", f"--wd={os.getcwd()}", *map(str, args)]
        return subprocess.run(inside, capture_output=True, text=True, timeout=300)

    def fill(self) -> None:
        assert "No space left" in self.run("dd", "if=/dev/zero", f"of={self._folder / 'filler'}", "bs=1k").stderr

    def enlarge(self) -> None:
        assert self.run("mount", "-o", "remount,size=20m", self._folder).returncode == 0
        self.run("rm", self._folder / "filler")


@pytest.fixture
def small_disk(undisturbed: Undisturbed, tmp_path: Path) -> Iterator[SmallDisk]:
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("to mount a small disk takes root, unshare and nsenter")
    pages = sum(len(data) // 4096 + 2 for data in undisturbed.data.values())  # of each shard, with one for its ledger
    disk = SmallDisk(tmp_path / "disk", kilobytes=pages * 4 * 2 // 3)
    yield disk
    disk.close()


def check_told(done: subprocess.CompletedProcess[str], what: str) -> None:
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert done.stderr.startswith("error: ") and what in done.stderr and "No space left on device" in done.stderr
    assert done.stderr.endswith("finished shards are kept: make room and run the same command again\n")


@pytest.mark.slow
def test_a_full_disk_costs_nothing_but_room(small_disk, source, undisturbed, tmp_path) -> None:
    args = command(*arguments(source, tmp_path / "disk" / "corpus"))
    out = small_disk.seen_from_outside / "corpus"
    with nothing_left():
        check_told(small_disk.run(*args), "cannot write ")
    finished = check_shards(out, undisturbed)
    assert 0 < len(finished) < len(undisturbed.data) and unfinished(out) == []
    small_disk.fill()
    check_told(small_disk.run(*args), "cannot write manifest.json ")
    assert check_shards(out, undisturbed) == finished and unfinished(out) == []
    small_disk.enlarge()
    assert small_disk.run(*args).returncode == 0
    check_finished(out, undisturbed)


@pytest.mark.slow
def test_a_disk_that_is_full_before_the_first_shard(small_disk, source, tmp_path) -> None:
    args = command(*arguments(source, tmp_path / "disk" / "corpus"), "--limit", 3)
    small_disk.fill()
    check_told(small_disk.run(*args), "cannot write manifest.json ")
    small_disk.enlarge()
    assert small_disk.run(*args).returncode == 0
    assert len(ledger_lines(small_disk.seen_from_outside / "corpus")) == 3
