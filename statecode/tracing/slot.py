"""A slot: one warm process and the supervisor's side of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import statecode
from statecode.errors import ConfigError, TracingError
from statecode.records import Limits, Program, Status, Trace
from statecode.tracing import channel, outcome, zygote
from statecode.tracing.normalise import Normaliser

ENGINES = ("snoop",)
"""The engines that record traces, by name; the first is the default."""

_PATIENCE_S = 10.0  # beyond the wall limit, before a silent warm process is taken for dead
_START_S = 60.0     # a loaded machine may need seconds to import snoop; usually 0.2
_ATTEMPTS = 2
_PACKAGE_ROOT = str(Path(statecode.__file__).parent.parent)
_LAUNCH = (
    "import sys; root, fd = sys.argv[1:]; sys.path.insert(1, root); "
    "from statecode.tracing.zygote import main; main(root, int(fd))"
)


@dataclass(frozen=True, slots=True)
class TracedRun:
    """A trace and what it cost; the costs go into the ledger, never into rows."""

    trace: Trace
    wall_s: float        # of the child, from fork to exit
    cpu_s: float         # user and system time of the child
    max_rss_bytes: int   # peak resident memory of the child
    attempts: int        # 2 where the warm process died once and the run was repeated


class Slot:
    """Runs programs one after the other, each in a child forked from one warm process.

    Use it as a context manager. It may be used from one thread at a time.

    Raises:
        ConfigError: the engine is unknown.
        TracingError: the warm process does not start.
    """

    def __init__(self, engine: str | None = None, limits: Limits | None = None) -> None:
        self.engine = ENGINES[0] if engine is None else engine
        if self.engine not in ENGINES:
            raise ConfigError(f"unknown engine {engine!r}; known: {', '.join(ENGINES)}")
        self.limits = limits or Limits()
        self._normaliser = Normaliser()
        self._versions = {"snoop_version": version("snoop"), "python": "{}.{}".format(*sys.version_info)}
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = tempfile.mkdtemp(prefix="statecode-")
        self._owner = os.getpid()
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Slot:
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
            TracingError: the warm process cannot be started again.
        """
        limits = limits or self.limits
        run, disturbed_at = self._run(program, input_index, limits, traced=True)
        if run.trace.status is not Status.TRACER_ERROR and disturbed_at is None:
            return run
        plain, _ = self._run(program, input_index, limits, traced=False)
        trace = outcome.with_untraced_end(run.trace, plain.trace, disturbed_at)
        return replace(plain, trace=trace, wall_s=run.wall_s + plain.wall_s, cpu_s=run.cpu_s + plain.cpu_s)

    def _run(self, program: Program, input_index: int, limits: Limits, traced: bool) -> tuple[TracedRun, int | None]:
        for attempt in range(1, _ATTEMPTS + 1):
            if self._process is None:
                self._start()
            try:
                return self._run_once(program, input_index, limits, traced, attempt)
            except (OSError, EOFError):
                self._stop()
            except BaseException:  # Ctrl-C: an answer is outstanding, which must not be taken for the next run's
                self._stop()
                raise
        return TracedRun(self._trace(program, input_index, limits, outcome.NOTHING), 0.0, 0.0, 0, _ATTEMPTS), None

    def _run_once(
        self, program: Program, input_index: int, limits: Limits, traced: bool, attempt: int
    ) -> tuple[TracedRun, int | None]:
        files = _JobFiles(program, input_index, limits, traced)
        try:
            answer = self._ask(files, limits)
            remains = files.remains(answer, limits)
        finally:
            files.close()
            self._clean_scratch()
        trace = self._trace(program, input_index, limits, remains)
        run = TracedRun(trace, answer.wall_s, answer.cpu_s, answer.max_rss_bytes, attempt)
        return run, outcome.disturbed_at(remains)

    def _trace(self, program: Program, input_index: int, limits: Limits, remains: outcome.Remains) -> Trace:
        return outcome.make_trace(
            program, input_index, limits, remains, self._normaliser, engine=self.engine, **self._versions
        )

    def _ask(self, files: _JobFiles, limits: Limits) -> _Answer:
        self._socket.settimeout(limits.wall_s + _PATIENCE_S)
        socket.send_fds(self._socket, [zygote.WALL.pack(limits.wall_s)], files.descriptors)
        status, wall_limit_hit, wall_s, user_s, system_s, rss = zygote.ANSWER.unpack(self._receive(zygote.ANSWER.size))
        return _Answer(status, wall_limit_hit, wall_s, user_s + system_s, rss)

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._socket.recv(size - len(data))
            if not part:
                raise EOFError("the tracing process closed its socket")
            data += part
        return data

    def _start(self) -> None:
        os.makedirs(self._scratch, exist_ok=True)  # a program may have removed it
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, tempfile.TemporaryFile() as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-B", "-c", _LAUNCH, _PACKAGE_ROOT, str(theirs.fileno())],
                pass_fds=[theirs.fileno()], env=self._environment(), cwd=self._scratch, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints,
            )
            theirs.close()
            self._socket.settimeout(_START_S)
            try:
                self._receive(len(zygote.READY))
            except (OSError, EOFError) as error:
                self._stop()
                complaints.seek(0)
                last = (complaints.read().decode(errors="replace").strip().splitlines() or [str(error)])[-1]
                raise TracingError(f"the tracing process did not start: {last}") from None

    def _environment(self) -> dict[str, str]:
        return {
            "PYTHONHASHSEED": "0",
            "PATH": os.defpath,
            "HOME": self._scratch,
            "TMPDIR": self._scratch,
            "LC_ALL": "C.UTF-8",
        }

    def _stop(self) -> None:
        self._socket.close()
        if self._process is not None:
            self._process.kill()  # its child dies with it
            self._process.wait()
            self._process = None

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
            self._scratch = tempfile.mkdtemp(prefix="statecode-")


@dataclass(frozen=True, slots=True)
class _Answer:
    wait_status: int
    wall_limit_hit: bool
    wall_s: float
    cpu_s: float
    max_rss_bytes: int


class _JobFiles:
    """The memory files of one job, in the order in which the warm process expects them."""

    def __init__(self, program: Program, input_index: int, limits: Limits, traced: bool) -> None:
        job = {
            "code": program.code,
            "cpu_s": limits.cpu_s,
            "memory_bytes": limits.memory_bytes,
            "output_bytes": limits.output_bytes,
            "events": limits.events,
            "traced": traced,
        }
        self._stdout = channel.memory_file("stdout")
        self._stderr = channel.memory_file("stderr")
        self._channel = channel.allocate(limits.trace_bytes)
        self.descriptors = [
            _filled("job", json.dumps(job).encode()),
            _filled("stdin", _stdin_bytes(program.inputs[input_index])),
            self._stdout,
            self._stderr,
            self._channel,
        ]

    def remains(self, answer: _Answer, limits: Limits) -> outcome.Remains:
        """Read what the child left in the files."""
        records, whole = channel.read_records(self._channel)
        return outcome.Remains(
            records=records,
            whole=whole,
            stdout=channel.read_bytes(self._stdout, limits.output_bytes),
            stderr=channel.read_bytes(self._stderr, limits.output_bytes),
            wait_status=answer.wait_status,
            wall_limit_hit=answer.wall_limit_hit,
            cpu_s=answer.cpu_s,
        )

    def close(self) -> None:
        for fd in self.descriptors:
            os.close(fd)


def _stdin_bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")  # bytes that were no UTF-8 go back to what they were
    except UnicodeEncodeError:                          # any other lone surrogate stands as its escape
        return text.encode("utf-8", "backslashreplace")


def _filled(name: str, data: bytes) -> int:
    fd = channel.memory_file(name)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
