"""The trace channel: what was committed comes back, anything else is recognised."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.tracing import channel
from statecode.tracing.channel import ChannelFull, ChannelWriter, read_records

JSON = st.recursive(
    st.none() | st.integers(-(2**60), 2**60) | st.text(), lambda inner: st.lists(inner, max_size=4), max_leaves=8
)


@given(st.lists(JSON, max_size=10))
def test_records_come_back(records) -> None:
    fd = channel.allocate(2**16)
    try:
        writer = ChannelWriter(fd)
        for record in records:
            writer.write(record)
        assert read_records(fd) == (records, True)
    finally:
        os.close(fd)


def test_a_record_that_does_not_fit_leaves_the_others() -> None:
    fd = channel.allocate(100)
    writer = ChannelWriter(fd)
    writer.write("x" * 60)
    with pytest.raises(ChannelFull):
        writer.write("y" * 60)
    writer.write({"end": "z" * 1000}, final=True)
    assert read_records(fd) == (["x" * 60, {"end": "z" * 1000}], True)
    os.close(fd)


@given(st.binary(max_size=200))
def test_garbage_is_recognised(data: bytes) -> None:
    fd = channel.allocate(1000)
    os.pwrite(fd, data, 0)
    records, whole = read_records(fd)
    assert isinstance(records, list)
    if not whole:
        assert records == []
    os.close(fd)


def test_an_uncommitted_record_is_not_there() -> None:
    fd = channel.allocate(1000)
    writer = ChannelWriter(fd)
    writer.write(1)
    os.pwrite(fd, b"[2, 3", writer._end)
    assert read_records(fd) == ([1], True)
    os.close(fd)
