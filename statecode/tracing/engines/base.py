"""The interface between the supervisor and an engine: an `Engine` starts a `RunServer`, which runs the jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from statecode.tracing.sandbox.isolation import Isolation
    from statecode.tracing.source_info.analysis import SourceAnalysis


@dataclass(frozen=True, slots=True)
class ChildResult:
    """The end of the process that ran a program, and the resources it used, as measured by the server."""

    wait_status: int     # as returned by wait(2)
    wall_limit_hit: bool
    wall_s: float        # from the receipt of the job to the exit
    cpu_s: float         # user and system time
    max_rss_bytes: int   # peak resident memory


class ServerLost(Exception):
    """Raised when a server ended or did not reply in time; the run has no result and must be repeated."""


class RunServer(Protocol):
    """A process that runs jobs inside the sandbox, one after the other."""

    def run_job(self, wall_s: float, descriptors: list[int]) -> ChildResult:
        """Run one job and wait for the end of its program.

        Args:
            wall_s: the wall limit in seconds; the server ends a program that exceeds it.
            descriptors: the memory files job, stdin, stdout, stderr and channel. The server writes the records of the
                run to the channel, as `wire` specifies, and the output of the program to stdout and stderr. If the
                isolation has a `writable_folder`, two more: the files that the program finds there, and those that it
                leaves, in the format of `wire.program_files`.

        Raises:
            ServerLost: the server ended, or did not reply within the wall limit and a margin.
        """

    def stop(self) -> None:
        """Kill the server; a program that it runs ends with it, and `run_job` in another thread raises ServerLost."""


class Engine(Protocol):
    """Runs programs of one language and records their events; see `registry.ENGINES`."""

    @property
    def name(self) -> str:
        """The name in the options of a run, and in the column `engine` of a corpus."""

    @property
    def language(self) -> str:
        """The language of the programs, in lower case."""

    @property
    def fidelities(self) -> tuple[str, ...]:
        """The supported ones of `records.FIDELITIES`; the first is the default."""

    def unavailable_reason(self) -> str:
        """Explain in one line why the engine cannot be used on this machine; return "" if it can be used."""

    def start(self, isolation: Isolation, hash_seed: int, folder: str) -> RunServer:
        """Start a server inside the sandbox.

        Args:
            isolation: the mode of the sandbox and its active layers.
            hash_seed: seed of the hash function of the language, if it has one.
            folder: path of the working folder of programs, unless namespaces provide one.

        Raises:
            ConfigError: an allowed package is not installed.
            TracingError: the server does not start.
        """

    def encode_job(self, fields: Mapping[str, Any]) -> bytes:
        """Return the content of the memory file `job`, which the server reads.

        Args:
            fields: code, limits, record_limits and traced, see `job_files`. All values can be written as JSON.
        """

    def analyse(self, code: str) -> SourceAnalysis | None:
        """Return an analysis that completes the records of a program; None if the records are complete."""


@runtime_checkable
class SharingEngine(Engine, Protocol):
    """An engine that can run several of statecode's own programs in one process, one after the other."""

    @property
    def shares_processes(self) -> bool:
        """False if it cannot after all: the runner then starts a process for each program."""

    def encode_jobs(self, jobs: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the content of the memory file `job` for several jobs.

        Args:
            jobs: the fields of `encode_job`, and `stdin`, the input as bytes.
        """
