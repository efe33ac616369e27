"""Test the writing side of a channel: what it commits is read back, and a record that does not fit changes nothing."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from statecode.tracing.wire import channel
from statecode.tracing.wire.channel import ChannelFull, ChannelWriter
from statecode.tracing.wire.reader import read_records
from statecode.tracing.wire.record import EndRecord


def test_a_record_that_does_not_fit_leaves_the_channel_unchanged() -> None:
    fd = channel.allocate(100)
    writer = ChannelWriter(fd)
    writer.write("x" * 60)
    with pytest.raises(ChannelFull):
        writer.write("y" * 60)
    writer.write({"end": "z" * 1000}, final=True)
    assert read_records(fd) == (["x" * 60, {"end": "z" * 1000}], True)
    os.close(fd)


def test_threads_do_not_overwrite_each_others_records() -> None:
    fd = channel.allocate(2**20)
    writer = ChannelWriter(fd)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=lambda n=n: [writer.write([n]) for _ in range(20_000)]) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    records, intact = read_records(fd)
    assert intact
    assert sorted(records) == [[n] for n in range(4) for _ in range(20_000)]
    os.close(fd)


@pytest.mark.parametrize("record", [EndRecord(), EndRecord(compile_error=True), EndRecord(limit="events")])
def test_an_end_record(record: EndRecord) -> None:
    """The most frequent one is encoded in advance."""
    fd = channel.allocate(100)
    ChannelWriter(fd).write(record.fields(), final=True)
    assert read_records(fd) == ([record.fields()], True)
    os.close(fd)
