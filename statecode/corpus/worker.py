"""The process that traces shards: it takes tasks from a socket, reports on it, and ends when the other end closes.

It is started by `statecode.corpus.pool` as a plain interpreter, not through `multiprocessing`, which would run the
user's script or notebook again in it.
"""

from __future__ import annotations

import os
import queue
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.shards import ShardTask, run_task
from statecode.errors import InputError
from statecode.records import Limits

if TYPE_CHECKING:
    from statecode.tracing import Slot

REPORT_EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What a worker needs to know before its first task."""

    out: str      # the corpus folder
    engine: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Progress:
    """Runs of the present shard that ended since the last report."""

    statuses: Mapping[str, int] = field(default_factory=dict)  # status → runs


@dataclass(frozen=True, slots=True)
class Done:
    """The present shard stands on disk."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The present shard could not be made."""

    reason: str
    fatal: bool = False  # no other shard will fare better: the disk is full, the engine cannot start


def main(descriptor: int) -> None:
    """Serve the socket with this descriptor until its other end closes."""
    connection = Connection(descriptor)
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a WorkerConfig, then ShardTasks
    slots: list[Slot] = []
    tempfile.tempdir = tempfile.mkdtemp(prefix="statecode-worker-")
    receiver = threading.Thread(target=_receive, args=(connection, messages, slots))
    receiver.start()
    try:
        _serve(connection, messages, slots)
    except Exception as error:  # whatever it is, the shard is lost and the build has to say why
        with suppress(OSError):  # the build is gone; that was the error
            connection.send(_failure(error))
    receiver.join()  # until the other end closes: it has the last word


def _failure(error: Exception) -> Failed:
    if isinstance(error, InputError):
        return Failed(str(error), fatal=True)
    return Failed(f"{type(error).__name__}: {error}")


def _receive(connection: Connection, messages: queue.SimpleQueue[Any], slots: list[Slot]) -> None:
    """Put messages into the queue. When the building process is gone or done, end this one, mid-shard or not."""
    try:
        while True:
            messages.put(connection.recv())
    except (EOFError, OSError):
        try:
            for slot in slots:
                slot.close()
        finally:
            shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)  # also of a slot that is just starting
            os._exit(0)


def _serve(connection: Connection, messages: queue.SimpleQueue[Any], slots: list[Slot]) -> None:
    from statecode.tracing import Slot

    config = messages.get()
    folder = CorpusFolder(config.out)
    with Slot(engine=config.engine, limits=config.limits) as slot:
        slots.append(slot)
        while True:
            _work(connection, slot, messages.get(), folder)


def _work(connection: Connection, slot: Slot, task: ShardTask, folder: CorpusFolder) -> None:
    reporter = _Reporter(connection)
    run_task(slot, task, folder, reporter.on_run)
    reporter.flush()
    connection.send(Done())


class _Reporter:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statuses: Counter[str] = Counter()
        self._sent_at_s = time.monotonic()

    def on_run(self, status: str) -> None:
        self._statuses[status] += 1
        if time.monotonic() - self._sent_at_s >= REPORT_EVERY_S:
            self.flush()

    def flush(self) -> None:
        self._connection.send(Progress(dict(self._statuses)))
        self._statuses.clear()
        self._sent_at_s = time.monotonic()
