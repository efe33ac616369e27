"""Add an engine from outside of the package: a language of its own, whose server is a script that knows no statecode."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode import cli
from statecode.corpus.build import build
from statecode.errors import ConfigError, CorpusError
from statecode.records import Change, EventKind, ExceptionInfo, Limits, Program, Status
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import registry
from statecode.tracing.engines.base import ChildResult, Engine, RunServer, ServerLost
from statecode.tracing.sandbox.isolation import Isolation

SERVER = r"""
import json, mmap, os, socket, struct, sys, time

def run(code, limit, write, stdout):
    # lines are "NAME = TERM + TERM ..." or "print NAME"; as with snoop, a change is in the event after its line
    values, changes, previous, written = {}, [], 1, 0
    events = 0
    for line, text in enumerate(code.splitlines(), 1):
        if events == limit:
            return {"limit": "events"}
        write([3, line, previous, 0, 0, 0, "main", changes, None, None, written])
        events, previous, changes = events + 1, line, []
        try:
            if text.startswith("print "):
                written += os.write(stdout, b"%d\n" % values[text[6:]])
            else:
                name, _, terms = text.partition(" = ")
                values[name] = sum(int(term) if term.isdecimal() else values[term] for term in terms.split(" + "))
                changes = [[name, str(values[name])]]
        except KeyError as error:
            return {"exception": ["UnknownName", str(error), line]}
    write([4, previous, previous, 0, 0, 0, "main", changes, None, None, written])
    return {}

supervisor = socket.socket(fileno=int(sys.argv[1]))
while True:
    message, fds, _, _ = socket.recv_fds(supervisor, 1, 5)
    if not message:
        break
    started = time.monotonic()
    job_fd, stdin, stdout, stderr, channel_fd = fds
    job = json.loads(os.read(job_fd, os.fstat(job_fd).st_size))
    channel = mmap.mmap(channel_fd, os.fstat(channel_fd).st_size)
    channel.seek(8)
    def write(record):
        channel.write(json.dumps(record).encode() + b"\n")
        channel[:8] = struct.pack("<Q", channel.tell() - 8)
    write(run(job["code"], job["record_limits"]["events"], write, stdout))
    for fd in fds:
        os.close(fd)
    supervisor.sendall(json.dumps(time.monotonic() - started).encode() + b"\n")
"""


class ToyServer:
    """A `RunServer`: the client of one process that runs SERVER."""

    def __init__(self, folder: str) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-c", SERVER, str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=folder)

    def run_job(self, wall_s: float, descriptors: list[int]) -> ChildResult:
        try:
            self._socket.settimeout(wall_s + 10)
            socket.send_fds(self._socket, [b"j"], descriptors)
            return ChildResult(0, False, json.loads(self._socket.recv(100)), 0.0, 0)
        except (OSError, ValueError) as error:  # ValueError: the socket is closed, so nothing was received
            raise ServerLost(str(error)) from None

    def stop(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()


class ToyEngine:
    """An `Engine`. The server needs no sandbox, because programs of the language can only add and print numbers."""

    name = "toy"
    language = "toy"
    fidelities = ("snoop",)

    def unavailable_reason(self) -> str:
        return ""

    def start(self, isolation: Isolation, hash_seed: int, folder: str) -> RunServer:
        return ToyServer(folder)

    def encode_job(self, fields: Mapping[str, Any]) -> bytes:
        return json.dumps(fields).encode()

    def analyse(self, code: str) -> None:
        return None


@pytest.fixture(autouse=True)
def toy() -> Iterator[Engine]:
    engine = ToyEngine()
    registry.ENGINES.register(engine)
    yield engine
    registry.ENGINES.unregister("toy")


CODE = "a = 1\nb = a + 20 + a\nprint b\n"
PROGRAMS = [
    Program(program_id=name, problem_id=name, code=code, language="toy")
    for name, code in (("adds", CODE), ("fails", "print nothing\n"))
]


def test_a_trace() -> None:
    trace = statecode.trace(CODE, engine="toy")
    assert (trace.engine, trace.language, trace.status, trace.stdout) == ("toy", "toy", Status.OK, "22\n")
    assert [(event.kind, event.line) for event in trace.events] == [
        (EventKind.LINE, 1), (EventKind.LINE, 2), (EventKind.LINE, 3), (EventKind.RETURN, 3),
    ]
    assert [event.changes for event in trace.events[:3]] == [(), (Change("a", "1"),), (Change("b", "22"),)]


def test_a_failed_program_and_a_limit() -> None:
    with SandboxRunner(RunOptions(engine="toy")) as runner:
        failed = runner.run(PROGRAMS[1]).trace
        limited = runner.run(PROGRAMS[0], limits=Limits(events=2)).trace
    assert failed.exception == ExceptionInfo("UnknownName", "'nothing'", 1) and failed.status is Status.EXCEPTION
    assert (limited.status, limited.truncation, len(limited.events)) == (Status.EVENT_LIMIT, "events", 2)


def test_a_lost_server_is_started_again() -> None:
    with SandboxRunner(RunOptions(engine="toy")) as runner:
        runner.server._process.kill()
        run = runner.run(PROGRAMS[0])
    assert (run.trace.stdout, run.attempts) == ("22\n", 2)


def test_a_corpus_and_a_view_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = build(PROGRAMS, tmp_path, engine="toy", workers=1, split="100,0,0", progress=False)
    assert (report.manifest.finished, report.failed) == (True, {})
    rows = {trace.program_id: trace for trace in statecode.read(tmp_path)}
    assert [(rows[name].engine, rows[name].language, rows[name].stdout) for name in ("adds", "fails")] == [
        ("toy", "toy", "22\n"), ("toy", "toy", ""),
    ]
    text = statecode.views.render(rows["adds"], "compact")
    assert "1 a=1\n2 b=22\n" in text
    assert statecode.views.parse(text, "compact").content() == rows["adds"].content()
    assert cli.main(["show", str(tmp_path), "adds#0", "--view", "compact"]) == 0
    assert text in capsys.readouterr().out


class UnpicklableEngine(ToyEngine):
    """An engine that no worker can receive."""

    name = "unpicklable"

    def __init__(self) -> None:
        self.answer = lambda: 42


class EngineOfAScript(ToyEngine):
    """An engine whose class is in the script that is executed."""

    name = "script"
    __module__ = "__main__"


@pytest.mark.parametrize("engine", [UnpicklableEngine(), EngineOfAScript()])
def test_an_engine_that_no_worker_can_receive(engine: Engine, tmp_path: Path) -> None:
    registry.ENGINES.register(engine)
    try:
        with pytest.raises(ConfigError, match=f"the engine {engine.name} cannot be sent to the workers of a build"):
            build(PROGRAMS, tmp_path / "corpus", engine=engine.name, progress=False)
    finally:
        registry.ENGINES.unregister(engine.name)
    assert not (tmp_path / "corpus").exists()


def test_a_corpus_of_an_engine_that_is_not_registered(tmp_path: Path) -> None:
    report = build(PROGRAMS, tmp_path, engine="toy", workers=1, split="100,0,0", progress=False)
    registry.ENGINES.unregister("toy")
    try:
        with pytest.raises(CorpusError, match="was begun with the engine toy, which is not registered here; known: na"):
            build(PROGRAMS, tmp_path, progress=False)
    finally:
        registry.ENGINES.register(ToyEngine())
    assert report.manifest.finished and len(list(statecode.read(tmp_path))) == 2


def test_another_engine_of_the_same_name(toy: Engine) -> None:
    first = statecode.trace(CODE, engine="toy")
    registry.ENGINES.unregister("toy")
    registry.ENGINES.register(LostEngine())
    assert (first.stdout, statecode.trace(CODE, engine="toy").status) == ("22\n", Status.KILLED)


class LostEngine(ToyEngine):
    """An engine of the same name whose server never replies."""

    def start(self, isolation: Isolation, hash_seed: int, folder: str) -> RunServer:
        server = ToyServer(folder)
        server.stop()
        return server


def test_the_commands_name_the_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "adds.toy"
    path.write_text(CODE)
    assert cli.main(["trace", str(path), "--engine", "toy", "--view", "compact"]) == 0
    assert "2 b=22" in capsys.readouterr().out
    assert cli.main(["trace", str(path), "--engine", "toy", "--fidelity", "full"]) == 2
    error = "error: the engine toy has no fidelity full; use the fidelity snoop\n"
    assert capsys.readouterr().err == error


def test_the_language_selects_the_engine(toy: Engine) -> None:
    assert registry.default_engine("toy") is toy and registry.default_engine() is not toy
    with pytest.raises(ConfigError, match="no engine runs programs in cobol; known: native, snoop, toy"):
        registry.default_engine("cobol")


def test_a_name_is_used_once(toy: Engine) -> None:
    with pytest.raises(ValueError, match="there is an engine 'toy' already"):
        registry.ENGINES.register(toy)


class WithoutServer:
    """Lacks `start`, `encode_job` and `analyse`."""

    name, language, fidelities = "half", "toy", ("snoop",)
    unavailable_reason = ToyEngine.unavailable_reason


class WithFidelity(ToyEngine):
    name, fidelities = "half", ("exact",)


@pytest.mark.parametrize(
    "engine, reason",
    [
        (WithFidelity, "is a class; register an object of it"),
        (WithoutServer(), "lacks start, encode_job, analyse"),
        (WithFidelity(), "needs fidelities; those that exist: snoop, full"),
    ],
)
def test_an_engine_with_errors_is_refused(engine: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^the engine 'half' {reason}$"):
        registry.ENGINES.register(engine)
    assert "half" not in registry.ENGINES


def test_an_engine_that_cannot_be_used_here(toy: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToyEngine, "unavailable_reason", lambda self: "it needs a moon")
    with pytest.raises(ConfigError, match="the toy engine cannot be used here: it needs a moon$"):
        SandboxRunner(RunOptions(engine="toy"))
