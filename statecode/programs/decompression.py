"""Decompress the body of an HTTP response in parts of bounded size."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Iterator

_PART_BYTES = 2**16
_GZIP_OR_ZLIB, _RAW_DEFLATE = 47, -15  # values of wbits


class DecompressionError(Exception):
    """The body cannot be decompressed by its Content-Encoding."""


def decompressed(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the decompressed parts of a body, at most 64 KiB each.

    Args:
        chunks: the body as it was received.
        encoding: the Content-Encoding header: gzip, deflate, identity or nothing. A server may send `deflate` with or
            without the header of zlib. Bytes after the end of the compressed data are ignored.

    Raises:
        DecompressionError: the encoding is another one, such as two encodings, or the data are damaged.
        EOFError: the data end before their end marker.
    """
    name = encoding.strip().lower().removeprefix("x-")
    if name in ("", "identity"):
        yield from chunks
        return
    if name not in ("gzip", "deflate"):
        raise DecompressionError(f"the Content-Encoding {encoding[:50]!r} is neither gzip nor deflate")
    head, rest = _split_head(iter(chunks))
    if not head:
        return
    wbits = _RAW_DEFLATE if name == "deflate" and not _is_zlib_header(head) else _GZIP_OR_ZLIB
    try:
        yield from _inflate(itertools.chain([head], rest), wbits)
    except zlib.error as error:
        raise DecompressionError(f"the body is not {name}: {error}") from None


def _inflate(chunks: Iterable[bytes], wbits: int) -> Iterator[bytes]:
    """Yield the parts of one or more compressed streams, one after the other."""
    decompressor = zlib.decompressobj(wbits)
    for chunk in chunks:
        while chunk:
            if decompressor.eof:
                if not chunk.startswith(b"\x1f"):  # another stream follows only in gzip
                    return
                decompressor = zlib.decompressobj(wbits)
            yield decompressor.decompress(chunk, _PART_BYTES)
            chunk = decompressor.unused_data if decompressor.eof else decompressor.unconsumed_tail
    yield decompressor.flush()  # the end of a match that the last part had no room for
    if not decompressor.eof:
        raise EOFError("the compressed body ends before its end marker")


def _split_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 2:
            break
    return head, chunks


def _is_zlib_header(head: bytes) -> bool:
    return len(head) >= 2 and head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
