"""Fixture of the tests of untrusted channel content."""

from __future__ import annotations

import os
import struct
from typing import Any

import pytest

import statecode
from statecode.records import Status, Trace
from statecode.tracing.engines.registry import ENGINES
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire import reader
from tests.support.channel_samples import CODE, LIMITS


@pytest.fixture(scope="module", params=[engine.name for engine in ENGINES.values() if not engine.unavailable_reason()])
def genuine(request) -> tuple[bytes, Trace, SourceAnalysis | None]:
    """Return the channel's content and the trace of CODE, and the reader's analysis (None with the engine snoop)."""
    contents = []

    def read_and_store(fd: int, *args: Any) -> Any:
        (length,) = struct.unpack("<Q", os.pread(fd, 8, 0))
        contents.append(os.pread(fd, length, 8))
        return read_run(fd, *args)

    read_run = reader.read_run
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_run", read_and_store)
        trace = statecode.trace(CODE, engine=request.param, limits=LIMITS)
    assert trace.status is Status.OK
    return contents[0], trace, ENGINES[request.param].analyse(CODE)
