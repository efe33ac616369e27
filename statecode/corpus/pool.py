"""Worker processes that build shards or compare mutants, and the recovery when a worker dies.

Each worker has its own socket, so that the death of a worker affects only the shard it was building. Such a shard is
attempted a second time right away. A third attempt follows at the end, while no other shard is being built, because the
shard may need all the memory. After three failures the shard is skipped; the other shards are built regardless.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TypeAlias

from statecode.corpus.behaviour import ComparisonTask
from statecode.corpus.shards import ShardTask
from statecode.corpus.worker import Done, Failed, Progress, WorkerConfig
from statecode.errors import CorpusError, TracingError

PARALLEL_ATTEMPTS = 2      # attempts at a shard while others are built; one more follows at the end, alone
EXIT_TIMEOUT_S = 5.0       # time for a worker to exit before it is killed
# The build stops after this many failed attempts if no shard is finished: then the shards are not the cause.
MAX_INITIAL_FAILURES = 12


@dataclass(frozen=True, slots=True)
class Lost:
    """Report: an attempt at a shard failed.

    The runs of this attempt are discarded, including those that `Progress` reports have counted.
    """

    reason: str
    final: bool  # False: the shard will be attempted again


Task: TypeAlias = ShardTask | ComparisonTask
Update: TypeAlias = tuple[Task, "Progress | Done | Lost"]


def name_of(task: Task) -> str:
    """Return the name of a task; that of a shard is the name of the shard."""
    return task.plan.name if isinstance(task, ShardTask) else task.name


class WorkerPool:
    """A pool of at most `count` workers. Use it as a context manager; it stops all workers at exit.

    A worker is started when there is a task for it. Each worker has its own session, so that Ctrl-C in a terminal
    reaches only this process. Workers exit when this process is killed, because their sockets close.
    """

    def __init__(self, count: int, config: WorkerConfig) -> None:
        self._count = count
        self._config = config
        self._workers: list[_Worker] = []
        self._losses: Counter[str] = Counter()      # name of a shard → failed attempts
        self._retries: deque[Task] = deque()   # to be attempted as soon as a worker is free
        self._last_attempts: list[Task] = []   # to be attempted at the end, one at a time
        self._finished = 0                          # number of finished shards

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.connection.close()  # the worker then removes its files and exits
        for worker in self._workers:
            worker.wait_until_exit()
        self._workers.clear()

    @property
    def busy_workers(self) -> dict[int, str]:
        """Return the workers that are building a shard: process id → name of the shard."""
        return {worker.pid: name_of(worker.task) for worker in list(self._workers) if worker.task}

    def run(self, tasks: Iterable[Task]) -> Iterator[Update]:
        """Run all tasks and yield each report of a worker with its task. A task is taken when a worker is free.

        The last report of each task is `Done` or a final `Lost`.

        Raises:
            CorpusError: a worker reported that no shard can be written or traced; the message is that of the worker.
            TracingError: `MAX_INITIAL_FAILURES` attempts failed before any shard was finished.
        """
        yield from self._run_tasks(iter(tasks), self._count)
        for task in self._last_attempts:
            yield from self._run_tasks(iter([task]), 1)

    def _run_tasks(self, tasks: Iterator[Task], count: int) -> Iterator[Update]:
        """Run tasks with at most `count` busy workers and yield their reports."""
        while True:
            self._assign(tasks, count)
            busy = {worker.connection: worker for worker in self._workers if worker.task}
            if not busy:
                return
            for connection in wait(list(busy)):
                assert isinstance(connection, Connection)
                yield self._receive_report(busy[connection])

    def _assign(self, tasks: Iterator[Task], count: int) -> None:
        """Assign tasks, retries first, until `count` workers are busy or no task is left; start workers as needed."""
        while sum(worker.task is not None for worker in self._workers) < count:
            task = self._retries.popleft() if self._retries else next(tasks, None)
            if task is None:
                return
            idle = next((worker for worker in self._workers if not worker.task), None)
            if idle is None:
                idle = _Worker(self._config)
                self._workers.append(idle)
            idle.assign(task)

    def _receive_report(self, worker: _Worker) -> Update:
        """Wait for the next report of a worker; return it with the task. Stop and remove a worker that failed."""
        task, report = worker.receive()
        if isinstance(report, Failed):
            worker.connection.close()
            worker.wait_until_exit()
            self._workers.remove(worker)
            return task, self._handle_failure(task, report)
        if isinstance(report, Done):
            self._finished += 1
        return task, report

    def _handle_failure(self, task: Task, report: Failed) -> Lost:
        """Schedule another attempt at a shard unless its last attempt has failed; return the report for the caller.

        Raises:
            CorpusError, TracingError: see `run`.
        """
        if report.fatal:
            raise CorpusError(report.reason)
        self._losses[name_of(task)] += 1
        losses = self._losses[name_of(task)]
        if not self._finished and self._losses.total() >= MAX_INITIAL_FAILURES:
            raise TracingError(
                f"{MAX_INITIAL_FAILURES} workers failed and none finished its task; the last: {report.reason}"
            )
        if losses < PARALLEL_ATTEMPTS:
            self._retries.append(task)
        elif losses == PARALLEL_ATTEMPTS:
            self._last_attempts.append(task)
        return Lost(report.reason, final=losses > PARALLEL_ATTEMPTS)


class _Worker:
    """A worker process, as seen from the building process."""

    def __init__(self, config: WorkerConfig) -> None:
        own_socket, worker_socket = socket.socketpair()
        self._scratch = os.path.join(tempfile.gettempdir(), f"statecode-worker-{secrets.token_hex(8)}")
        program = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from statecode.corpus.worker import main; main({worker_socket.fileno()}, {self._scratch!r})"
        )
        with worker_socket:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[worker_socket.fileno()],
                start_new_session=True,
            )
        self.pid = self._process.pid
        self.connection = Connection(own_socket.detach())
        self.task: Task | None = None
        self._send(config)

    def assign(self, task: Task) -> None:
        """Send a task to the worker."""
        self.task = task
        self._send(task)

    def receive(self) -> tuple[Task, Progress | Done | Failed]:
        """Wait for the next report and return it with the task. If the process has ended, the report is `Failed`."""
        assert self.task is not None
        task = self.task
        try:
            report = self.connection.recv()
        except (EOFError, OSError):
            report = Failed(self._exit_reason())
        if isinstance(report, Done):
            self.task = None
        return task, report

    def wait_until_exit(self) -> None:
        """Wait until the process has exited; kill it after `EXIT_TIMEOUT_S`.

        Close `connection` before: the process exits when its end of the connection is closed.
        """
        try:
            self._process.wait(EXIT_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)  # a killed worker could not remove it

    def _send(self, message: WorkerConfig | Task) -> None:
        with suppress(OSError):  # the worker died; `receive` reports it
            self.connection.send(message)

    def _exit_reason(self) -> str:
        code = self._process.wait()
        return f"worker killed by {signal.Signals(-code).name}" if code < 0 else f"worker ended with exit code {code}"
