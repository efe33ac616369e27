"""Test the format in which files of programs are handed over: round trips, and data that no server wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.records import MAX_FILES
from statecode.tracing.wire.program_files import MAX_NAME_BYTES, decode, encode

FILES = {b"a": b"", b"line\nbreak": b"\xff" * 300, b"n" * MAX_NAME_BYTES: b"text"}


@given(st.dictionaries(st.binary(max_size=9), st.binary(max_size=99), max_size=5))
def test_a_round_trip(files: dict[bytes, bytes]) -> None:
    assert decode(encode(files)) == files


@pytest.mark.parametrize("end", range(1, 30))
def test_data_that_ends_early_is_refused(end: int) -> None:
    data = encode(FILES)
    with pytest.raises(ValueError):
        decode(data[:-end])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 8,
        encode({b"n" * (MAX_NAME_BYTES + 1): b""}),
        encode({b"%d" % number: b"" for number in range(MAX_FILES + 1)}),
    ],
)
def test_data_beyond_the_limits_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode(data)


@given(st.binary(max_size=60))
def test_any_data_is_decoded_or_refused(data: bytes) -> None:
    try:
        files = decode(data)
    except ValueError:
        return
    assert sum(map(len, files.values())) <= len(data)
