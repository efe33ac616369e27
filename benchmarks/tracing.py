"""Measure the cost of tracing: the engines, the lower bounds for any engine, and other tracers.

    python benchmarks/tracing.py            # about 20 minutes; writes into benchmarks/results/tracing.json
    python benchmarks/tracing.py --quick    # a minute, prints only
    python benchmarks/tracing.py --programs benchmarks/loops --rounds 9    # cost per event, by kind of program

Every run (a program with one input) goes through all arms before the next run starts. An arm is one way of running the
program. MBPP is read from STATECODE_DATA, as in the tests.

Arms in a forked child of one fork server, with limits only (see benchmarks/tracing_arms.py):
  bare              no tracer
  settrace          a trace function in C that only counts: lower bound of an engine that uses PyEval_SetTrace
  monitoring        callbacks in C that only count: lower bound of an engine that uses sys.monitoring (3.12 and later)
  monitoring_frame  like monitoring, but each callback also gets the frame
  native, snoop     statecode's engines
  pysnooper, hunter other tracers of local variables, with their text in memory, in a fork server of their own
Arms from end to end, with one `SandboxRunner` for each engine and mode of isolation:
  native, snoop     statecode's engines
  native-whole      the native engine with fidelity="full"
  untraced          no tracer: lower bound of any engine
  fresh             a new interpreter that imports snoop, in an environment with nothing else, and writes a text file
  before, after     with --before FOLDER: the engines of the checkout of statecode in FOLDER (before) and of this one
                    (after), each checkout in a worker process of its own

"execution" is the CPU time of the program's main thread, from start to end of the program in the child. "child" is the
wall time from fork to exit. "end_to_end" is the wall time of `SandboxRunner.run`, or of the new interpreter. The value
of a run is the median of its rounds. "hit_a_limit" counts the runs that hit a limit under any arm. If a program is
killed at a limit, its execution is the CPU time of the whole child. "left_out" counts the runs in which a tracer failed
or the program did not compile; no statistic includes them. Arms that do not record have no limit on events, so they
continue where an engine stops. The first access to a memory page after a fork costs about 2 us, which is most of the
cost of a short program under any arm; "page_faults" counts these accesses. Ratios: "total" is the ratio of the sums
over all runs; "median" and "mean" are the median and the mean of the ratios of single runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tracing_checkout import Checkout
from tracing_report import Measurement, Row, median_of_rounds, report

from statecode.entry import ArgumentParser
from statecode.programs import load_programs
from statecode.provenance import provenance
from statecode.records import Limits, Program
from statecode.tracing import RunOptions, SandboxRunner, TracedRun
from statecode.tracing.engines.registry import NATIVE, SNOOP
from statecode.tracing.forkserver import server
from statecode.tracing.forkserver.client import ChildResult, ForkServer
from statecode.tracing.job_files import JobFiles
from statecode.tracing.sandbox.isolation import Mode, isolation_for, possible_modes
from statecode.tracing.sandbox.layers import probe_layers
from statecode.tracing.wire import reader
from statecode.tracing.wire.record import EndRecord, EventRecord, encode

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results" / "tracing.json"
LIMITS = Limits()
PROGRAMS = "embedded,mbpp"
CELLS = struct.Struct("<dddd")  # of the execution: wall s, CPU s, events counted by the arm, page faults
SLOW_S = 0.3                    # a run with a longer execution has one round only
SNOOP_PACKAGES = ("snoop", "cheap_repr", "executing", "asttokens")
FRESH = """
import sys, snoop
with open(sys.argv[1], encoding="utf-8") as file:
    code = compile(file.read(), sys.argv[1], "exec", dont_inherit=True)
def codes(code):
    inner = [constant for constant in code.co_consts if isinstance(constant, type(code))]
    return {code}.union(*map(codes, inner))
config = snoop.Config(out=open(sys.argv[2], "w", encoding="utf-8"), columns="", color=False)
tracer = config.snoop(depth=1)
tracer.target_codes.update(codes(code))
def trace(frame, event, arg):
    config.thread_local.__dict__.setdefault("depth", -1)
    return tracer.trace(frame, event, arg)
sys.settrace(trace)
exec(code, {"__name__": "__main__"})
"""
Measure = Callable[[Program, int], Measurement]


class ArmServer(ForkServer):
    """Client of a fork server in which every job contains the number of its arm.

    Args:
        arms: keys of `tracing_arms.ARMS`.
        floor: path of the compiled module tracing_floor.
        python: interpreter of the environment with the packages of the arms; None: the arms need no packages.
    """

    def __init__(self, arms: list[str], floor: str, python: Path | None = None) -> None:
        self.arms = arms
        folders = [] if python is None else [str(site_packages(python))]
        self._options = {"arms": arms, "floor": floor, "folders": folders, "modules": arms if folders else []}
        self._scratch = tempfile.mkdtemp()
        super().__init__(isolation_for(trust_programs=True), 0, self._scratch, SNOOP.tracer)

    def measure(self, arm: str, program: Program, input_index: int) -> Measurement:
        """Run the program once under the arm and return the measurement."""
        files = JobFiles(SNOOP, program, input_index, RunOptions(limits=LIMITS), traced=True)
        try:
            message = server.WALL_LIMIT.pack(LIMITS.wall_s) + bytes([self.arms.index(arm)])
            child, cells = self._send_job(message, files.descriptors)
            raw_result = files.read_raw_result(child)
            written = reader._committed_length(files.descriptors[-1]) or 0
        finally:
            files.close()
            self._empty_scratch_folder()
        end = raw_result.end or EndRecord()
        end_bytes = 0 if raw_result.end is None else len(encode(end.fields())) + 1
        return Measurement(
            execution=cells[1] if cells[1] >= 0 else child.cpu_s,
            child=child.wall_s,
            events=len(raw_result.records) or int(cells[2]),
            page_faults=int(cells[3]),
            limit=end.limit is not None or child.wall_limit_hit or os.WIFSIGNALED(child.wait_status),
            failed=bool(end.tracer_error or end.compile_error),
            channel_bytes=written - end_bytes,
            text_bytes=sum(map(text_bytes, raw_result.records)),
            peak_bytes=child.max_rss_bytes,
        )

    def stop(self) -> None:
        """Kill the server and remove its working folder."""
        super().stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _send_job(self, message: bytes, descriptors: list[int]) -> tuple[ChildResult, tuple[float, ...]]:
        self._socket.settimeout(LIMITS.wall_s + 10)
        socket.send_fds(self._socket, [message], descriptors)
        reply = self._receive(server.CHILD_RESULT.size + CELLS.size)
        status, wall_limit_hit, wall_s, user_s, system_s, rss = server.CHILD_RESULT.unpack(reply[:-CELLS.size])
        cells = CELLS.unpack(reply[-CELLS.size:])
        return ChildResult(status, wall_limit_hit, wall_s, user_s + system_s, rss), cells

    def _command(self, socket_fd: int) -> list[str]:
        command = super()._command(socket_fd)
        position = command.index("-c") + 1
        source = (HERE / "tracing_arms.py").read_text(encoding="utf-8")
        source += f"\noptions.update({self._options!r})\nmain()\n"
        return [*command[:position], source, *command[position + 1:]]

    def _empty_scratch_folder(self) -> None:
        for entry in os.scandir(self._scratch):
            shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)


def text_bytes(fields: list[Any]) -> int:
    """Return the number of UTF-8 bytes of an event record's values, without names and quotes."""
    event = EventRecord._make(fields)
    texts = [value for _, value in event.changes] + [text for text in (event.value, event.detail) if text is not None]
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


class FreshInterpreter:
    """The arm `fresh`: starts a new interpreter for every run."""

    def __init__(self, python: Path) -> None:
        self._python = python
        self._folder = tempfile.TemporaryDirectory()

    def measure(self, program: Program, input_index: int) -> Measurement:
        """Run the program once and return the measurement."""
        source, text = Path(self._folder.name, "program.py"), Path(self._folder.name, "text")
        source.write_text(program.code, encoding="utf-8", newline="")
        command = [str(self._python), "-c", FRESH, source.name, text.name]
        environment = {"PATH": os.defpath, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
        stdin = program.inputs[input_index].encode("utf-8", "surrogateescape")
        started, timed_out = time.perf_counter(), False
        try:
            subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env=environment, cwd=self._folder.name, timeout=LIMITS.wall_s)
        except subprocess.TimeoutExpired:
            timed_out = True
        return Measurement(end_to_end=time.perf_counter() - started, limit=timed_out)


def measure_runner(run_program: Callable[[Program, int], TracedRun], program: Program, input_index: int) -> Measurement:
    """Run the program once with a runner, as a build does, and return the measurement."""
    started = time.perf_counter()
    run = run_program(program, input_index)
    return Measurement(end_to_end=time.perf_counter() - started, child=run.wall_s, events=len(run.trace.events))


def engines() -> list[str]:
    """Return the engines that are available in this installation."""
    return [engine.name for engine in (NATIVE, SNOOP) if not engine.unavailable_reason()]


def compile_floor(folder: Path) -> str:
    """Compile benchmarks/tracing_floor.c for this interpreter; return the path of the module."""
    target = folder / f"tracing_floor{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = sysconfig.get_path("include")
    command = ["cc", "-O2", "-shared", "-fPIC", f"-I{include}", str(HERE / "tracing_floor.c"), "-o", str(target)]
    subprocess.run(command, check=True)
    return str(target)


def environment(cache: Path, name: str, *packages: str) -> Path:
    """Create a virtual environment with these packages alone, unless it exists; return its interpreter."""
    folder = cache / f"{name}-{sys.version_info[0]}.{sys.version_info[1]}"
    stamp = folder / "complete"
    if not stamp.exists() or stamp.read_text() != " ".join(packages):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        stamp.write_text(" ".join(packages))
    return folder / "bin" / "python"


def site_packages(python: Path) -> Path:
    """Return the folder of the packages in an environment."""
    return next(python.parent.parent.glob("lib/python*/site-packages"))


def checkout_arms(stack: ExitStack, before: Path) -> Iterator[tuple[str, Measure]]:
    """Start a worker process for each of the two checkouts, and yield the names and measuring functions of their arms.

    Args:
        stack: stops the worker processes.
        before: folder of the other checkout.
    """
    for name, folder in (("before", before), ("after", HERE.parent)):
        checkout = Checkout(folder)
        stack.callback(checkout.stop)
        for mode in (Mode.TRUSTED, *possible_modes(probe_layers())[:1]):
            for engine in engines():
                yield f"{name} {engine} {mode.value}", partial(checkout.measure, engine, mode.value)


def all_arms(stack: ExitStack, cache: Path, floor: str, leave_out: list[str]) -> Iterator[tuple[str, Measure]]:
    """Start the arms, and yield the name and the measuring function of each arm; `stack` stops the arms."""
    forked = ["bare", "settrace"] + ["monitoring", "monitoring_frame"] * hasattr(sys, "monitoring")
    arms = ArmServer([*forked, *engines()], floor)
    stack.callback(arms.stop)
    yield from ((arm, partial(arms.measure, arm)) for arm in arms.arms)
    if "peers" not in leave_out:
        peers = ArmServer(["pysnooper", "hunter"], floor, environment(cache, "peers", "pysnooper", "hunter"))
        stack.callback(peers.stop)
        yield from ((arm, partial(peers.measure, arm)) for arm in peers.arms)
    for mode in (Mode.TRUSTED, *possible_modes(probe_layers())[:1]):
        for engine in engines():
            runner = stack.enter_context(runner_in(mode, engine=engine))
            yield f"{engine} {mode.value}", partial(measure_runner, runner.run)
        if not NATIVE.unavailable_reason():
            runner = stack.enter_context(runner_in(mode, engine=NATIVE.name, fidelity="full"))
            yield f"native-whole {mode.value}", partial(measure_runner, runner.run)
        runner = stack.enter_context(runner_in(mode, engine=engines()[0]))
        yield f"untraced {mode.value}", partial(measure_runner, runner.run_untraced)
    if "fresh" not in leave_out:
        fresh = FreshInterpreter(environment(cache, "snoop", *(f"{name}=={version(name)}" for name in SNOOP_PACKAGES)))
        yield "fresh", fresh.measure


def runner_in(mode: Mode, **options: Any) -> SandboxRunner:
    """Return a runner in a mode of isolation with the limits of this benchmark."""
    return SandboxRunner(RunOptions(limits=LIMITS, **options), isolation=isolation_for(mode=mode))


def measure(runs: list[tuple[Program, int]], arms: dict[str, Measure], rounds: int) -> Iterator[Row]:
    """Measure every run under all arms, and yield for each run the medians of its rounds.

    The order of the arms changes with each round. The arm `fresh` has one round only, and so has an arm whose first
    execution of the run took more than SLOW_S.
    """
    shuffle = random.Random(0).shuffle
    for program, input_index in runs:
        measurements: dict[str, list[Measurement]] = {arm: [] for arm in arms}
        for number in range(rounds):
            order = list(arms)
            shuffle(order)  # so that no arm always runs with the caches of the same previous arm
            for arm in order:
                if number and (arm == "fresh" or (measurements[arm][0].execution or 0) > SLOW_S):
                    continue
                measurements[arm].append(arms[arm](program, input_index))
        yield {arm: median_of_rounds(rounds_of_arm) for arm, rounds_of_arm in measurements.items()}


def select_runs(options: argparse.Namespace) -> list[tuple[Program, int]]:
    """Return the runs of all programs on their first `--inputs` inputs; with `--every N`, only every N-th run."""
    data = os.environ.get("STATECODE_DATA") or HERE.parent.parent / "shared" / "data"
    mbpp = {"mbpp_path": str(Path(data, "mbpp")), "calls_per_problem": 1}
    source_options = mbpp if "mbpp" in options.programs.split(",") else {}
    runs = [
        (program, index) for program in load_programs(options.programs, **source_options)
        for index in range(min(len(program.inputs), options.inputs))
    ]
    return runs[:: options.every]


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=PROGRAMS, help="sources of programs, as for `statecode build`")
    parser.add_argument("--inputs", type=int, default=1, help="number of inputs of each program (default: 1)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="measure every Nth run only (default: 1)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each run (default: 3)")
    parser.add_argument("--without", choices=("peers", "fresh"), nargs="*", default=[], help="arms to skip")
    parser.add_argument(
        "--before", type=Path, metavar="FOLDER", help="another checkout of statecode to compare with, built in place"
    )
    parser.add_argument("--out", type=Path, default=RESULT, help="JSON file to which the result is added")
    parser.add_argument("--cache", type=Path, help="folder in which environments are kept for later calls")
    parser.add_argument("--quick", action="store_true", help="few runs; print the results only")
    options = parser.parse_args()
    if options.quick and options.programs == PROGRAMS:
        options.every, options.rounds = 28 * options.every, 1
    return options


def main() -> None:
    """Measure, print the results and add them to --out."""
    options = parse_arguments()
    run_provenance, runs, rows = provenance().as_dict(), select_runs(options), []
    names = [program.program_id for program, _ in runs]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        floor = compile_floor(Path(folder))
        arms = dict(all_arms(stack, options.cache or Path(folder), floor, options.without))
        if options.before is not None:
            arms.update(checkout_arms(stack, options.before))
        for row in measure(runs, arms, options.rounds):
            rows.append(row)
            if len(rows) % 50 == 0:
                print(f"{len(rows)} of {len(runs)} runs", file=sys.stderr, flush=True)
    result = {**run_provenance, "load": [round(value, 2) for value in os.getloadavg()], **report(names, rows)}
    print(json.dumps(result, indent=1))
    if not options.quick:
        before = json.loads(options.out.read_text()) if options.out.exists() else {}
        key = f"{sys.version_info[0]}.{sys.version_info[1]} {options.programs}"
        options.out.write_text(json.dumps({**before, key: result}, indent=2) + "\n")
        print(f"written to {options.out.name}")


if __name__ == "__main__":
    main()
