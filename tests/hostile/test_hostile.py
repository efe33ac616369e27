"""Hostile programs: what must happen to each happens, in every mode, and nothing around them is touched.

And the suite's teeth: with a layer taken off, the programs named in `hostile/weakenings.py` do harm, and this is noticed.
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
from statecode.tracing import SandboxRunner
from statecode.tracing.sandbox.isolation import Isolation
from tests.hostile.arena import LIMITS, ORDINARY, Arena
from tests.hostile.environment import VARIABLE, Surroundings
from tests.hostile.expectations import PROGRAMS, load
from tests.hostile.weakenings import TEETH
from tests.support.runners import MODES, isolation_or_skip

CORPUS = load()
ENOUGH = 110

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info[:2] != (3, 11),
    reason="the hostile programs are written for Linux and run under Python 3.11 alone",
)


def runs() -> list[Any]:
    """Every program in every mode; in the trusted one those alone that need no isolation."""
    return [
        pytest.param(mode, name, id=f"{mode}-{name}")
        for mode in MODES for name, hostile in CORPUS.items() if mode != "trusted" or "trusted" in hostile.runs
    ]


@pytest.fixture(scope="module")
def arena_of():
    """Give the arena of a mode; the one before it is closed."""
    arenas: dict[str, Arena] = {}

    def give(mode: str) -> Arena:
        if mode not in arenas:
            close()
            arenas[mode] = Arena(isolation_or_skip(mode)).__enter__()
        return arenas[mode]

    def close() -> None:
        while arenas:
            arenas.popitem()[1].__exit__()

    yield give
    close()


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "name"), runs())
def test_nothing_but_its_own_record_is_harmed(arena_of, mode, name) -> None:
    assert arena_of(mode).problems(CORPUS[name]) == []


def without(isolation: Isolation, *names: str) -> Isolation:
    layers = tuple(
        dataclasses.replace(layer, active=False, detail="taken off by a test") if layer.name in names else layer
        for layer in isolation.layers
    )
    weakened = dataclasses.replace(isolation, layers=layers)
    assert not weakened.active & set(names)
    return weakened


def has_rights_of_root() -> bool:
    """Whether we are root with its usual capabilities, and not in a namespace of users."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    usual = sum(1 << number for number in (0, 6, 7, 13, 27))  # to change owners, group, user; raw sockets, devices
    return effective & usual == usual and Path("/proc/self/uid_map").read_text().split() == ["0", "0", str(2**32 - 1)]


@pytest.mark.slow
@pytest.mark.parametrize("name", TEETH)
def test_programs_do_harm_where_layers_are_taken_off(name) -> None:
    weakening = TEETH[name]
    if weakening.root_only and not has_rights_of_root():
        pytest.skip(f"{name}: we have no rights of root that programs could keep")
    with Arena(without(isolation_or_skip(weakening.mode), *weakening.layers)) as arena:
        found = {name for name in weakening.harmful if arena.problems(CORPUS[name])}
    assert found == set(weakening.harmful)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_two_slots_do_not_notice_each_other(mode) -> None:
    """As many threads as one program can have leave the next slot's program its own."""
    isolation = isolation_or_skip(mode)
    bomb = CORPUS["processes/thread_bomb"].code + "import time\ntime.sleep(1.5)\n"
    ordinary = "import threading\nthread = threading.Thread(target=print, args=(5,))\nthread.start()\nthread.join()\n"
    with SandboxRunner(limits=LIMITS, isolation=isolation) as first, SandboxRunner(limits=LIMITS, isolation=isolation) as second:
        beside = threading.Thread(target=first.run, args=(program(bomb),))
        beside.start()
        time.sleep(1)
        trace = second.run(program(ordinary)).trace
        beside.join()
    assert (trace.status, trace.stdout) == (Status.OK, "5\n")


def test_the_corpus_covers_every_topic() -> None:
    assert len(CORPUS) >= ENOUGH
    counts = {topic.name: sum(name.startswith(f"{topic.name}/") for name in CORPUS) for topic in PROGRAMS.iterdir()}
    assert {topic for topic, count in counts.items() if count < 5} == set()


def test_only_programs_that_can_be_mended_run_without_layers() -> None:
    for weakening in TEETH.values():
        assert [name for name in weakening.harmful if "weakened" not in CORPUS[name].runs] == []


def test_each_layer_has_teeth() -> None:
    """When this isolation was designed 4, 20 and 37 of 100 other programs did harm without Landlock, without seccomp,
    and with limits alone."""
    counts = {name: len(set(weakening.harmful)) for name, weakening in TEETH.items()}
    assert counts == {
        "no-namespaces-without-landlock": 31, "no-namespaces-without-seccomp": 46, "limits-alone": 125,
        "limits-alone-as-root": 7, "full-without-seccomp": 32,
    }


# that the surroundings see what is done to them: the test does it


def program(code: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code)


def trace_of(stdout: str = "") -> Trace:
    return Trace(program_id="p", problem_id="p", input_index=0, code="", stdin="", status=Status.OK, stdout=stdout)


@pytest.fixture(scope="module")
def untouched():
    with Surroundings() as surroundings:
        surroundings.slot_started(os.getpid())
        yield surroundings


@pytest.fixture
def surroundings(untouched):
    untouched.before_a_run()
    assert untouched.look(trace_of()) == []
    yield untouched
    untouched.mend()
    untouched.before_a_run()
    assert untouched.look(trace_of()) == []


def send_datagram(address: object, family: int) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hostile", address)  # type: ignore[arg-type]


def connect(address: object, family: int) -> None:
    with socket.socket(family) as connection:
        connection.connect(address)  # type: ignore[arg-type]


def leave_a_process(world: dict) -> None:
    subprocess.run(["sh", "-c", "setsid sleep 60 &"], check=True)


def leave_a_file(world: dict) -> None:
    Path("/tmp", world["mark"] + ".txt").touch()


HARMS: dict[str, Callable[[dict], object]] = {
    "canary: content": lambda world: Path(world["canary"]).write_text("x", encoding="ascii"),
    "canary: st_mode": lambda world: os.chmod(world["canary"], 0o600),
    "canary: st_mtime_ns": lambda world: os.utime(world["canary"]),
    "canary: st_nlink": lambda world: os.link(world["canary"], world["canary"] + ".linked"),
    "canary: names": lambda world: Path(world["folder"], "new").touch(),
    "the secret open_secret was moved": lambda world: os.unlink(world["open_secret"]),
    "the tcp listener": lambda world: connect(("127.0.0.1", world["tcp"]), socket.AF_INET),
    "the udp listener": lambda world: send_datagram(("127.0.0.1", world["udp"]), socket.AF_INET),
    "the unix listener": lambda world: connect(world["unix"], socket.AF_UNIX),
    "the unix_datagram listener": lambda world: send_datagram(world["unix_datagram"], socket.AF_UNIX),
    "the abstract listener": lambda world: connect("\0" + world["abstract"], socket.AF_UNIX),
    "the abstract_datagram listener": lambda world: send_datagram("\0" + world["abstract_datagram"], socket.AF_UNIX),
    "victim {victim}: state": lambda world: os.kill(world["victim"], signal.SIGKILL),
    "victim {peer}: state was asleep, is T": lambda world: os.kill(world["peer"], signal.SIGSTOP),
    "victim {victim}: ShdPnd": lambda world: os.kill(world["victim"], signal.SIGWINCH),
    "victim {victim}: nice": lambda world: os.setpriority(os.PRIO_PROCESS, world["victim"], 10),
    "1 processes left: sleep 60": leave_a_process,
    "left behind: /tmp/": leave_a_file,
}


@pytest.mark.parametrize("harm", HARMS)
def test_harm_is_noticed_and_mended(surroundings, harm) -> None:
    world = surroundings.places()
    HARMS[harm](world)
    time.sleep(0.05)  # a signal takes a moment
    expected = harm.format(**world)
    assert [found for found in surroundings.look(trace_of()) if found.startswith(expected)]


@pytest.mark.parametrize("where", ["secret", "open_secret"])
def test_a_secret_in_a_trace_is_noticed(surroundings, where) -> None:
    token = Path(surroundings.places()[where]).read_text(encoding="ascii")
    assert surroundings.look(trace_of(f"it is {token}"))


def test_the_secret_of_the_environment_is_noticed(surroundings) -> None:
    assert surroundings.look(trace_of(os.environ[VARIABLE])) == ["the secret in the environment was read"]


def test_a_descriptor_that_stays_open_is_noticed(surroundings) -> None:
    fd = os.open(os.devnull, os.O_RDONLY)
    try:
        assert [found for found in surroundings.look(trace_of()) if found.startswith("supervisor: descriptors")]
    finally:
        os.close(fd)


def test_memory_that_reading_took_is_noticed(surroundings) -> None:
    assert (b"x" * (400 * 2**20)).isascii()
    assert [found for found in surroundings.look(trace_of()) if found.endswith("MB to read the run")]


def test_an_expectation_that_is_not_met_is_told() -> None:
    hostile = dataclasses.replace(
        ORDINARY, must=["timeout wall", "killed"], stdout="a", prints=["b"], lacks=["c"], complains=["d"], recorded=["x = 1"]
    )
    complaints = hostile.complaints(trace_of("c\n"), LIMITS)
    assert complaints == [
        "must be timeout wall | killed; is ok ", "stdout lacks 'b'", "stdout has 'c'", "stderr lacks 'd'",
        "not recorded: x = 1", "stdout must be 'a'; is 'c'",
    ]
