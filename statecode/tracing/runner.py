"""A slot: one warm process and the supervisor's side of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from sys import version_info
from types import TracebackType

from statecode.errors import TracingError
from statecode.records import Limits, Program, Status, Trace
from statecode.tracing.engines import check_usable, default_engine, repr_limit_of
from statecode.tracing.forkserver.client import ForkServer, ForkServerLost
from statecode.tracing.forkserver.job import JobFiles
from statecode.tracing.sandbox.isolation import Isolation, Mode, isolation_for
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire import outcome
from statecode.tracing.wire.normalise import Normaliser

_ATTEMPTS = 2
_ANALYSES = 4  # of sources, kept for the other inputs of a program


@dataclass(frozen=True, slots=True)
class TracedRun:
    """A trace and what it cost; the costs go into the ledger, never into rows."""

    trace: Trace
    wall_s: float        # of the child, from fork to exit
    cpu_s: float         # user and system time of the child
    max_rss_bytes: int   # peak resident memory of the child
    attempts: int        # 2 where the warm process died once and the run was repeated
    first_perturbed_event: int | None = None  # events before the tracer changed the program, if it did


class SandboxRunner:
    """Runs programs one after the other, each in a child forked from one warm process.

    Use it as a context manager. It may be used from one thread at a time.

    Args:
        engine: which of `engines.ENGINES` records; by default the native one where it can be used, else snoop.
        isolation: how programs are kept from everything else; by default the strongest way that this machine allows.
        hash_seed: of the interpreter that programs run in.
        fidelity: one of `records.FIDELITIES`: how values are read.
        repr_limit: characters of a value that are kept with the fidelity `full`; by default `records.REPR_LIMIT`.

    Raises:
        ConfigError: the engine is unknown or cannot be used here, or does not have this fidelity, or a package to
            allow is not installed.
        TracingError: the warm process does not start.
    """

    def __init__(
        self, engine: str | None = None, limits: Limits | None = None, isolation: Isolation | None = None,
        hash_seed: int = 0, fidelity: str = "snoop", repr_limit: int | None = None,
    ) -> None:
        self.engine = default_engine() if engine is None else engine
        check_usable(self.engine)
        self.fidelity = fidelity
        self.repr_limit = repr_limit_of(self.engine, fidelity, repr_limit)
        self.limits = limits or Limits()
        self.isolation = isolation or isolation_for()
        self._hash_seed = hash_seed
        self._normaliser = Normaliser()
        self._analysis = lru_cache(maxsize=_ANALYSES)(SourceAnalysis)
        self._versions = {"snoop_version": version("snoop"), "python": f"{version_info[0]}.{version_info[1]}"}
        self._warm: ForkServer | None = None
        self._scratch = _new_scratch()
        self._owner = os.getpid()
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SandboxRunner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process and remove its scratch folder; safe to call twice, and in a forked process no act."""
        if os.getpid() != self._owner:
            return
        self._stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def run(self, program: Program, input_index: int = 0, limits: Limits | None = None) -> TracedRun:
        """Trace one program on one of its inputs.

        Where the tracer fails, or is known to have changed the program, the program is run once more without it: the
        trace then holds the events until there, and what the untraced program wrote and how it ended.

        A program that takes the warm process down twice gets a trace without events, with the status `killed`.

        Raises:
            IsolationError: the program is untrusted, and this machine cannot hold it.
            TracingError: the warm process cannot be started again, or there is no room for a run's files.
        """
        if os.getpid() != self._owner:
            raise TracingError("a slot belongs to the process that made it; make another after a fork")
        self.isolation.check(program, input_index)
        limits = limits or self.limits
        run, first_perturbed_event = self._run(program, input_index, limits, traced=True)
        if run.trace.status is not Status.TRACER_ERROR and first_perturbed_event is None:
            return run
        plain, _ = self._run(program, input_index, limits, traced=False)
        trace = outcome.with_untraced_end(run.trace, plain.trace, first_perturbed_event)
        wall_s, cpu_s = run.wall_s + plain.wall_s, run.cpu_s + plain.cpu_s
        return replace(plain, trace=trace, wall_s=wall_s, cpu_s=cpu_s, first_perturbed_event=first_perturbed_event)

    def run_untraced(self, program: Program, input_index: int = 0, limits: Limits | None = None) -> TracedRun:
        """Run a program as `run` does, without the tracer: what it wrote and how it ended, and no events."""
        self.isolation.check(program, input_index)
        return self._run(program, input_index, limits or self.limits, traced=False)[0]

    def _run(self, program: Program, input_index: int, limits: Limits, traced: bool) -> tuple[TracedRun, int | None]:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._run_once(self._warm or self._start(), program, input_index, limits, traced, attempt)
            except ForkServerLost:
                self._stop()
            except BaseException:  # Ctrl-C: an answer is outstanding, which must not be taken for the next run's
                self._stop()
                raise
        return TracedRun(self._trace(program, input_index, limits, outcome.LOST_RUN), 0.0, 0.0, 0, _ATTEMPTS), None

    def _run_once(
        self, warm: ForkServer, program: Program, input_index: int, limits: Limits, traced: bool, attempt: int
    ) -> tuple[TracedRun, int | None]:
        try:
            files = JobFiles(program, input_index, limits, traced, self.repr_limit)
        except OSError as error:
            raise TracingError(f"no room for the files of a run: {os.strerror(error.errno or 0)}") from None
        try:
            answer = warm.ask(limits.wall_s, files.descriptors)
            raw_result = files.raw_result(answer, limits)
        finally:
            files.close()
            if self.isolation.mode is Mode.TRUSTED:  # in the other modes nothing can be written
                self._clean_scratch()
        trace = self._trace(program, input_index, limits, raw_result)
        run = TracedRun(trace, answer.wall_s, answer.cpu_s, answer.max_rss_bytes, attempt)
        return run, outcome.first_perturbed_event(raw_result)

    def _trace(self, program: Program, input_index: int, limits: Limits, raw_result: outcome.RawRunResult) -> Trace:
        analysis = self._analysis(program.code) if self.engine == "native" else None
        return outcome.make_trace(
            program, input_index, limits, raw_result, self._normaliser, analysis, engine=self.engine,
            fidelity=self.fidelity, repr_limit=self.repr_limit, **self._versions,
        )

    def _start(self) -> ForkServer:
        os.makedirs(self._scratch, exist_ok=True)  # a program may have removed it
        self._warm = ForkServer(self.isolation, self._hash_seed, self._scratch, self.engine)
        return self._warm

    def _stop(self) -> None:
        if self._warm is not None:
            self._warm.stop()
            self._warm = None

    def _clean_scratch(self) -> None:
        """Empty the folder in which programs run; what resists makes the warm process start again in a new one."""
        try:
            with os.scandir(self._scratch) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.path)
                    else:
                        os.unlink(entry.path)
        except OSError:
            self._stop()
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = _new_scratch()


def _new_scratch() -> str:
    folder = tempfile.mkdtemp(prefix="statecode-")
    os.chmod(folder, 0o755)  # another user may run programs in it
    return folder
