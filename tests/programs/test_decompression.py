"""Test the decompression of bodies, in chunks of every size."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from statecode.programs.decompression import DecompressionError, decompressed

TEXT = random.Random(0).randbytes(2000) + b"print(1)\n" * 20_000
GZIP, ZLIB = gzip.compress(TEXT, mtime=0), zlib.compress(TEXT)


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[start:start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1000, 2**20])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [("gzip", GZIP), (" X-GZip ", GZIP), ("deflate", ZLIB), ("deflate", ZLIB[2:-4]), ("", TEXT), ("identity", TEXT),
     ("gzip", GZIP + b"bytes after the end"), ("deflate", ZLIB + b"bytes after the end"),
     ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0))],
)
def test_a_body_is_decompressed_in_bounded_parts(encoding: str, data: bytes, size: int) -> None:
    parts = list(decompressed(chunks(data, size), encoding))
    assert b"".join(parts) == TEXT
    assert max(map(len, parts)) <= max(2**16, size)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "", "identity"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert b"".join(decompressed([], encoding)) == b""


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize(("encoding", "data"), [("gzip", GZIP[:-9]), ("deflate", ZLIB[:-9]), ("gzip", GZIP[:1])])
def test_a_body_without_its_end_is_an_error(encoding: str, data: bytes, size: int) -> None:
    with pytest.raises(EOFError, match="ends before its end marker"):
        list(decompressed(chunks(data, size), encoding))


@pytest.mark.parametrize(
    ("encoding", "data"), [("gzip", b"print(1)"), ("deflate", b"\xff\xff\xff"), ("gzip", GZIP[:20] + b"\xff" * 20 + GZIP[40:])]
)
def test_damaged_bodies_are_an_error(encoding: str, data: bytes) -> None:
    with pytest.raises(DecompressionError, match="the body is not"):
        list(decompressed([data], encoding))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "gzip\0", "x" * 1000])
def test_another_encoding_is_an_error(encoding: str) -> None:
    with pytest.raises(DecompressionError, match="neither gzip nor deflate") as caught:
        list(decompressed([b"x"], encoding))
    assert len(str(caught.value)) < 120


def test_a_bomb_is_decompressed_only_as_far_as_it_is_read() -> None:
    first = next(iter(decompressed([zlib.compress(bytes(10_000_000))], "deflate")))
    assert len(first) == 2**16
