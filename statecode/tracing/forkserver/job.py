"""The memory files through which a job goes into a child and its record comes out."""

from __future__ import annotations

import fcntl
import marshal
import os
from dataclasses import asdict

from statecode.records import Limits, Program
from statecode.tracing.forkserver.client import Answer
from statecode.tracing.source_info.hints import source_hints_for
from statecode.tracing.wire import channel, outcome

_SEALS = sum(getattr(fcntl, f"F_SEAL_{name}", 0) for name in ("WRITE", "SHRINK", "GROW", "SEAL"))


class JobFiles:
    """The memory files of one job, in the order in which the warm process expects them.

    Raises OSError where the system has no room or no descriptors left for them.

    What goes in is sealed where the system can, so that a program cannot even change its own stdin. What comes out
    survives whatever ends the program.
    """

    def __init__(
        self, program: Program, input_index: int, limits: Limits, traced: bool, repr_limit: int | None = None
    ) -> None:
        record_limits = channel.RecordLimits(limits.events, limits.trace_bytes, repr_limit)
        job = {
            "code": program.code,
            "limits": {name: getattr(limits, name) for name in ("cpu_s", "memory_bytes", "output_bytes")},
            "record_limits": asdict(record_limits),
            "source_hints": tuple(source_hints_for(program.code)),
            "traced": traced,
        }
        self.descriptors: list[int] = []
        try:
            self._fill("job", marshal.dumps(job))
            self._fill("stdin", _stdin_bytes(program.inputs[input_index]))
            self._stdout = self._keep(channel.memory_file("stdout"))
            self._stderr = self._keep(channel.memory_file("stderr"))
            self._channel = self._keep(channel.allocate(channel.capacity_for(record_limits)))
        except BaseException:
            self.close()
            raise

    def raw_result(self, answer: Answer, limits: Limits) -> outcome.RawRunResult:
        """Read what the child left in the files."""
        records, whole = channel.read_records(self._channel, limits.events + 1)
        return outcome.RawRunResult(
            records=records,
            whole=whole,
            stdout=channel.read_bytes(self._stdout, limits.output_bytes),
            stderr=channel.read_bytes(self._stderr, limits.output_bytes),
            wait_status=answer.wait_status,
            wall_limit_hit=answer.wall_limit_hit,
            cpu_s=answer.cpu_s,
        )

    def close(self) -> None:
        """Let go of all files."""
        for fd in self.descriptors:
            os.close(fd)

    def _keep(self, fd: int) -> int:
        self.descriptors.append(fd)
        return fd

    def _fill(self, name: str, data: bytes) -> None:
        fd = self._keep(channel.memory_file(name))
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view):]
        os.lseek(fd, 0, os.SEEK_SET)
        if _SEALS and hasattr(os, "memfd_create"):
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)


def _stdin_bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")  # bytes that were no UTF-8 go back to what they were
    except UnicodeEncodeError:                          # any other lone surrogate stands as its escape
        return text.encode("utf-8", "backslashreplace")
