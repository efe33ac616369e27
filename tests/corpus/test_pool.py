"""Test builds that are killed at several stages: finished shards are kept, and no process continues to run.

Each test runs the `statecode build` command in its own process and sends it signals.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import types
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plan import ShardPlan, plan_shards
from statecode.corpus.pool import Lost, WorkerPool, _Worker
from statecode.corpus.shards import ShardTask
from statecode.corpus.splits import SplitRule
from statecode.corpus.worker import Done, WorkerConfig
from statecode.errors import CorpusError, TracingError
from statecode.records import Program
from statecode.tracing import RunOptions
from statecode.tracing.engines.registry import SNOOP
from statecode.tracing.sandbox.isolation import isolation_for
from tests.support.corpus_samples import (
    command,
    data_bytes,
    descendants,
    ledger_lines,
    programs,
    run_command,
    running,
    wait_until,
    write_jsonl,
)

pytestmark = [
    pytest.mark.one_python,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

RUNS = 96


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("source") / "programs.jsonl", programs(16, sleep_s=0.05))


@pytest.fixture(scope="module")
def uninterrupted(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "corpus"
    assert run_build(source, out).returncode == 0
    return data_bytes(out)


def arguments(source: Path, out: Path) -> list[object]:
    return ["build", "--programs", source, "--out", out, "--workers", 2, "--runs-per-shard", 8]


def run_build(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return run_command(*arguments(source, out))


def start_build(source: Path, out: Path, scratch: Path) -> subprocess.Popen[str]:
    return start(arguments(source, out), scratch)


def start(args: list[object], scratch: Path) -> subprocess.Popen[str]:
    scratch.mkdir(exist_ok=True)
    return subprocess.Popen(
        command(*args), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(scratch)}, start_new_session=True,
    )


def wait_for(name: str, out: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the build has reached the stage `name`."""

    def files(pattern: str) -> int:
        return len(list(out.glob(pattern)))

    reached = {
        "before any shard": lambda: (out / "manifest.json").exists(),
        "workers at work": lambda: files("data/.*.tmp") > 0,
        "one shard finished": lambda: files("data/*.parquet") >= 1,
        "half of them finished": lambda: files("data/*.parquet") >= RUNS // 8 // 2,
        "nearly done": lambda: files("data/*.parquet") >= RUNS // 8 - 1,
    }[name]
    wait_until(lambda: reached() or process.poll() is not None, name)
    assert process.poll() is None, f"the build ended before: {name}"


STAGES = ["before any shard", "workers at work", "one shard finished", "half of them finished", "nearly done"]


def check_result(source: Path, out: Path, uninterrupted: dict[str, bytes]) -> None:
    modified_ns = {path: path.stat().st_mtime_ns for path in out.glob("data/*.parquet")}
    assert run_build(source, out).returncode == 0
    assert data_bytes(out) == uninterrupted
    assert {path: path.stat().st_mtime_ns for path in modified_ns} == modified_ns  # not written again
    runs = Counter((line["program_id"], line["input_index"]) for line in ledger_lines(out))
    assert len(runs) == RUNS and set(runs.values()) == {1}
    assert sorted(path.name for path in out.iterdir()) == ["data", "ledger", "manifest.json"]
    assert not [path for path in out.rglob("*") if path.suffix in (".tmp", ".ready")]


def test_a_build_that_is_killed_repeatedly(source: Path, uninterrupted: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    for name in STAGES:
        process = start_build(source, out, tmp_path / "scratch")
        wait_for(name, out, process)
        processes = descendants(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: not running(processes), f"all processes have ended after a kill at: {name}", 10)
        process.communicate()
    assert list((tmp_path / "scratch").iterdir()) == []
    check_result(source, out, uninterrupted)


@pytest.mark.parametrize("options", [[], ["--trust-programs"], ["--verify-determinism"]], ids=" ".join)
@pytest.mark.parametrize("code", ["import time\ntime.sleep(9)\n", "while True: pass\n"], ids=["sleeps", "spins"])
def test_a_build_that_is_killed_within_a_run_leaves_no_process_after_one_second(
    code: str, options: list[str], tmp_path: Path
) -> None:
    some = [Program(program_id=f"p{number}", problem_id="p", code=code) for number in range(4)]
    source = write_jsonl(tmp_path / "p.jsonl", some)
    process = start([*arguments(source, tmp_path / "out"), "--runs-per-shard", 2, *options], tmp_path / "scratch")
    wait_for("workers at work", tmp_path / "out", process)
    time.sleep(0.5)
    processes = descendants(process.pid)
    process.kill()
    wait_until(lambda: not running(processes), "all processes have ended", 1.0)
    process.communicate()
    assert len(processes) >= 6  # two workers, each with at least a fork server and the program
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("whole_group", [False, True], ids=["the process alone", "as a terminal does"])
def test_ctrl_c(source: Path, uninterrupted: dict[str, bytes], tmp_path: Path, whole_group: bool) -> None:
    out = tmp_path / "corpus"
    process = start_build(source, out, tmp_path / "scratch")
    wait_for("one shard finished", out, process)
    processes = descendants(process.pid)
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors.splitlines()[-1].startswith("interrupted; what was finished is kept")
    assert "Traceback" not in errors
    wait_until(lambda: not running(processes), "all processes have ended", 10)
    assert list((tmp_path / "scratch").iterdir()) == []
    check_result(source, out, uninterrupted)


def test_a_killed_worker_does_not_change_the_corpus(
    source: Path, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "corpus"
    process = start_build(source, out, tmp_path / "scratch")
    wait_for("workers at work", out, process)
    half_written = next(out.glob("data/.*.tmp"))
    worker = int(half_written.name.split(".")[-2])
    processes = descendants(worker)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: not running(processes), "the processes of the worker have ended", 10)
    assert process.poll() is None  # the build has not ended yet
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 0
    assert "worker killed by SIGKILL; tried again" in errors
    assert list((tmp_path / "scratch").iterdir()) == []
    assert data_bytes(out) == uninterrupted
    assert len(ledger_lines(out)) == RUNS


def test_a_build_whose_workers_all_die_names_the_shards_and_can_be_resumed(tmp_path: Path) -> None:
    some = programs(1, sleep_s=0.3)
    out = tmp_path / "corpus"
    source = write_jsonl(tmp_path / "p.jsonl", some)
    process = start_build(source, out, tmp_path / "scratch")
    while process.poll() is None:
        for pid in descendants(process.pid):
            if b"statecode.corpus.worker" in cmdline(pid):
                try_to_kill(pid)
    output, errors = process.communicate()
    assert process.returncode == 1 and "Traceback" not in errors
    assert "error: 1 shard of" in errors.splitlines()[-1]
    assert "train-00000: worker killed by SIGKILL" in errors.splitlines()[-1]
    assert "run the same command again" in errors.splitlines()[-1]
    assert run_build(source, out).returncode == 0
    assert len(ledger_lines(out)) == 6


def shards(number: int) -> list[ShardTask]:
    plans = plan_shards(programs(2 * number, sleep_s=0.1), SplitRule.parse("100,0,0"), 12)
    return [ShardTask(plan=plan) for plan in plans]


def worker_config(folder: CorpusFolder) -> WorkerConfig:
    return WorkerConfig(out=str(folder), options=RunOptions(engine="snoop"), engine=SNOOP, isolation=isolation_for())


def pool_of(folder: CorpusFolder, count: int = 2) -> WorkerPool:
    folder.create()
    return WorkerPool(count, worker_config(folder))


def test_a_shard_that_kills_workers_is_skipped_after_a_last_attempt_alone(tmp_path: Path) -> None:
    folder = CorpusFolder(tmp_path)
    ends = []
    with pool_of(folder) as pool:
        stop = threading.Event()
        killer = threading.Thread(target=kill_workers_of, args=(pool, "train-00001", stop))
        killer.start()
        for task, report in pool.run(shards(4)):
            if isinstance(report, (Done, Lost)):
                ends.append((task.plan.name, getattr(report, "final", None)))
        stop.set()
        killer.join()
    assert [end for end in ends if end[0] == "train-00001"] == [("train-00001", False)] * 2 + [("train-00001", True)]
    assert ends[-1] == ("train-00001", True)  # the last attempt came after all other shards were finished
    assert folder.finished() == ["train-00000", "train-00002", "train-00003"]


def test_an_idle_worker_exits_when_the_build_has_ended(tmp_path: Path) -> None:
    folder = CorpusFolder(tmp_path)
    folder.create()
    worker = _Worker(worker_config(folder))
    (task,) = shards(1)
    worker.assign(task)
    while worker.task:
        worker.receive()
    processes = descendants(worker.pid)
    assert processes
    worker.connection.close()
    assert worker._process.wait(4) == 0
    wait_until(lambda: not running(processes), "its tracing process has ended", 4)


def test_workers_that_never_finish_a_shard_end_the_build(tmp_path: Path) -> None:
    folder = CorpusFolder(tmp_path)
    with pool_of(folder) as pool, pytest.raises(TracingError, match="12 workers failed and none finished its task"):
        stop = threading.Event()
        killer = threading.Thread(target=kill_workers_of, args=(pool, "train", stop))
        killer.start()
        try:
            list(pool.run(shards(8)))
        finally:
            stop.set()
            killer.join()


def test_a_full_disk_ends_the_build_with_a_one_line_error(tmp_path: Path) -> None:
    (tmp_path / "corpus" / "data").mkdir(parents=True)
    (tmp_path / "corpus" / "ledger").symlink_to("/dev/full/none")
    folder = CorpusFolder(tmp_path / "corpus")
    pool = WorkerPool(1, worker_config(folder))
    from statecode.errors import CorpusError

    with pool, pytest.raises(CorpusError, match="cannot write train-00000 .*finished shards are kept"):
        list(pool.run(shards(1)))


def test_a_task_can_be_pickled() -> None:
    import pickle

    (task, *_) = shards(1)
    assert isinstance(task.plan, ShardPlan) and pickle.loads(pickle.dumps(task)) == task


def test_a_build_from_a_script_without_a_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from statecode.corpus.build import build\n"
        "from statecode.records import Program\n"
        "print('once')\n"
        f"build([Program(program_id='a', problem_id='a', code='print(1)')], {str(tmp_path / 'c')!r},"
        " split='100,0,0', progress=False)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=100, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n", "")
    assert len(ledger_lines(tmp_path / "c")) == 1


def kill_workers_of(pool: WorkerPool, name: str, stop: threading.Event) -> None:
    while not stop.wait(0.01):
        for pid, shard in pool.busy_workers.items():
            if shard.startswith(name):
                try_to_kill(pid)


def try_to_kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_an_engine_that_workers_cannot_import_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("made_up_engines")
    module.__dict__["MadeUp"] = type("MadeUp", (), {"__module__": module.__name__, "name": "made-up"})
    monkeypatch.setitem(sys.modules, module.__name__, module)
    folder = CorpusFolder(tmp_path)
    folder.create()
    config = replace(worker_config(folder), engine=module.MadeUp())
    message = "the engine or the checker cannot be loaded in a worker: No module named 'made_up_engines'; define it in an importable module"
    with pytest.raises(CorpusError, match=message), WorkerPool(1, config) as pool:
        list(pool.run(shards(1)))
