"""Test the reader of channels: committed records are read back, and any other content is recognised.

The reader in C and the one in Python must agree on any content.
"""

from __future__ import annotations

import gc
import json
import os
import struct
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecode.tracing.wire import channel, reader
from statecode.tracing.wire.channel import ChannelWriter
from statecode.tracing.wire.reader import read_records
from tests.support.channel_mutations import MUTATION, mutated
from tests.support.channel_samples import EVENT, altered, lines_of, trace_of, write_channel
from tests.support.reader_agreement import accepted_in_c

JSON = st.recursive(
    st.none() | st.integers(-(2**60), 2**60) | st.text(), lambda inner: st.lists(inner, max_size=4), max_leaves=8
)


@given(st.lists(JSON, max_size=10))
def test_committed_records_are_read_back(records) -> None:
    fd = channel.allocate(2**16)
    try:
        writer = ChannelWriter(fd)
        for record in records:
            writer.write(record)
        assert read_records(fd) == (records, True)
    finally:
        os.close(fd)


@given(st.binary(max_size=200))
def test_random_bytes_are_recognised(data: bytes) -> None:
    fd = channel.allocate(1000)
    os.pwrite(fd, data, 0)
    records, intact = read_records(fd)
    length = int.from_bytes(data[:8], "little")
    assert len(records) <= min(length, len(data)) // 2
    if intact:
        assert length == 0 or data[7 + length : 8 + length] == b"\n"
    os.close(fd)


def read(data: bytes, length: int | None = None, max_records: int | None = None) -> tuple[list[object], bool]:
    fd = channel.allocate(len(data))
    os.pwrite(fd, struct.pack("<Q", len(data) if length is None else length) + data, 0)
    try:
        return read_records(fd, max_records)
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
        (b"1\n[2\n3]\n4,5\n", ([1], False)),
        (b"1\n\n2\n", ([1], False)),
        (b"1\n" + b"[" * 10**5 + b"\n2\n", ([1], False)),
        (b"1\n" + b"9" * 4301 + b"\n2\n", ([1], False)),
        (b"1\n{}\n2\n{}\n", ([1, {}], True)),
        (b"1\n{}\n[[\n", ([1, {}], True)),
        (b"1\n{}\n2", ([1, {}], True)),
        (b"[1\n{}\n]\n", ([], False)),
    ],
)
def test_the_first_invalid_line_ends_the_records(data: bytes, expected) -> None:
    assert read(data) == expected


def test_at_most_max_records_are_read() -> None:
    assert read(b"1\n" * 5, max_records=3) == ([1, 1, 1], True)
    assert read(b"1\n1\n1\n[[[\n", max_records=3) == ([1, 1, 1], True)
    assert read(b"1\n1\n1\n[[[", max_records=3) == ([1, 1, 1], False)
    assert read(b"1\n1\n[[[\n", max_records=3) == ([1, 1], False)
    assert read(b"1\n1\n", max_records=3) == ([1, 1], True)
    assert read(b"1\n1", max_records=3) == ([1], False)


@pytest.mark.parametrize("length", [5, 2**16 + 5, 2**17, 2**63, 2**64 - 1])
def test_a_length_beyond_the_written_bytes(length: int) -> None:
    records, intact = read(b"1\n2\n", length)
    assert not intact
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
def test_long_numbers_are_rejected_even_if_python_accepts_them() -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        assert read(b"1\n" + b"9" * 300_000 + b"\n") == ([1], False)
        assert read(b"9" * 4300 + b"\n") == ([10**4300 - 1], True)
    finally:
        sys.set_int_max_str_digits(before)


# large content

MANY = 6 * 2**20  # bytes


def peak_of(act: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "value", [b"[[]]", b"[]", b"{}", b'{"a":[]}', b'["ab"]', b'"ab"', b"[[[1]]]", b'["a","1"]', b"1", b'"\\\\"'],
)
@pytest.mark.parametrize("end", [b"]\n", b"\n"])
def test_very_many_values_in_one_record_are_not_parsed(value: bytes, end: bytes) -> None:
    data = b"[1]\n[" + (value + b",") * (MANY // (len(value) + 1)) + value + end
    started = time.process_time()
    assert read(data, max_records=10_001) == ([[1]], False)
    assert time.process_time() - started < 2
    assert peak_of(lambda: read(data, max_records=10_001)) < 4 * len(data)


@pytest.mark.parametrize("values", [1000, 10**4, 10**5])
def test_very_many_values_in_many_records_are_parsed_in_part(values: int) -> None:
    line = b"[" + b"[]," * values + b"1]\n"
    data = line * (2 * MANY // len(line))
    results = []
    peak = peak_of(lambda: results.append(read(data, max_records=10_001)))
    (records, intact), = results
    assert not intact
    assert 0 < 3 * len(records) * values < 2**20 + 256 * len(records)
    assert peak < 2**20 * 60 + 2 * len(data)


def test_content_after_the_end_record_is_not_parsed() -> None:
    assert read(b"[1]\n{}\n" + b"[" * MANY, max_records=11) == ([[1], {}], True)
    assert read(b"[1]\n{}\n" + b"[[[[]]]]\n" * (MANY // 9), max_records=11) == ([[1], {}], True)


@pytest.mark.parametrize("text", ["x" * 1000, "[{,:" * 250, "\\" * 1000, '"' * 1000, ',"\\\n\\' * 200, "[é€\0,]" * 150])
def test_a_genuine_trace_of_long_texts_is_intact(text: str) -> None:
    records = [[*EVENT[:-1], number] for number in range(9_000)]
    for record in records:
        record[8] = text
    results = []
    data = b"".join(json.dumps(record).encode() + b"\n" for record in [*records, {"end": None}])
    assert len(data) > reader._UNCOUNTED_BYTES
    peak = peak_of(lambda: results.append(read(data, max_records=10_001)))
    assert results[0] == ([*records, {"end": None}], True)
    assert peak < 3 * len(data)


@pytest.mark.parametrize("text", ["x", "[{,:", "\\", '"', ']"\\'])
def test_one_text_may_fill_the_channel(text: str) -> None:
    record = [*EVENT[:-2], text * (MANY // len(text)), 0]
    results = []
    data = json.dumps(record).encode() + b"\n{}\n"
    peak = peak_of(lambda: results.append(read(data, max_records=11)))
    assert results == [([record, {}], True)]
    assert peak < 6 * len(data)


def test_an_event_may_have_very_many_changes() -> None:
    record = [*EVENT[:7], [[f"name{number}", "'some value'"] for number in range(250_000)], None, None, 0]
    data = json.dumps(record, separators=(",", ":")).encode() + b"\n{}\n"
    assert len(data) > reader._UNCOUNTED_BYTES
    assert read(data, max_records=11) == ([record, {}], True)


SPECIAL_TEXT = st.text(alphabet='\\"[{,:x\n', max_size=12)


@given(st.recursive(
    st.integers() | SPECIAL_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SPECIAL_TEXT, inner, max_size=3), max_leaves=12,
), st.integers(1, 9))
def test_characters_outside_of_strings_are_counted(value: object, step: int) -> None:
    def length(value: object) -> int:
        """Return the length of the JSON without blanks, strings and their quotes."""
        if isinstance(value, dict):
            return 2 + 2 * len(value) - bool(value) + sum(map(length, value.values()))
        if isinstance(value, list):
            return 2 + len(value) - bool(value) + sum(map(length, value))
        return 0 if isinstance(value, str) else len(str(value))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_COUNT_STEP", step)
        assert reader._count_unquoted(json.dumps(value, separators=(",", ":"))) == length(value)


LINES = st.lists(JSON.map(json.dumps) | st.sampled_from(["{}", "[", "1,2", "", '"', "\xff", "{}}"]), max_size=8)


@given(LINES, st.booleans(), st.none() | st.integers(0, 8), st.integers(1, 40))
def test_the_batch_size_does_not_change_the_records(lines, cut, max_records, batch_bytes) -> None:
    data = "\n".join([*lines, ""]).encode("latin-1")[: -1 if cut else None]
    once = read(data, max_records=max_records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_BATCH_BYTES", batch_bytes)
        assert read(data, max_records=max_records) == once


READ_WITH_LIMITED_MEMORY = """\
import os, resource, struct, sys
from statecode.tracing.wire import channel, reader
from statecode.tracing.sandbox.limits import address_space_bytes
fd = channel.allocate(2**26)
line = b'["' + b"x" * 10_000 + b'"]\\n'
for number in range(5_000):
    os.pwrite(fd, line, 8 + number * len(line))
os.pwrite(fd, struct.pack("<Q", 5_000 * len(line)), 0)
limit = address_space_bytes() + int(sys.argv[1]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
records, intact = reader.read_records(fd, 10_001)
print(len(records), intact, {*map(len, records)} <= {1})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel enforces no limit on memory")
def test_if_memory_is_exhausted_the_records_read_so_far_are_kept() -> None:
    def read_with(megabytes: int) -> list[str]:
        command = [sys.executable, "-c", READ_WITH_LIMITED_MEMORY, str(megabytes)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()

    assert read_with(200) == ["5000", "True", "True"]
    count, intact, valid = read_with(30)
    assert 0 < int(count) < 5000
    assert (intact, valid) == ("False", "True")


def test_an_uncommitted_record_is_not_read() -> None:
    fd = channel.allocate(1000)
    writer = ChannelWriter(fd)
    writer.write(1)
    os.pwrite(fd, b"[2, 3", writer.end)
    assert read_records(fd) == ([1], True)
    os.close(fd)


# the reader in C

NOT_BUILT = pytest.mark.skipif(reader._records is None, reason="the reader in C was not built")
LINE = lines_of(EVENT)


@NOT_BUILT
@pytest.mark.parametrize("data,accepted", [
    (b"", True),
    (LINE, True),
    (LINE * 1000, True),
    (LINE * 1001, False),
    (LINE + b"{}\n", True),
    (LINE + b"{}\n[", True),  # content after the end record is ignored
    (LINE + b"{}", False),
    (LINE + b"{]\n", False),
    (LINE[:-1], False),
    (LINE + b"[", False),
    (LINE + b"\n", False),
    (b" " + LINE, False),
    (LINE.replace(b",", b", ", 1), False),
    (LINE.replace(b"[3", b"[8", 1), True),
    (LINE.replace(b"[3", b"[9", 1), False),
    (LINE.replace(b"[3", b"[-0", 1), False),
    (LINE.replace(b"11", b"2147483647", 1), True),
    (LINE.replace(b"11", b"2147483648", 1), False),
    (LINE.replace(b"11", b"011", 1), False),
    (LINE.replace(b"11", b"1" * 40, 1), False),
    (LINE.replace(b"11", b"true", 1), False),
    (LINE.replace(b"11", b"1.0", 1), False),
    (lines_of(altered(3, 1)), True),
    (lines_of(altered(3, -1)), True),
    (lines_of(altered(3, 2)), False),
    (lines_of(EVENT, altered(3, 2)), True),
    (lines_of(altered(10, -1)), False),
    (lines_of(altered(10, 10**17)), True),
    (lines_of(altered(7, [])), True),
    (lines_of(altered(7, [["a", "b"], ["c", ""]])), True),
    (lines_of(altered(7, [["a"]])), False),
    (lines_of(altered(7, [["a", "b", "c"]])), False),
    (lines_of(altered(7, [["a", 1]])), False),
    (lines_of(altered(7, [[], []])), False),
    (lines_of(altered(7, None)), False),
    (lines_of(altered(8, "v")), True),
    (lines_of(altered(8, 1)), False),
    (lines_of(altered(6, None)), False),
    (lines_of([*EVENT, 1]), False),
    (lines_of(EVENT[:-1]), False),
    (lines_of(altered(8, "\x7f\n\r\t\f\b\0\"\\/é€\U0001f600\uffff" + "x" * 600)), True),
    (LINE.replace(b"<module>", b"\\uD83D\\uDE00\\u00E9"), True),
    (LINE.replace(b"<module>", b"\\ud83d"), False),
    (LINE.replace(b"<module>", b"\\ud83d\\u0041"), False),
    (LINE.replace(b"<module>", b"\\ude00\\ud83d"), False),
    (LINE.replace(b"<module>", b"\\u12g4"), False),
    (LINE.replace(b"<module>", b"\\x"), False),
    (LINE.replace(b"<module>", b"\x1f"), False),
    (LINE.replace(b"<module>", "é".encode()), False),
    (b'[3,1,1,0,0,0,"', False),
    (b'[3,1,1,0,0,0,"\\', False),
    (b'[3,1,1,0,0,0,"\\u00', False),
    (b'[3,1,1,0,0,0,"f",[["', False),
])
def test_what_the_reader_in_c_accepts(data: bytes, accepted: bool) -> None:
    assert accepted_in_c(data) == accepted
    for end in range(len(data) if len(data) < 1000 else 0):
        accepted_in_c(data[:end])


@NOT_BUILT
@settings(max_examples=100, deadline=None)
@given(st.lists(MUTATION, max_size=3))
def test_the_readers_agree_on_mutated_channels(genuine, mutations) -> None:
    accepted_in_c(mutated(genuine[0], mutations))
    assert accepted_in_c(genuine[0])


@NOT_BUILT
@pytest.mark.parametrize("data", [LINE * 9, LINE * 9 + b"{}\n", LINE + LINE[:-3], LINE[:-8], LINE.replace(b"<", b"\\u00e9") * 3])
def test_the_reader_in_c_leaves_nothing_behind(data: bytes) -> None:
    def blocks() -> int:
        for _ in range(200):
            reader._records.read_columns(data, 1000)
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks()
    assert blocks() - before < 100


@NOT_BUILT
@pytest.mark.parametrize("data,runs", [
    (b"", []),
    (b"{}\n", [(0, {})]),
    (LINE + b'{"a":1}\n' + LINE * 2 + b"{}\n", [(1, {"a": 1}), (2, {})]),
    (b"{}\n" + LINE, [(0, {})]),
    (b"{}\n[2\n", [(0, {})]),
    (b"{}\n" + LINE * 11 + b"{}\n", [(0, {})]),
    (b"\xff\n", []),
    (b"[" * 100_000 + b"\n", []),
    (b"{}\n" * 1_000_000, [(0, {})] * 5),  # no more runs than asked for
    (b"{}\n" * 2_000_000, []),             # longer than any that is read at once
])
def test_the_records_of_several_runs(data: bytes, runs: list) -> None:
    fd = write_channel(data)
    assert [(reader.count_of(columns), end) for columns, end in reader.read_shared(fd, 10, 5)] == runs
    os.close(fd)


def test_a_channel_is_read_without_the_reader_in_c(genuine, monkeypatch: pytest.MonkeyPatch) -> None:
    data, trace, analysis = genuine
    monkeypatch.setattr(reader, "_records", None)
    assert trace_of(data, None, analysis, stdout=trace.stdout.encode()) == trace
    fd = write_channel(data)
    assert reader.read_shared(fd, 10, 5) == []
    os.close(fd)
