"""Engines for Python programs: a tracer in the interpreter that runs the program, in a child of a fork server."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from statecode.text import well_formed

if TYPE_CHECKING:
    from statecode.tracing.engines.base import RunServer
    from statecode.tracing.sandbox.isolation import Isolation
    from statecode.tracing.source_info.analysis import SourceAnalysis


def _always_available() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CPythonEngine:
    """An engine whose fork server imports a `Tracer`, and no other engine: every imported module makes forks slower."""

    name: str
    tracer: str                             # MODULE:CLASS of a `forkserver.tracer.Tracer`
    fidelities: tuple[str, ...] = ("snoop",)
    records_are_complete: bool = True       # False: the supervisor adds the facts that follow from the source
    reason: Callable[[], str] = _always_available  # returns why the tracer cannot be imported; "" if it can
    language: str = "python"
    shares_processes: bool = False          # the tracer keeps no state about a program after its end

    def unavailable_reason(self) -> str:
        """Explain in one line why the engine cannot be used in this interpreter; return "" if it can be used."""
        return self.reason()

    def start(self, isolation: Isolation, hash_seed: int, folder: str) -> RunServer:
        """Start a fork server that has the tracer loaded; see `ForkServer`. `hash_seed` is its PYTHONHASHSEED."""
        from statecode.tracing.forkserver.client import ForkServer

        return ForkServer(isolation, hash_seed, folder, self.tracer)

    def encode_job(self, fields: Mapping[str, Any]) -> bytes:
        """Return the fields and the facts about the source, in the format that `forkserver.child.Job` reads."""
        return marshal.dumps(self._job(fields))

    def encode_jobs(self, jobs: Sequence[Mapping[str, Any]]) -> bytes:
        """Return several jobs, in the format that `forkserver.shared_child` reads."""
        return marshal.dumps(list(map(self._job, jobs)))

    def _job(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        from statecode.tracing.source_info.encoding import encoding_error, source_of
        from statecode.tracing.source_info.hints import source_hints_for
        from statecode.tracing.source_info.thread_stacks import thread_stack_bytes

        code = fields["code"]
        return {
            **fields, "code": well_formed(code), "source": source_of(code), "encoding_error": encoding_error(code),
            "source_hints": tuple(source_hints_for(code)), "thread_stack_bytes": thread_stack_bytes(code),
        }

    def analyse(self, code: str) -> SourceAnalysis | None:
        """Return the analysis of the source, unless the records are complete."""
        if self.records_are_complete:
            return None
        from statecode.tracing.source_info.analysis import SourceAnalysis

        return SourceAnalysis(code)
