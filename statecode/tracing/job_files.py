"""The memory files of a job: its input for the child, and the channel and output that the child leaves."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping, Sequence
from typing import Any

from statecode.files import memory_file, read_bytes, write_bytes
from statecode.records import Program
from statecode.text import encoded
from statecode.tracing.engines.base import ChildResult, Engine, SharingEngine
from statecode.tracing.options import RunOptions
from statecode.tracing.wire import channel, outcome, program_files, reader

_SEALS = sum(getattr(fcntl, f"F_SEAL_{name}", 0) for name in ("WRITE", "SHRINK", "GROW", "SEAL"))


class _MemoryFiles:
    """Memory files that are closed together.

    Attributes:
        descriptors: job, stdin, stdout, stderr and channel, in the order of `RunServer.run_job`; then, if the program
            has a writable folder, the files that it finds and those that it leaves.
    """

    def __init__(self) -> None:
        self.descriptors: list[int] = []

    def close(self) -> None:
        """Close all files."""
        for fd in self.descriptors:
            os.close(fd)

    def _open(self, name: str) -> int:
        fd = memory_file(name)
        self.descriptors.append(fd)
        return fd

    def _open_channel(self, capacity_bytes: int) -> int:
        fd = channel.allocate(capacity_bytes)
        self.descriptors.append(fd)
        return fd

    def _write_sealed(self, name: str, data: bytes) -> None:
        fd = self._open(name)
        write_bytes(fd, data)
        os.lseek(fd, 0, os.SEEK_SET)
        if _SEALS and hasattr(os, "memfd_create"):
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)


class JobFiles(_MemoryFiles):
    """The memory files of one job.

    The files for input are sealed where the system supports it, so a program cannot change even its own stdin. The
    files for output keep their content however the program ends.

    Args:
        files: the files that the program finds in its writable folder; None: it has no such folder.

    Raises:
        OSError: the system has no memory or no descriptors left for the files.
    """

    def __init__(
        self, engine: Engine, program: Program, input_index: int, options: RunOptions, traced: bool,
        files: Mapping[bytes, bytes] | None = None,
    ) -> None:
        super().__init__()
        self._limits = options.limits
        record_limits = _record_limits(options)
        try:
            self._write_sealed("job", engine.encode_job(_job_fields(program, options, record_limits, traced)))
            self._write_sealed("stdin", encoded(program.inputs[input_index]))
            self._stdout, self._stderr = self._open("stdout"), self._open("stderr")
            self._channel = self._open_channel(channel.capacity_for(record_limits))
            self._files_left: int | None = None
            if files is not None:
                self._write_sealed("files", program_files.encode(files))
                self._files_left = self._open("files_left")
        except BaseException:
            self.close()
            raise

    def read_raw_result(self, child: ChildResult) -> outcome.RawRunResult:
        """Return the records and the output that the child left, together with the child's result."""
        records, end_fields, intact = reader.read_run(self._channel, self._limits.events)
        return outcome.RawRunResult.from_records(
            records,
            end_fields,
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


class SharedJobFiles(_MemoryFiles):
    """The memory files of several jobs that run in one child, one after the other.

    The job file also holds their inputs, and the channel their output: see `forkserver.shared_child`.

    Raises:
        OSError: the system has no memory or no descriptors left for the files.
    """

    def __init__(self, engine: SharingEngine, runs: Sequence[tuple[Program, int]], options: RunOptions) -> None:
        super().__init__()
        self._limits, self._jobs = options.limits, len(runs)
        record_limits = _record_limits(options)
        jobs = [
            {
                **_job_fields(program, options, record_limits, traced=True),
                "stdin": encoded(program.inputs[input_index]),
            }
            for program, input_index in runs
        ]
        try:
            self._write_sealed("job", engine.encode_jobs(jobs))
            for name in ("stdin", "stdout", "stderr"):
                self._open(name)
            self._channel = self._open_channel(channel.capacity_for(record_limits))
        except BaseException:
            self.close()
            raise

    def read_raw_results(self) -> list[outcome.RawRunResult]:
        """Return the results of the jobs that ended normally, up to the first other one."""
        results = []
        for records, fields in reader.read_shared(self._channel, self._limits.events, self._jobs):
            output = [fields.pop(name, None) for name in ("stdout", "stderr")]
            if not all(type(text) is str for text in output):
                break
            try:
                stdout, stderr = (text.encode("latin-1") for text in output)
            except UnicodeEncodeError:
                break
            results.append(outcome.RawRunResult.from_records(
                records, fields, intact=True, stdout=stdout, stderr=stderr, wait_status=0, wall_limit_hit=False,
                cpu_s=0.0,
            ))
        return results


def _record_limits(options: RunOptions) -> channel.RecordLimits:
    return channel.RecordLimits(options.limits.events, options.limits.trace_bytes, options.repr_limit)


def _job_fields(
    program: Program, options: RunOptions, record_limits: channel.RecordLimits, traced: bool
) -> dict[str, Any]:
    """Return the fields for `Engine.encode_job`."""
    return {
        "code": program.code,
        "limits": {name: getattr(options.limits, name) for name in ("cpu_s", "memory_bytes", "output_bytes")},
        "record_limits": {name: getattr(record_limits, name) for name in record_limits.__slots__},
        "traced": traced,
    }
