"""The memory files of a job: its input for the child, and the channel and output that the child leaves."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from dataclasses import asdict

from statecode.files import memory_file, read_bytes, write_bytes
from statecode.records import Program
from statecode.text import encoded
from statecode.tracing.engines.base import ChildResult, Engine
from statecode.tracing.options import RunOptions
from statecode.tracing.wire import channel, outcome, program_files

_SEALS = sum(getattr(fcntl, f"F_SEAL_{name}", 0) for name in ("WRITE", "SHRINK", "GROW", "SEAL"))


class JobFiles:
    """The memory files of one job.

    The files for input are sealed where the system supports it, so a program cannot change even its own stdin. The
    files for output keep their content however the program ends.

    Attributes:
        descriptors: job, stdin, stdout, stderr and channel, in the order of `RunServer.run_job`; then, if the program
            has a writable folder, the files that it finds and those that it leaves.

    Args:
        files: the files that the program finds in its writable folder; None: it has no such folder.

    Raises:
        OSError: the system has no memory or no descriptors left for the files.
    """

    def __init__(
        self, engine: Engine, program: Program, input_index: int, options: RunOptions, traced: bool,
        files: Mapping[bytes, bytes] | None = None,
    ) -> None:
        self._limits = limits = options.limits
        record_limits = channel.RecordLimits(limits.events, limits.trace_bytes, options.repr_limit)
        job = {
            "code": program.code,
            "limits": {name: getattr(limits, name) for name in ("cpu_s", "memory_bytes", "output_bytes")},
            "record_limits": asdict(record_limits),
            "traced": traced,
        }
        self.descriptors: list[int] = []
        try:
            self._write_sealed("job", engine.encode_job(job))
            self._write_sealed("stdin", encoded(program.inputs[input_index]))
            self._stdout = self._register(memory_file("stdout"))
            self._stderr = self._register(memory_file("stderr"))
            self._channel = self._register(channel.allocate(channel.capacity_for(record_limits)))
            self._files_left: int | None = None
            if files is not None:
                self._write_sealed("files", program_files.encode(files))
                self._files_left = self._register(memory_file("files_left"))
        except BaseException:
            self.close()
            raise

    def read_raw_result(self, child: ChildResult) -> outcome.RawRunResult:
        """Return the records and the output that the child left, together with the child's result."""
        records, intact = channel.read_records(self._channel, self._limits.events + 1)
        return outcome.RawRunResult.from_records(
            records,
            intact,
            stdout=read_bytes(self._stdout, self._limits.output_bytes),
            stderr=read_bytes(self._stderr, self._limits.output_bytes),
            wait_status=child.wait_status,
            wall_limit_hit=child.wall_limit_hit,
            cpu_s=child.cpu_s,
            files=self._read_files_left(),
        )

    def _read_files_left(self) -> dict[bytes, bytes]:
        if self._files_left is None:
            return {}
        try:
            return program_files.decode(read_bytes(self._files_left, program_files.MAX_ENCODED_BYTES))
        except ValueError:  # the server did not write it
            return {}

    def close(self) -> None:
        """Close all files."""
        for fd in self.descriptors:
            os.close(fd)

    def _register(self, fd: int) -> int:
        self.descriptors.append(fd)
        return fd

    def _write_sealed(self, name: str, data: bytes) -> None:
        fd = self._register(memory_file(name))
        write_bytes(fd, data)
        os.lseek(fd, 0, os.SEEK_SET)
        if _SEALS and hasattr(os, "memfd_create"):
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
