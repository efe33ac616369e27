"""Run programs in a sandbox: one server of an engine, and one child per run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.metadata import version
from itertools import groupby
from sys import version_info
from types import TracebackType
from typing import TypeVar

from statecode.errors import TracingError
from statecode.records import Limits, Program, Status, Trace, files_of
from statecode.text import encoded, well_formed
from statecode.tracing.engines.base import Engine, RunServer, ServerLost, SharingEngine
from statecode.tracing.job_files import JobFiles, SharedJobFiles
from statecode.tracing.options import RunOptions
from statecode.tracing.sandbox.isolation import Isolation, Mode
from statecode.tracing.wire import outcome, reader
from statecode.tracing.wire.event_columns import RecordedRun
from statecode.tracing.wire.normalise import Normaliser

_Files = TypeVar("_Files", JobFiles, SharedJobFiles)

_MAX_ATTEMPTS = 2     # per run; the second only if the server ended or did not reply during the first
_CACHED_ANALYSES = 4  # number of programs; an analysis is used again for the program's other inputs
_CACHED_FILES = 4     # number of programs; their files are encoded once


@dataclass(frozen=True)
class TracedRun:
    """A run and its costs; the costs are stored in the ledger, never in rows.

    If the program was run again without the tracer, `wall_s` and `cpu_s` are the sums over both runs. `max_rss_bytes`
    and `attempts` are then those of the untraced run.
    """

    run: RecordedRun
    wall_s: float        # from the server's receipt of the job to the child's exit
    cpu_s: float         # user and system time of the child
    max_rss_bytes: int   # peak resident memory of the child
    attempts: int        # 2 if the server ended or did not reply during the first attempt, else 1
    first_perturbed_event: int | None = None  # number of events before it; None: no such event is known

    @cached_property
    def trace(self) -> Trace:
        """The trace of the run; its events are made when it is read for the first time."""
        return self.run.trace()


class SandboxRunner:
    """Runs programs one after the other in one server of an engine: for Python, each in a child of a fork server.

    Use it as a context manager, and from one thread at a time.

    Args:
        options: the options of the runs; by default `RunOptions()`. Their limits apply to the runs that are started
            without limits of their own.
        isolation: the sandbox; by default the one that `options` request.
        hash_seed: PYTHONHASHSEED of the programs.
        engine: an engine that records in place of the one that `options` name, under its name.

    Raises:
        ConfigError: the engine cannot be used here or does not support the fidelity; or an allowed package is not
            installed.
        IsolationError: the requested isolation mode is not available here.
        TracingError: the server does not start.
    """

    def __init__(
        self, options: RunOptions | None = None, *, isolation: Isolation | None = None, hash_seed: int = 0,
        engine: Engine | None = None,
    ) -> None:
        self.options = (options or RunOptions()).resolved()
        self.engine = str(self.options.engine)
        self._engine = engine or self.options.find_engine()
        self.isolation = isolation or self.options.isolation()
        self._file_isolation = replace(self.isolation, files=True)  # of programs with files
        self._hash_seed = hash_seed
        self._normaliser = Normaliser()
        self._analyse = lru_cache(maxsize=_CACHED_ANALYSES)(self._engine.analyse)
        self._versions = {"snoop_version": version("snoop"), "python": f"{version_info[0]}.{version_info[1]}"}
        self._servers: dict[bool, RunServer] = {}  # `Isolation.files` → the server; True only if a program has files
        self._working_folder = _create_working_folder()
        self._owner_pid = os.getpid()
        self._closed = False
        try:
            self._start(self._isolation_for(self.options.files is not None))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SandboxRunner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and remove the working folder of the programs.

        Another thread may call this during a run, which then raises TracingError. A second call does nothing, and
        neither does a call in a forked process.
        """
        if os.getpid() != self._owner_pid:
            return
        self._closed = True
        self._stop()
        shutil.rmtree(self._working_folder, ignore_errors=True)

    def run(self, program: Program, input_index: int = 0, limits: Limits | None = None) -> TracedRun:
        """Trace one program on one of its inputs.

        If the tracer fails, or is known to have changed the program's behaviour, the program runs once more without the
        tracer. The trace then holds the events before the failure or change, and the output and exception of the
        untraced run: see `outcome.with_untraced_outcome`.

        If the server ends or does not reply in both attempts, the trace has no events and the status `killed`.

        Args:
            input_index: index into `program.inputs`.
            limits: limits of this run; by default those of the runner.

        Raises:
            ConfigError: the engine runs programs of another language.
            IsolationError: the program is untrusted and this machine cannot isolate it.
            TracingError: the server does not start again, a run's files cannot be created, or this process is a
                fork of the one that created the runner.
        """
        self._check_process()
        self._check(program, input_index)
        options = self._options_with(limits)
        run, first_perturbed_event = self._run(program, input_index, options, traced=True)
        if run.run.head.status is not Status.TRACER_ERROR and first_perturbed_event is None:
            return run
        untraced, _ = self._run(program, input_index, options, traced=False)
        trace = outcome.with_untraced_outcome(run.trace, untraced.trace, first_perturbed_event)
        wall_s, cpu_s = run.wall_s + untraced.wall_s, run.cpu_s + untraced.cpu_s
        return replace(
            untraced, run=RecordedRun.of(trace), wall_s=wall_s, cpu_s=cpu_s, first_perturbed_event=first_perturbed_event
        )

    def run_together(self, runs: Sequence[tuple[Program, int]]) -> Iterator[TracedRun]:
        """Trace several programs, each on one of its inputs, as `run` does.

        Consecutive programs with `may_share_process` run in one process if the engine supports it. The time and CPU
        time of that process are divided equally among those that it completed.

        Raises:
            As `run`.
        """
        engine = self._engine
        shares = isinstance(engine, SharingEngine) and engine.shares_processes and reader.is_built()
        for shared, group in groupby(runs, lambda run: shares and self._may_share(run[0])):
            members = list(group)
            while members:
                found = self._run_shared(members) if shared and len(members) > 1 else []
                yield from found
                if len(found) < len(members):
                    program, input_index = members[len(found)]
                    yield self.run(program, input_index)
                    shared = shared and bool(found)  # no second process that completes nothing
                members = members[len(found) + 1:]

    def _may_share(self, program: Program) -> bool:
        return program.may_share_process and not self.options.finds_files(program)

    def _run_shared(self, runs: Sequence[tuple[Program, int]]) -> list[TracedRun]:
        """Run programs in one process; return those that ended with or without an exception, before the first other.

        A run that exceeded a limit, for example, may have used what an earlier one left over.
        """
        self._check_process()
        for program, input_index in runs:
            self._check(program, input_index)
        options, engine = self.options, self._engine
        server = self._servers.get(self.isolation.files) or self._start(self.isolation)
        assert isinstance(engine, SharingEngine)
        with closing(self._new_files(lambda: SharedJobFiles(engine, runs, options))) as files:
            try:
                child = server.run_job(options.limits.wall_s, files.descriptors)
                raw_results = files.read_raw_results()
            except ServerLost:
                self._stop()
                return []
            except BaseException:  # as in `_run`
                self._stop()
                raise
        found: list[RecordedRun] = []
        for (program, input_index), raw_result in zip(runs, raw_results):
            recorded = self._record(program, input_index, options, raw_result)
            ended = recorded.head.status in (Status.OK, Status.EXCEPTION)
            if not ended or raw_result.first_perturbed_event is not None:
                break
            found.append(recorded)
        wall_s, cpu_s = (spent / max(1, len(found)) for spent in (child.wall_s, child.cpu_s))
        return [TracedRun(recorded, wall_s, cpu_s, child.max_rss_bytes, attempts=1) for recorded in found]

    def run_untraced(self, program: Program, input_index: int = 0, limits: Limits | None = None) -> TracedRun:
        """Run a program as `run` does, but without the tracer: the trace has output and outcome, but no events."""
        self._check(program, input_index)
        return self._run(program, input_index, self._options_with(limits), traced=False)[0]

    def _check_process(self) -> None:
        if os.getpid() != self._owner_pid:
            raise TracingError("a runner cannot be used in a forked process; create one after the fork")

    def _check(self, program: Program, input_index: int) -> None:
        self.options.check_language(program)
        self.isolation.check(program, input_index, self.options.finds_files(program))

    def _options_with(self, limits: Limits | None) -> RunOptions:
        return self.options if limits is None else replace(self.options, limits=limits)

    def _run(
        self, program: Program, input_index: int, options: RunOptions, traced: bool
    ) -> tuple[TracedRun, int | None]:
        """Run a program, and run it once more if the server ended or did not reply.

        Returns:
            The run, and the number of events before its first perturbed event (None: no such event is known).
        """
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            try:
                return self._run_once(program, input_index, options, traced, attempt)
            except ServerLost:
                self._stop()
            except BaseException:  # such as Ctrl-C: the next run must not receive this run's reply
                self._stop()
                raise
        lost = self._record(program, input_index, options, outcome.LOST_RUN)
        return TracedRun(lost, 0.0, 0.0, 0, _MAX_ATTEMPTS), None

    def _run_once(
        self, program: Program, input_index: int, options: RunOptions, traced: bool, attempt: int
    ) -> tuple[TracedRun, int | None]:
        text = options.files if program.files is None else program.files
        found = None if text is None else _encoded_files(text)
        isolation = self._isolation_for(found is not None)
        server = self._servers.get(isolation.files) or self._start(isolation)
        in_memory = found if isolation.files else None
        files = self._new_files(lambda: JobFiles(self._engine, program, input_index, options, traced, in_memory))
        try:
            if found and in_memory is None:
                self._fill_working_folder(found)
            child = server.run_job(options.limits.wall_s, files.descriptors)
            raw_result = files.read_raw_result(child)
        finally:
            files.close()
            # without files, only trusted programs can write to it
            if not self._closed and (self.isolation.mode is Mode.TRUSTED or found and in_memory is None):
                self._empty_working_folder()
        recorded = self._record(program, input_index, options, raw_result)
        run = TracedRun(recorded, child.wall_s, child.cpu_s, child.max_rss_bytes, attempt)
        return run, raw_result.first_perturbed_event

    def _new_files(self, create: Callable[[], _Files]) -> _Files:
        try:
            return create()
        except OSError as error:
            raise TracingError(f"cannot create the files of a run: {os.strerror(error.errno or 0)}") from None

    def _record(
        self, program: Program, input_index: int, options: RunOptions, raw_result: outcome.RawRunResult
    ) -> RecordedRun:
        analysis = self._analyse(well_formed(program.code))
        return outcome.make_run(
            program, input_index, options.limits, raw_result, self._normaliser, analysis, **options.trace_fields(),
            **self._versions,
        )

    @property
    def server(self) -> RunServer | None:
        """The server of the programs without files, or of all if every program has files; None: it has ended."""
        return self._servers.get(self._isolation_for(self.options.files is not None).files)

    def _isolation_for(self, files: bool) -> Isolation:
        return self._file_isolation if files and self._file_isolation.writable_folder else self.isolation

    def _start(self, isolation: Isolation) -> RunServer:
        self._check_open()
        os.makedirs(self._working_folder, exist_ok=True)  # a trusted program may have removed it
        server = self._servers[isolation.files] = self._engine.start(isolation, self._hash_seed, self._working_folder)
        self._check_open()
        return server

    def _check_open(self) -> None:
        if self._closed:
            self.close()  # the thread that closed the runner did not see a server that this one was starting
            raise TracingError("the runner is closed")

    def _stop(self) -> None:
        for files in list(self._servers):
            server = self._servers.pop(files, None)  # None: another thread stops it
            if server is not None:
                server.stop()

    def _fill_working_folder(self, files: Mapping[bytes, bytes]) -> None:
        """Write the files of a program that has no writable folder. No untrusted program can change the working folder.

        Raises:
            TracingError: a file cannot be written.
        """
        try:
            for name, content in files.items():
                path = os.path.join(os.fsencode(self._working_folder), name)
                with open(path, "xb", opener=lambda path, flags: os.open(path, flags | os.O_NOFOLLOW, 0o644)) as file:
                    file.write(content)
                    os.fchmod(file.fileno(), 0o644)  # programs may run as another user
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise TracingError(f"cannot write the files of a program to {self._working_folder}: {reason}") from None

    def _empty_working_folder(self) -> None:
        """Remove the files that a program left in its working folder.

        If that fails, stop the server and create another working folder. The next run starts a server there.
        """
        try:
            with os.scandir(self._working_folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.path)
                    else:
                        os.unlink(entry.path)
        except OSError:
            self._stop()
            shutil.rmtree(self._working_folder, ignore_errors=True)
            self._working_folder = _create_working_folder()


@lru_cache(maxsize=_CACHED_FILES)
def _encoded_files(text: str) -> Mapping[bytes, bytes]:
    """Return the files of a text that `records.files_text` returned: name → content."""
    return {encoded(name): encoded(content) for name, content in files_of(text).items()}


def _create_working_folder() -> str:
    folder = tempfile.mkdtemp(prefix="statecode-")
    os.chmod(folder, 0o755)  # programs may run as another user
    return folder
