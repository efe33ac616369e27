"""The worker process: it receives tasks on a socket, runs them, sends reports, and exits when the socket closes.

`statecode.corpus.pool` starts it as a plain interpreter, not with `multiprocessing`, which would execute the user's
script or notebook in the worker.
"""

from __future__ import annotations

import gc
import os
import queue
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from statecode.corpus.behaviour import ComparisonTask, run_comparisons
from statecode.corpus.determinism import OTHER_HASH_SEED
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.shards import ShardTask, run_task
from statecode.corpus.verdicts import OutputComparison
from statecode.errors import ConfigError, InputError
from statecode.tracing.engines.base import Engine
from statecode.tracing.options import RunOptions
from statecode.tracing.sandbox.isolation import Isolation

REPORT_INTERVAL_S = 0.2          # between two Progress reports
EXIT_GRACE_S = 0.5               # time for the main thread to exit after the build has ended
# Allocations between two searches for reference cycles. With Python's 700, the searches take 0.4 ms per run. They find
# the syntax trees of programs that raised exceptions, and little else.
_GC_THRESHOLD = 200_000
_EXIT_SIGNAL = signal.SIGUSR1    # not SIGTERM, which must kill a worker, so that the build reports it


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """The settings of a worker; the first message that it receives."""

    out: str                          # path of the corpus folder
    options: RunOptions               # resolved: with the name of `engine`
    engine: Engine                    # may be registered in the building process only
    isolation: Isolation              # determined by the building process
    verify_determinism: bool = False  # trace each run again, by a second runner with another hash seed
    comparison: OutputComparison = field(default_factory=OutputComparison)


@dataclass(frozen=True, slots=True)
class Progress:
    """Report: runs of the current shard that were traced since the last report."""

    statuses: Mapping[str, int] = field(default_factory=dict)  # status → runs


@dataclass(frozen=True, slots=True)
class Done:
    """Report: the current task is finished; a shard has been published."""

    differs: tuple[bool, ...] = ()  # results of a ComparisonTask, see `run_comparisons`


@dataclass(frozen=True, slots=True)
class Failed:
    """Report: the current task could not be finished."""

    reason: str
    fatal: bool = False  # True: every other task would fail too, such as on a full disk


def main(descriptor: int, scratch: str) -> None:
    """Run the tasks from the socket with this file descriptor until its other end closes.

    Args:
        scratch: path of the folder for temporary files. The worker creates it, and removes it at the end.
    """
    connection = Connection(descriptor)
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a WorkerConfig, then tasks
    signal.signal(_EXIT_SIGNAL, _exit_on_signal)
    gc.set_threshold(_GC_THRESHOLD)
    os.mkdir(scratch)
    os.chmod(scratch, 0o711)  # programs may run as another user
    tempfile.tempdir = scratch
    try:
        receiver = threading.Thread(target=_receive, args=(connection, messages))
        receiver.start()
        _serve_until_error(connection, messages)
        receiver.join()  # until the build closes its end
    finally:
        _exit_process()


def _serve_until_error(connection: Connection, messages: queue.SimpleQueue[Any]) -> None:
    """Run tasks until an error; report it as `Failed`."""
    try:
        _serve(connection, messages)
    except Exception as error:  # the build reports any error as the reason why the shard failed
        with suppress(OSError):  # the build has ended, which may be the error itself
            connection.send(_failure(error))


def _failure(error: Exception) -> Failed:
    if isinstance(error, InputError):
        return Failed(str(error), fatal=True)
    return Failed(f"{type(error).__name__}: {error}")


def _receive(connection: Connection, messages: queue.SimpleQueue[Any]) -> None:
    """Put the messages from the socket into the queue. Stop this process when the socket closes.

    The main thread is stopped by a signal, also in the middle of a shard, and closes the runners itself. If this thread
    closed them, a runner in use would restart its tracing process.
    """
    try:
        while True:
            messages.put(connection.recv())
    except (EOFError, OSError):
        signal.pthread_kill(threading.main_thread().ident or 0, _EXIT_SIGNAL)
        time.sleep(EXIT_GRACE_S)  # a main thread that has not exited by then is blocked, such as by a slow disk
        _exit_process()
    except Exception as error:  # the module of the engine or of the checker cannot be imported in this process
        messages.put(error)


def _exit_on_signal(*_: object) -> NoReturn:
    raise SystemExit


def _exit_process() -> NoReturn:
    """Remove the temporary folder and exit without further clean-up."""
    shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
    os._exit(0)


def _serve(connection: Connection, messages: queue.SimpleQueue[Any]) -> None:
    """Take the config, then tasks from the queue, and run the tasks; never return."""
    from statecode.tracing import SandboxRunner
    from statecode.tracing.engines.registry import ENGINES

    config: WorkerConfig | Exception = messages.get()
    if isinstance(config, Exception):
        raise ConfigError(
            f"the engine or the checker cannot be loaded in a worker: {config}; define it in an importable module"
        )
    if ENGINES.get(config.engine.name) != config.engine:  # it was registered in the building process only
        if config.engine.name in ENGINES:
            ENGINES.unregister(config.engine.name)
        ENGINES.register(config.engine)
    folder = CorpusFolder(config.out)
    seeds = (0, OTHER_HASH_SEED) if config.verify_determinism else (0,)
    with ExitStack() as stack:
        runner, *others = [
            stack.enter_context(SandboxRunner(config.options, isolation=config.isolation, hash_seed=seed))
            for seed in seeds
        ]
        while True:
            task: ShardTask | ComparisonTask = messages.get()
            reporter = _Reporter(connection)
            differs: tuple[bool, ...] = ()
            if isinstance(task, ComparisonTask):
                differs = run_comparisons(runner, task, reporter.on_run)
            else:
                run_task(runner, task, folder, reporter.on_run, next(iter(others), None), config.comparison)
            reporter.flush()
            connection.send(Done(differs))


class _Reporter:
    """Counts traced runs by status and sends them as `Progress`, at most once per REPORT_INTERVAL_S and at the end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statuses: Counter[str] = Counter()
        self._sent_at_s = time.monotonic()

    def on_run(self, status: str) -> None:
        self._statuses[status] += 1
        if time.monotonic() - self._sent_at_s >= REPORT_INTERVAL_S:
            self.flush()

    def flush(self) -> None:
        self._connection.send(Progress(dict(self._statuses)))
        self._statuses.clear()
        self._sent_at_s = time.monotonic()
