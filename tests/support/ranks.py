"""Run functions in processes that form a group, each a fork of one process that has imported torch and the trainer.

    python -m tests.support.ranks    # reads a job per line from stdin and writes the exit codes to stdout, all as JSON

The import takes seconds per process. A fork of a process that has done it starts in milliseconds.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.entry import exit_code_of
from tests.support.paths import ROOT

JOB_TIMEOUT_S = 600.0


@dataclass(frozen=True)
class EndedJob:
    """The exit code of each rank, the number of a signal being negative, and its stdout and stderr as one text."""

    codes: list[int]
    outputs: list[str]


class Ranks:
    """Runs functions in groups of processes. Arguments must be JSON values."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def run(
        self, function: Callable[..., object], *arguments: Any, ranks: int = 1,
        environment: dict[str, str] | None = None,
    ) -> EndedJob:
        """Call a function of a module in each rank and wait for their ends.

        Args:
            ranks: number of processes. One process forms no group.
            environment: further environment variables of the ranks.
        """
        with tempfile.TemporaryDirectory() as folder:
            job = {"module": function.__module__, "function": function.__name__, "arguments": arguments,
                   "ranks": ranks, "environment": environment or {}, "folder": folder}
            assert self._server.stdin is not None and self._server.stdout is not None
            self._server.stdin.write(json.dumps(job) + "\n")
            self._server.stdin.flush()
            codes = json.loads(self._server.stdout.readline())
            return EndedJob(codes, [Path(folder, f"{rank}.txt").read_text() for rank in range(ranks)])

    def succeed(
        self, function: Callable[..., object], *arguments: Any, ranks: int = 1,
        environment: dict[str, str] | None = None,
    ) -> list[str]:
        """Do as `run`, check that each exit code is 0, and return the outputs."""
        ended = self.run(function, *arguments, ranks=ranks, environment=environment)
        assert not any(ended.codes), "\n".join(ended.outputs)
        return ended.outputs


@contextlib.contextmanager
def running_ranks() -> Iterator[Ranks]:
    """Yield an object that runs functions in groups of processes, and end its process at the end of the block."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.ranks"], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    ) as server:
        yield Ranks(server)


def main() -> None:
    """Run the jobs that stdin contains."""
    importlib.import_module("statecode.modeling.pretraining")
    for line in sys.stdin:
        job = json.loads(line)
        port = free_port()
        ranks: dict[int, int] = {}
        for rank in range(job["ranks"]):
            pid = os.fork()
            if pid == 0:
                run_rank(job, rank, port)
            ranks[pid] = rank
        print(json.dumps(exit_codes(ranks)), flush=True)


def free_port() -> int:
    """Return a port at which no process listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def run_rank(job: dict[str, Any], rank: int, port: int) -> None:
    """Call the function of a job in this process, a fork, and end the process."""
    output = os.open(f"{job['folder']}/{rank}.txt", os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(output, stream)
    if job["ranks"] > 1:
        os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(job["ranks"]),
                       "LOCAL_WORLD_SIZE": str(job["ranks"]), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    os.environ |= job["environment"]
    function = getattr(importlib.import_module(job["module"]), job["function"])
    code = 1
    try:
        code = exit_code_of(lambda: function(*job["arguments"]))
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:  # as the interpreter does at its end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def exit_codes(ranks: dict[int, int]) -> list[int]:
    """Wait for processes and return their exit codes by rank. If a signal kills one, kill the others."""
    codes: dict[int, int] = {}
    deadline = time.monotonic() + JOB_TIMEOUT_S
    while len(codes) < len(ranks):
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            codes[ranks[pid]] = os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline or pid and codes[ranks[pid]] < 0:
            for other in [other for other, rank in ranks.items() if rank not in codes]:
                os.kill(other, signal.SIGKILL)
        if not pid:
            time.sleep(0.005)
    return [codes[rank] for rank in range(len(ranks))]


if __name__ == "__main__":
    main()
