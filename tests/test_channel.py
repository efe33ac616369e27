"""The trace channel: what was committed comes back, anything else is recognised."""

from __future__ import annotations

import os
import struct
import sys
import threading

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
    length = int.from_bytes(data[:8], "little")
    assert len(records) <= min(length, len(data)) // 2
    if whole:
        assert length == 0 or data[7 + length : 8 + length] == b"\n"
    os.close(fd)


def read(data: bytes, length: int | None = None, most: int | None = None) -> tuple[list[object], bool]:
    fd = channel.allocate(len(data))
    os.pwrite(fd, struct.pack("<Q", len(data) if length is None else length) + data, 0)
    try:
        return read_records(fd, most)
    finally:
        os.close(fd)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ([], True)),
        (b"1\n2\n", ([1, 2], True)),
        (b"1\n2", ([1], False)),
        (b"1\n2\xff\n3\n", ([1], False)),
        (b"1\n2 3\n4\n", ([1], False)),
        (b"1\n2,3\n4\n", ([1], False)),
        (b"1\n[2\n3]\n4\n", ([1], False)),
        (b"1\n[2\n3]\n4,5\n", ([1, [2, 3], 4, 5], True)),  # two faults that make up for each other are not seen
        (b"1\n\n2\n", ([1], False)),
        (b"1\n" + b"[" * 10**5 + b"\n2\n", ([1], False)),
        (b"1\n" + b"9" * 4301 + b"\n2\n", ([1], False)),
        (b"1\n{}\n2\n{}\n", ([1, {}], True)),
        (b"1\n{}\n[[\n", ([1, {}], True)),
        (b"1\n{}\n2", ([1, {}], True)),
        (b"[1\n{}\n]\n", ([], False)),
    ],
)
def test_what_is_whole(data: bytes, expected) -> None:
    assert read(data) == expected


def test_only_so_many_records_are_read() -> None:
    assert read(b"1\n" * 5, most=3) == ([1, 1, 1], True)
    assert read(b"1\n1\n1\n[[[\n", most=3) == ([1, 1, 1], True)
    assert read(b"1\n1\n1\n[[[", most=3) == ([1, 1, 1], False)
    assert read(b"1\n1\n[[[\n", most=3) == ([1, 1], False)
    assert read(b"1\n1\n", most=3) == ([1, 1], True)
    assert read(b"1\n1", most=3) == ([1], False)


@pytest.mark.parametrize("length", [5, 2**16 + 5, 2**17, 2**63, 2**64 - 1])
def test_a_length_beyond_what_was_written(length: int) -> None:
    records, whole = read(b"1\n2\n", length)
    assert not whole
    assert records in ([], [1, 2])


@pytest.mark.parametrize("size", [0, 7, 8, 10, 12, 2**20])
def test_a_file_of_another_size(size: int) -> None:
    fd = channel.allocate(100)
    writer = ChannelWriter(fd)
    for number in range(3):
        writer.write(number)
    os.ftruncate(fd, size)
    assert read_records(fd) == (([0, 1, 2], True) if size > 14 else ([], False))
    os.close(fd)


@pytest.mark.skipif(not hasattr(sys, "set_int_max_str_digits"), reason="early Python 3.10 has no such limit")
def test_long_numbers_are_refused_where_python_takes_them() -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        assert read(b"1\n" + b"9" * 300_000 + b"\n") == ([1], False)
        assert read(b"9" * 4300 + b"\n") == ([10**4300 - 1], True)
    finally:
        sys.set_int_max_str_digits(before)


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
    records, whole = read_records(fd)
    assert whole
    assert sorted(records) == [[n] for n in range(4) for _ in range(20_000)]
    os.close(fd)


def test_an_uncommitted_record_is_not_there() -> None:
    fd = channel.allocate(1000)
    writer = ChannelWriter(fd)
    writer.write(1)
    os.pwrite(fd, b"[2, 3", writer._end)
    assert read_records(fd) == ([1], True)
    os.close(fd)
