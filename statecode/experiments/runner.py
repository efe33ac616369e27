"""Run the steps of an experiment: each one once, several at a time, and none again that is finished."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from statecode.errors import ConfigError, StatecodeError
from statecode.experiments.config import Experiment
from statecode.experiments.plan import Cell, Step, steps_of
from statecode.experiments.results import read_result, write_result
from statecode.files import write_text
from statecode.input_files import read_file
from statecode.machine import usable_cores
from statecode.provenance import commit
from statecode.text import printable

Report: TypeAlias = Callable[[str, Step | Cell, float | None], None]
_PROGRAMS = {"python": [sys.executable], "statecode": [sys.executable, "-m", "statecode"]}
_POLL_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The folders of an experiment."""

    steps: Path    # one folder, one .log and, if it is finished, one .json for each step
    results: Path  # one JSON file for each arm and seed

    def record(self, step: Step) -> Path:
        """Return the path of the record of a finished step."""
        return self.steps / f"{step.folder_name}.json"

    def log(self, step: Step) -> Path:
        """Return the path of what the command of a step prints."""
        return self.steps / f"{step.folder_name}.log"


def open_cells(cells: Sequence[Cell], folders: Folders) -> list[Cell]:
    """Return the cells without a result.

    Raises:
        ConfigError: a result is damaged.
    """
    return [cell for cell in cells if read_result(folders.results, cell) is None]


def open_steps(cells: Sequence[Cell], folders: Folders) -> list[Step]:
    """Return the steps that the cells need and that are not finished, each after its inputs."""
    return [step for step in steps_of(cells) if read_record(folders, step) is None]


def read_record(folders: Folders, step: Step) -> dict[str, Any] | None:
    """Return the record of a finished step, or None."""
    try:
        record = json.loads(read_file(folders.record(step)))
    except (FileNotFoundError, ValueError):
        return None
    return record if isinstance(record, dict) and {"seconds", "commit"} <= record.keys() else None


def run_steps(
    experiment: Experiment, cells: Sequence[Cell], folders: Folders, jobs: int, report: Report
) -> None:
    """Run what is missing of an experiment, and write the result of each cell as soon as its steps are finished.

    Args:
        jobs: number of steps at a time. The cores of the machine are divided among them.
        report: called with "started", "finished" or "measured", the step or the cell, and, for "finished", the
            seconds of the step.

    Raises:
        ConfigError: another process runs steps in the folder.
        StatecodeError: a step failed, or lacks a measure. The steps that ran beside it are finished.
    """
    with _lock(folders.steps) as lock:
        left = open_cells(cells, folders)
        runner = _Runner(folders, jobs, lock, report, waiting=open_steps(left, folders))
        try:
            left = runner.measure(experiment, left)
            while runner.start() or runner.running:
                runner.wait()
                left = runner.measure(experiment, left)
        finally:
            runner.stop()
    if runner.failure is not None:
        raise runner.failure


def seconds_left(cells: Sequence[Cell], folders: Folders, jobs: int) -> float | None:
    """Return the estimated seconds until all cells are measured, or None if a step of a kind never ran yet.

    A step takes as long as the median of the finished steps with its name.
    """
    taken: dict[str, list[float]] = {}
    for step in steps_of(cells):
        if (record := read_record(folders, step)) is not None:
            taken.setdefault(step.name, []).append(float(record["seconds"]))
    left = open_steps(open_cells(cells, folders), folders)
    if any(step.name not in taken for step in left):
        return None
    return sum(statistics.median(taken[step.name]) for step in left) / jobs


@dataclass(slots=True)
class _Running:
    step: Step
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    commit: str | None = field(default_factory=commit)  # of the code at the start


@dataclass
class _Runner:
    """The processes of steps."""

    folders: Folders
    jobs: int
    lock: IO[bytes]
    report: Report
    waiting: list[Step]
    running: list[_Running] = field(default_factory=list)
    failure: StatecodeError | None = None

    def start(self) -> bool:
        """Start as many steps as possible; return True if one was started. After a failure none is."""
        count = len(self.running)
        while self.failure is None and len(self.running) < self.jobs:
            unfinished = {step.id for step in (*self.waiting, *(one.step for one in self.running))}
            ready = [step for step in self.waiting if not any(one.id in unfinished for one in step.inputs.values())]
            if not ready:
                break
            self.waiting.remove(ready[0])
            try:
                process = _start(ready[0], self.folders, self.jobs, self.lock)
            except StatecodeError as error:
                self.failure = error
                break
            self.running.append(_Running(ready[0], process))
            self.report("started", ready[0], None)
        return len(self.running) > count

    def wait(self) -> None:
        """Wait until a step has ended, and write its record."""
        ended = None
        while ended is None:
            time.sleep(_POLL_S)
            ended = next((one for one in self.running if one.process.poll() is not None), None)
        self.running.remove(ended)
        if ended.process.returncode != 0:
            self.failure = self.failure or StatecodeError(_failure(ended, self.folders))
            return
        seconds = round(time.monotonic() - ended.started, 1)
        record = {"command": ended.step.command, "seconds": seconds, "commit": ended.commit}
        write_text(self.folders.record(ended.step), json.dumps(record, indent=1) + "\n")
        self.report("finished", ended.step, seconds)

    def measure(self, experiment: Experiment, cells: Sequence[Cell]) -> list[Cell]:
        """Write the results of the cells whose steps are finished; return the others."""
        left = []
        for cell in cells:
            records = {step.id: read_record(self.folders, step) for step in cell.steps()}
            known = {id: record for id, record in records.items() if record is not None}
            if len(known) < len(records):
                left.append(cell)
                continue
            try:
                write_result(self.folders.results, experiment, cell, self.folders.steps, known)
            except StatecodeError as error:
                self.failure = self.failure or error
                continue
            self.report("measured", cell, None)
        return left

    def stop(self) -> None:
        """End the processes; training saves a checkpoint before it ends."""
        for one in self.running:
            one.process.terminate()
        for one in self.running:
            one.process.wait()


@contextmanager
def _lock(folder: Path) -> Iterator[IO[bytes]]:
    """Hold the lock of a folder. The processes of the steps inherit it: it is held until the last of them ends.

    Raises:
        ConfigError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(f"{folder}: steps run there already, perhaps of an experiment that was killed; wait "
                              "until they have ended") from None
        yield file


def _start(step: Step, folders: Folders, jobs: int, lock: IO[bytes]) -> subprocess.Popen[bytes]:
    (folders.steps / step.folder_name).mkdir(exist_ok=True)
    words = step.words(folders.steps)
    command = [*_PROGRAMS.get(words[0], words[:1]), *words[1:]]
    threads = {"OMP_NUM_THREADS": str(max(1, usable_cores() // jobs))} if jobs > 1 else {}
    with open(folders.log(step), "ab") as log:
        log.write(f"$ {shlex.join(words)}\n".encode())
        log.flush()
        try:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[lock.fileno()],
                env={**os.environ, **threads}, start_new_session=True,  # Ctrl-C reaches them through `stop` alone
            )
        except OSError as error:
            raise ConfigError(f"{step.name}: {words[0]} cannot be run: {error.strerror}") from None


def _failure(ended: _Running, folders: Folders) -> str:
    path = folders.log(ended.step)
    lines = [line for line in path.read_bytes()[-4000:].decode(errors="replace").splitlines() if line.strip()]
    code = ended.process.returncode
    how = f"was ended by signal {-code}" if code < 0 else f"failed with exit code {code}"
    return printable(f"{ended.step.name} {how}: {lines[-1][:200] if lines else 'it printed nothing'}; see {path}")
