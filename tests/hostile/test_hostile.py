"""Test that each hostile program ends as expected in every mode, and does no harm outside its own record.

The tests also check themselves: with a layer removed, the programs in `weakenings.py` do harm, and the tests detect it.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from statecode.records import Program, Status, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.sandbox.isolation import Isolation
from tests.hostile.environment import SECRET_VARIABLE, Environment
from tests.hostile.expectations import PROGRAMS, load
from tests.hostile.hostile_runner import LIMITS, ORDINARY, HostileRunner
from tests.hostile.weakenings import WEAKENINGS
from tests.support.runners import MODES, isolation_or_skip

CORPUS = load()
MINIMUM_PROGRAMS = 110

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info[:2] != (3, 11),
    reason="the hostile programs are written for Linux and Python 3.11",
)


def runs() -> list[Any]:
    """Return one parameter set per mode and program; in the mode `trusted` only programs that need no isolation."""
    return [
        pytest.param(mode, name, id=f"{mode}-{name}")
        for mode in MODES for name, hostile in CORPUS.items() if mode != "trusted" or "trusted" in hostile.runs
    ]


@pytest.fixture(scope="module")
def runner_of_mode():
    """Yield a function that returns the open `HostileRunner` of a mode and first closes the runner of another mode."""
    runners: dict[str, HostileRunner] = {}

    def open_runner(mode: str) -> HostileRunner:
        if mode not in runners:
            close()
            runners[mode] = HostileRunner(isolation_or_skip(mode)).__enter__()
        return runners[mode]

    def close() -> None:
        while runners:
            runners.popitem()[1].__exit__()

    yield open_runner
    close()


@pytest.mark.one_python
@pytest.mark.parametrize(("mode", "name"), runs())
def test_a_program_harms_only_its_own_record(runner_of_mode, mode, name) -> None:
    assert runner_of_mode(mode).problems(CORPUS[name]) == []


def without(isolation: Isolation, *names: str) -> Isolation:
    """Return the isolation with these layers switched off."""
    layers = tuple(
        dataclasses.replace(layer, active=False, detail="removed by a test") if layer.name in names else layer
        for layer in isolation.layers
    )
    weakened = dataclasses.replace(isolation, layers=layers)
    assert not weakened.active & set(names)
    return weakened


def has_rights_of_root() -> bool:
    """Return True if this process is root with its usual capabilities, outside of user namespaces."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    usual = sum(1 << number for number in (0, 6, 7, 13, 27))  # CAP_CHOWN, SETGID, SETUID, NET_RAW, MKNOD
    return effective & usual == usual and Path("/proc/self/uid_map").read_text().split() == ["0", "0", str(2**32 - 1)]


@pytest.mark.one_python
@pytest.mark.parametrize("name", WEAKENINGS)
def test_programs_do_harm_with_layers_removed(name) -> None:
    weakening = WEAKENINGS[name]
    if weakening.root_only and not has_rights_of_root():
        pytest.skip(f"{name}: needs the capabilities of root, which programs would keep")
    with HostileRunner(without(isolation_or_skip(weakening.mode), *weakening.layers)) as runner:
        found = {name for name in weakening.harmful if runner.problems(CORPUS[name])}
    assert found == set(weakening.harmful)


@pytest.mark.one_python
@pytest.mark.parametrize("mode", MODES)
def test_two_runners_do_not_affect_each_other(mode) -> None:
    """Check that a program with the maximum number of threads does not prevent threads in another runner."""
    isolation = isolation_or_skip(mode)
    bomb = CORPUS["processes/thread_bomb"].code + "import time\ntime.sleep(1.5)\n"
    ordinary = "import threading\nthread = threading.Thread(target=print, args=(5,))\nthread.start()\nthread.join()\n"
    with (SandboxRunner(RunOptions(limits=LIMITS), isolation=isolation) as first,
          SandboxRunner(RunOptions(limits=LIMITS), isolation=isolation) as second):
        bomb_thread = threading.Thread(target=first.run, args=(program(bomb),))
        bomb_thread.start()
        time.sleep(1)
        trace = second.run(program(ordinary)).trace
        bomb_thread.join()
    assert (trace.status, trace.stdout) == (Status.OK, "5\n")


def test_the_corpus_covers_every_topic() -> None:
    assert len(CORPUS) >= MINIMUM_PROGRAMS
    counts = {topic.name: sum(name.startswith(f"{topic.name}/") for name in CORPUS) for topic in PROGRAMS.iterdir()}
    assert {topic for topic, count in counts.items() if count < 5} == set()


def test_only_programs_with_repairable_harm_run_without_layers() -> None:
    for weakening in WEAKENINGS.values():
        assert [name for name in weakening.harmful if "weakened" not in CORPUS[name].runs] == []


def test_each_layer_prevents_harm() -> None:
    """Check the number of programs that do harm under each weakening. docs/isolation.md contains these numbers."""
    counts = {name: len(set(weakening.harmful)) for name, weakening in WEAKENINGS.items()}
    assert counts == {
        "no-namespaces-without-landlock": 31, "no-namespaces-without-seccomp": 46, "limits-alone": 125,
        "limits-alone-as-root": 7, "full-without-seccomp": 32,
    }


# Tests that harm is detected: each test does the harm itself, without a hostile program


def program(code: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code)


def trace_of(stdout: str = "") -> Trace:
    return Trace(program_id="p", problem_id="p", input_index=0, code="", stdin="", status=Status.OK, stdout=stdout)


@pytest.fixture(scope="module")
def shared_environment():
    with Environment() as environment:
        environment.runner_started(os.getpid())
        yield environment


@pytest.fixture
def environment(shared_environment):
    shared_environment.start_measurement()
    assert shared_environment.violations(trace_of()) == []
    yield shared_environment
    shared_environment.repair()
    shared_environment.start_measurement()
    assert shared_environment.violations(trace_of()) == []


def send_datagram(address: object, family: int) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hostile", address)  # type: ignore[arg-type]


def connect(address: object, family: int) -> None:
    with socket.socket(family) as connection:
        connection.connect(address)  # type: ignore[arg-type]


def leave_a_process(locations: dict) -> None:
    subprocess.run(["sh", "-c", "setsid sleep 60 &"], check=True)


def leave_a_file(locations: dict) -> None:
    Path("/tmp", locations["mark"] + ".txt").touch()


HARMS: dict[str, Callable[[dict], object]] = {
    "canary: content": lambda locations: Path(locations["canary"]).write_text("x", encoding="ascii"),
    "canary: st_mode": lambda locations: os.chmod(locations["canary"], 0o600),
    "canary: st_mtime_ns": lambda locations: os.utime(locations["canary"]),
    "canary: st_nlink": lambda locations: os.link(locations["canary"], locations["canary"] + ".linked"),
    "canary: names": lambda locations: Path(locations["folder"], "new").touch(),
    "the secret open_secret was moved": lambda locations: os.unlink(locations["open_secret"]),
    "the tcp listener": lambda locations: connect(("127.0.0.1", locations["tcp"]), socket.AF_INET),
    "the udp listener": lambda locations: send_datagram(("127.0.0.1", locations["udp"]), socket.AF_INET),
    "the unix listener": lambda locations: connect(locations["unix"], socket.AF_UNIX),
    "the unix_datagram listener": lambda locations: send_datagram(locations["unix_datagram"], socket.AF_UNIX),
    "the abstract listener": lambda locations: connect("\0" + locations["abstract"], socket.AF_UNIX),
    "the abstract_datagram listener": lambda locations: send_datagram("\0" + locations["abstract_datagram"], socket.AF_UNIX),
    "victim {victim}: state": lambda locations: os.kill(locations["victim"], signal.SIGKILL),
    "victim {peer}: state was asleep, is T": lambda locations: os.kill(locations["peer"], signal.SIGSTOP),
    "victim {victim}: ShdPnd": lambda locations: os.kill(locations["victim"], signal.SIGWINCH),
    "victim {victim}: nice": lambda locations: os.setpriority(os.PRIO_PROCESS, locations["victim"], 10),
    "1 processes left: sleep 60": leave_a_process,
    "left behind: /tmp/": leave_a_file,
}


@pytest.mark.parametrize("harm", HARMS)
def test_harm_is_detected_and_repaired(environment, harm) -> None:
    locations = environment.locations()
    HARMS[harm](locations)
    time.sleep(0.05)  # time for a signal to arrive
    expected = harm.format(**locations)
    assert [found for found in environment.violations(trace_of()) if found.startswith(expected)]


@pytest.mark.parametrize("key", ["secret", "open_secret"])
def test_a_secret_in_a_trace_is_detected(environment, key) -> None:
    token = Path(environment.locations()[key]).read_text(encoding="ascii")
    assert environment.violations(trace_of(f"it is {token}"))


def test_the_secret_of_the_environment_is_detected(environment) -> None:
    assert environment.violations(trace_of(os.environ[SECRET_VARIABLE])) == ["the secret in the environment was read"]


def test_a_descriptor_left_open_is_detected(environment) -> None:
    fd = os.open(os.devnull, os.O_RDONLY)
    try:
        assert [found for found in environment.violations(trace_of()) if found.startswith("supervisor: descriptors")]
    finally:
        os.close(fd)


def test_memory_used_to_read_a_run_is_detected(environment) -> None:
    environment._supervisor.record_baseline()  # earlier tests may have freed memory since the baseline
    assert (b"x" * (400 * 2**20)).isascii()
    assert [found for found in environment.violations(trace_of()) if found.endswith("MB to read the run")]


def test_unmet_expectations_are_reported() -> None:
    hostile = dataclasses.replace(
        ORDINARY, must=["timeout wall", "killed"], stdout="a", prints=["b"], lacks=["c"], complains=["d"], recorded=["x = 1"]
    )
    mismatches = hostile.mismatches(trace_of("c\n"), LIMITS)
    assert mismatches == [
        "must be timeout wall | killed; is ok ", "stdout lacks 'b'", "stdout has 'c'", "stderr lacks 'd'",
        "not recorded: x = 1", "stdout must be 'a'; is 'c'",
    ]
