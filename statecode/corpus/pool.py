"""Worker processes that make shards, and what happens when one dies.

Each worker has a socket of its own, so that a death costs the shard it worked on and no other. A shard that lost its
worker is tried a second time right away, and a third time at the end with no other shard beside it (it may need
the memory); then it is given up, and the rest of the corpus is built all the same.
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

from statecode.corpus.shards import ShardTask
from statecode.corpus.worker import Done, Failed, Progress, WorkerConfig
from statecode.errors import CorpusError, TracingError

PARALLEL_ATTEMPTS = 2   # before a shard is put off to the end
EXIT_TIMEOUT_S = 5.0       # for a worker to end by itself
MAX_INITIAL_FAILURES = 12   # workers lost before any shard was finished: the fault is not the shards'


@dataclass(frozen=True, slots=True)
class Lost:
    """The attempt at a shard failed; what its `Progress` had counted is void."""

    reason: str
    final: bool  # False: the shard is tried again


Update: TypeAlias = tuple[ShardTask, "Progress | Done | Lost"]


class WorkerPool:
    """At most `count` workers; use it as a context manager, which ends them all on leaving.

    Workers are started when there is a first task for them. They have a session of their own, so that Ctrl-C in a
    terminal reaches this process alone, and they end by themselves when it is killed.
    """

    def __init__(self, count: int, config: WorkerConfig) -> None:
        self._count = count
        self._config = config
        self._workers: list[_Worker] = []
        self._losses: Counter[str] = Counter()  # shard → attempts that failed
        self._again: deque[ShardTask] = deque()
        self._alone: list[ShardTask] = []
        self._finished = 0

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.connection.close()  # it ends by itself and leaves nothing behind
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    @property
    def busy_workers(self) -> dict[int, str]:
        """The workers that have a shard to make: process id → the shard's name."""
        return {worker.pid: worker.task.plan.name for worker in list(self._workers) if worker.task}

    def run(self, tasks: Iterable[ShardTask]) -> Iterator[Update]:
        """Work through the tasks, taken one at a time as workers become free, and yield what workers report.

        Each task ends with one `Done` or one final `Lost`.

        Raises:
            CorpusError: no shard can be written or traced; the message is the worker's.
            TracingError: worker after worker dies and none has finished anything.
        """
        yield from self._run_tasks(iter(tasks), self._count)
        for task in self._alone:
            yield from self._run_tasks(iter([task]), 1)

    def _run_tasks(self, tasks: Iterator[ShardTask], count: int) -> Iterator[Update]:
        while True:
            self._assign(tasks, count)
            busy = {worker.connection: worker for worker in self._workers if worker.task}
            if not busy:
                return
            for connection in wait(list(busy)):
                assert isinstance(connection, Connection)
                yield self._receive_report(busy[connection])

    def _assign(self, tasks: Iterator[ShardTask], count: int) -> None:
        while sum(worker.task is not None for worker in self._workers) < count:
            task = self._again.popleft() if self._again else next(tasks, None)
            if task is None:
                return
            idle = next((worker for worker in self._workers if not worker.task), None)
            if idle is None:
                idle = _Worker(self._config)
                self._workers.append(idle)
            idle.assign(task)

    def _receive_report(self, worker: _Worker) -> Update:
        task, report = worker.receive()
        if isinstance(report, Failed):
            worker.connection.close()
            worker.end()
            self._workers.remove(worker)
            return task, self._handle_failure(task, report)
        if isinstance(report, Done):
            self._finished += 1
        return task, report

    def _handle_failure(self, task: ShardTask, report: Failed) -> Lost:
        if report.fatal:
            raise CorpusError(report.reason)
        self._losses[task.plan.name] += 1
        losses = self._losses[task.plan.name]
        if not self._finished and self._losses.total() >= MAX_INITIAL_FAILURES:
            raise TracingError(
                f"{MAX_INITIAL_FAILURES} workers failed and none finished a shard; the last: {report.reason}"
            )
        if losses < PARALLEL_ATTEMPTS:
            self._again.append(task)
        elif losses == PARALLEL_ATTEMPTS:
            self._alone.append(task)
        return Lost(report.reason, final=losses > PARALLEL_ATTEMPTS)


class _Worker:
    """One worker process as its owner sees it."""

    def __init__(self, config: WorkerConfig) -> None:
        ours, theirs = socket.socketpair()
        self._scratch = os.path.join(tempfile.gettempdir(), f"statecode-worker-{secrets.token_hex(8)}")
        program = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from statecode.corpus.worker import main; main({theirs.fileno()}, {self._scratch!r})"
        )
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.pid = self._process.pid
        self.connection = Connection(ours.detach())
        self.task: ShardTask | None = None
        self._send(config)

    def assign(self, task: ShardTask) -> None:
        self.task = task
        self._send(task)

    def receive(self) -> tuple[ShardTask, Progress | Done | Failed]:
        """Take the next report; blocks until there is one. The end of the process is a failure."""
        assert self.task is not None
        task = self.task
        try:
            report = self.connection.recv()
        except (EOFError, OSError):
            report = Failed(self._exit_reason())
        if isinstance(report, Done):
            self.task = None
        return task, report

    def end(self) -> None:
        """Wait until the process is gone, once the connection is closed; kill it if that takes long."""
        try:
            self._process.wait(EXIT_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)  # what it could not remove itself, if it was killed

    def _send(self, message: WorkerConfig | ShardTask) -> None:
        with suppress(OSError):  # it died; `hear` will tell
            self.connection.send(message)

    def _exit_reason(self) -> str:
        code = self._process.wait()
        return f"worker killed by {signal.Signals(-code).name}" if code < 0 else f"worker ended with exit code {code}"
