"""Measure the cost of isolation: time per program, programs per second, memory, and the end of a killed build.

    python benchmarks/isolation.py            # about 10 minutes; writes benchmarks/results/isolation.json
    python benchmarks/isolation.py --quick    # half a minute, prints only

The measurements of a table are interleaved. "fork" is the lower bound: the fork server forks, and the child exits at
once. In "enter" the child applies all layers of the sandbox before it exits; the difference is the cost of isolation
alone. "runs" traces a program of one line with the default engine, including its memory files; "files" does so with
files in a writable folder.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from statecode.entry import ArgumentParser
from statecode.provenance import provenance
from statecode.records import Program
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines.registry import NATIVE, SNOOP
from statecode.tracing.forkserver.client import ForkServer
from statecode.tracing.sandbox.isolation import Mode, isolation_for, possible_modes
from statecode.tracing.sandbox.layers import probe_layers

RESULT = Path(__file__).parent / "results" / "isolation.json"
TRIVIAL = Program(program_id="trivial", problem_id="trivial", code="x = 1\n")

SERVER_SOURCE = """
import json, os, sys, time
sys.path.insert(1, sys.argv[1])
from statecode.tracing.forkserver import at_fork
at_fork.collect_hooks()
from statecode.tracing.forkserver import server
from statecode.tracing.forkserver.settings import Settings
from statecode.tracing.sandbox.limits import ProcessLimits

limits = ProcessLimits(cpu_s=5, memory_bytes=2**29, output_bytes=2**20)
enter = False

class ForkOnlyServer(server.Server):
    def _become_program(self, jobs, parent):
        if enter:
            self._detach_from(parent)
            os.closerange(3, 256)
            self._setup.apply_limits(limits, 0)
        os._exit(0)

server.Server = ForkOnlyServer
fork_server = server.set_up_server(Settings(**json.loads(sys.argv[2])))
while True:
    message = fork_server.supervisor.recv(1)
    if not message:
        break
    enter = message == b"e"
    started = time.perf_counter()
    pid, jobs = fork_server._fork()
    os.waitid(os.P_PID, pid, os.WEXITED)
    jobs.close()
    fork_server.supervisor.sendall(json.dumps(time.perf_counter() - started).encode() + b"\\n")
"""


class ForkTimer(ForkServer):
    """Client of a fork server that measures forks instead of running programs."""

    def _command(self, socket_fd: int) -> list[str]:
        command = super()._command(socket_fd)
        position = command.index("-c") + 1
        return [*command[:position], SERVER_SOURCE, *command[position + 1:]]

    def _first_line(self) -> bytes:
        from statecode.tracing.forkserver.server import identity

        self._socket.settimeout(60)
        return json.dumps(identity()).encode()

    def fork_s(self, enter: bool) -> float:
        """Fork once and return the seconds until the child has exited.

        Args:
            enter: the child applies its layers of the sandbox before it exits.
        """
        self._socket.sendall(b"e" if enter else b"f")
        return float(super()._first_line())


def forks(rounds: int) -> dict[str, Any]:
    """Measure a fork with and without applying the sandbox, in one fork server for each mode."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        engine = SNOOP if NATIVE.unavailable_reason() else NATIVE
        timers = {mode: ForkTimer(isolation_for(mode=mode), 0, folder, engine.tracer) for mode in modes()}
        times: dict[tuple[str, bool], list[float]] = {(mode, enter): [] for mode in timers for enter in (False, True)}
        for _ in range(rounds):
            for (mode, enter), seconds in times.items():
                seconds.append(timers[mode].fork_s(enter))
        for timer in timers.values():
            timer.stop()
    result: dict[str, Any] = {}
    for mode in timers:
        fork, enter = (statistics.median(times[mode, enter]) for enter in (False, True))
        result[mode] = {"fork_ms": ms(fork), "enter_ms": ms(enter), "ratio": round(enter / fork, 3)}
    return result


def runs(rounds: int) -> dict[str, Any]:
    """Measure whole runs of a program of one line in every mode, with ratios to the mode trusted (limits alone)."""
    runners = {mode: SandboxRunner(isolation=isolation_for(mode=mode)) for mode in modes()}
    times: dict[str, list[float]] = {mode: [] for mode in runners}
    for _ in range(rounds):
        for mode, runner in runners.items():
            started = time.perf_counter()
            runner.run(TRIVIAL)
            times[mode].append(time.perf_counter() - started)
    for runner in runners.values():
        runner.close()
    trusted = statistics.median(times[Mode.TRUSTED.value])
    medians = {mode: statistics.median(seconds) for mode, seconds in times.items()}
    return {mode: {"run_ms": ms(median), "ratio": round(median / trusted, 3)} for mode, median in medians.items()}


def files(rounds: int) -> dict[str, Any]:
    """Measure whole runs of the same program without a writable folder, with an empty one, and with three files.

    `more_ms` is the median of the differences within a round.
    """
    if Mode.FULL.value not in modes():
        return {}
    three = json.dumps({f"file{number}": "text\n" * 100 for number in range(3)})
    programs = {"none": TRIVIAL, "empty": replace(TRIVIAL, files="{}"), "three": replace(TRIVIAL, files=three)}
    runners = {name: SandboxRunner(RunOptions(files=program.files)) for name, program in programs.items()}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            started = time.perf_counter()
            runners[name].run(program)
            times[name].append(time.perf_counter() - started)
    for runner in runners.values():
        runner.close()
    return {
        name: {
            "run_ms": ms(statistics.median(seconds)),
            "more_ms": ms(statistics.median(a - b for a, b in zip(seconds, times["none"], strict=True))),
        }
        for name, seconds in times.items()
    }


def memory(programs: int) -> dict[str, Any]:
    """Measure the growth of the fork server's memory over many runs, in the strongest mode."""
    mode = modes()[0]
    with SandboxRunner(isolation=isolation_for(mode=mode)) as runner:
        for _ in range(50):
            runner.run(TRIVIAL)
        before = resident_kb(fork_server_pid(runner))
        for _ in range(programs):
            runner.run(TRIVIAL)
        after = resident_kb(fork_server_pid(runner))
    return {"mode": mode, "programs": programs, "resident_mb": round(after / 1024, 2), "growth_kb": after - before}


def per_second(programs: int) -> dict[str, Any]:
    """Measure programs per second of `statecode build`, with programs of one line and one worker per core."""
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "programs.jsonl")
        write_programs(source, [f"x = {n}\n" for n in range(programs)])
        for name, options in (("untrusted", []), ("trusted", ["--trust-programs"])):
            out = Path(folder, name)
            command = build_command(source, out, str(os.cpu_count()), *options)
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            result[name] = round(programs / (time.perf_counter() - started), 1)
    return {"workers": os.cpu_count(), "programs": programs, "programs_per_s": result}


def killed(times: int) -> dict[str, Any]:
    """Kill builds while their programs sleep; measure the seconds until no process of the build is left."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "programs.jsonl")
        write_programs(source, 4 * ["import time\ntime.sleep(8)\n"])
        for number in range(times):
            command = build_command(source, Path(folder, str(number)), "2", "--runs-per-shard", "2")
            build = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(3)
            processes = descendants(build.pid)
            started = time.perf_counter()
            build.send_signal(signal.SIGKILL)
            build.wait()
            while any(map(is_running, processes)):
                time.sleep(0.002)
            seconds.append(time.perf_counter() - started)
    return {"builds": times, "processes": len(processes), "worst_s": round(max(seconds), 3)}


def write_programs(path: Path, codes: list[str]) -> None:
    """Write a JSON Lines file of programs that `statecode build` reads."""
    rows = ({"problem_id": f"p{n}", "program_id": f"p{n}", "code": code} for n, code in enumerate(codes))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def build_command(source: Path, out: Path, workers: str, *options: str) -> list[str]:
    """Return the command line of a build."""
    arguments = ["--programs", str(source), "--out", str(out), "--workers", workers, "--quiet"]
    return [sys.executable, "-m", "statecode", "build", *arguments, *options]


def modes() -> list[str]:
    """Return the modes that this machine supports, strongest first."""
    return [mode.value for mode in (*possible_modes(probe_layers()), Mode.TRUSTED)]


def fork_server_pid(runner: SandboxRunner) -> int:
    """Return the process id of the fork server: the innermost process of the runner, while no child exists."""
    pid = runner.server._process.pid  # type: ignore[union-attr]
    return [pid, *descendants(pid)][-1]


def descendants(pid: int) -> list[int]:
    """Return the process ids of all children of the process, of their children, and so on."""
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        for child in map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def is_running(pid: int) -> bool:
    """Return True if the process is running; a zombie is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def resident_kb(pid: int) -> int:
    """Return the resident memory of a process in kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def ms(seconds: float) -> float:
    """Convert seconds to milliseconds, rounded to microseconds."""
    return round(1000 * seconds, 3)


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds; print the results only")
    quick = parser.parse_args().quick
    run_provenance = provenance().as_dict()
    result: dict[str, Any] = {}
    for name, measure, many, few in (
        ("forks", forks, 500, 50), ("runs", runs, 500, 50), ("files", files, 500, 50), ("memory", memory, 20_000, 200),
        ("per_second", per_second, 4_000, 300), ("killed", killed, 5, 1),
    ):
        result[name] = measure(few if quick else many)
        print(name, json.dumps(result[name], indent=1), flush=True)
    if not quick:
        load = [round(value, 2) for value in os.getloadavg()]
        RESULT.write_text(json.dumps({**run_provenance, "load": load, **result}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
