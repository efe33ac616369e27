"""The process that traces shards: it takes tasks from a socket, reports on it, and ends when the other end closes.

It is started by `statecode.corpus.pool` as a plain interpreter, not through `multiprocessing`, which would run the
user's script or notebook again in it.
"""

from __future__ import annotations

import os
import queue
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NoReturn

from statecode.corpus.determinism import OTHER_HASH_SEED
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.shards import ShardTask, run_task
from statecode.errors import InputError
from statecode.records import Limits

if TYPE_CHECKING:
    from statecode.tracing import SandboxRunner
    from statecode.tracing.sandbox.isolation import Isolation

REPORT_EVERY_S = 0.2
EXIT_GRACE_S = 0.5           # for the main thread to end by itself once the build is gone
_EXIT_SIGNAL = signal.SIGUSR1   # not SIGTERM: whoever sends that is to be told of


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What a worker needs to know before its first task."""

    out: str      # the corpus folder
    engine: str | None                # None: the default one
    limits: Limits
    isolation: Isolation              # as the building process found it possible
    fidelity: str = "snoop"
    repr_limit: int | None = None     # characters of a value with the fidelity full; None: the default
    verify_determinism: bool = False  # run everything in a second slot too, with another hash seed


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


def main(descriptor: int, scratch: str) -> None:
    """Serve the socket with this descriptor until its other end closes.

    Args:
        scratch: a folder for all that is temporary; it is made here and removed at the end.
    """
    connection = Connection(descriptor)
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a WorkerConfig, then ShardTasks
    signal.signal(_EXIT_SIGNAL, _exit_on_signal)
    os.mkdir(scratch)
    os.chmod(scratch, 0o711)  # programs may run as another user
    tempfile.tempdir = scratch
    try:
        receiver = threading.Thread(target=_receive, args=(connection, messages))
        receiver.start()
        _serve_until_error(connection, messages)
        receiver.join()  # until the other end closes: the build has the last word
    finally:
        _exit_process()


def _serve_until_error(connection: Connection, messages: queue.SimpleQueue[Any]) -> None:
    try:
        _serve(connection, messages)
    except Exception as error:  # whatever it is, the shard is lost and the build has to say why
        with suppress(OSError):  # the build is gone; that was the error
            connection.send(_failure(error))


def _failure(error: Exception) -> Failed:
    if isinstance(error, InputError):
        return Failed(str(error), fatal=True)
    return Failed(f"{type(error).__name__}: {error}")


def _receive(connection: Connection, messages: queue.SimpleQueue[Any]) -> None:
    """Put messages into the queue. When the building process is gone or done, end this one, mid-shard or not.

    The main thread closes the slots, as it alone uses them: closed under its hands, one would start again.
    """
    try:
        while True:
            messages.put(connection.recv())
    except (EOFError, OSError):
        signal.pthread_kill(threading.main_thread().ident or 0, _EXIT_SIGNAL)
        time.sleep(EXIT_GRACE_S)  # it is writing to a slow disk
        _exit_process()


def _exit_on_signal(*_: object) -> NoReturn:
    raise SystemExit


def _exit_process() -> NoReturn:
    shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
    os._exit(0)


def _serve(connection: Connection, messages: queue.SimpleQueue[Any]) -> None:
    from statecode.tracing import SandboxRunner

    config: WorkerConfig = messages.get()
    folder = CorpusFolder(config.out)
    runners: list[SandboxRunner] = []
    with ExitStack() as stack:
        for hash_seed in (0, OTHER_HASH_SEED)[: 1 + config.verify_determinism]:
            runner = SandboxRunner(
                config.engine, config.limits, config.isolation, hash_seed, config.fidelity, config.repr_limit
            )
            runners.append(stack.enter_context(runner))
        while True:
            _run_shard(connection, runners, messages.get(), folder)


def _run_shard(connection: Connection, runners: Sequence[SandboxRunner], task: ShardTask, folder: CorpusFolder) -> None:
    reporter = _Reporter(connection)
    run_task(runners[0], task, folder, reporter.on_run, *runners[1:])
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
