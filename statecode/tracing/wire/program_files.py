"""The format in which supervisor and server hand over the files of a program: names and contents, one after the other.

The server reads the files that a program finds in its folder, and writes those that the program left there. The
supervisor checks every length before it uses it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from statecode.records import MAX_FILE_BYTES, MAX_FILES

MAX_NAME_BYTES = 255  # of the file system
MAX_ENCODED_BYTES = MAX_FILE_BYTES + MAX_FILES * (8 + MAX_NAME_BYTES)

_LENGTHS = struct.Struct("<II")  # bytes of the name, bytes of the content


def encode(files: Mapping[bytes, bytes]) -> bytes:
    """Return the files as bytes for `decode`."""
    return b"".join(
        part for name, content in files.items() for part in (_LENGTHS.pack(len(name), len(content)), name, content)
    )


def decode(data: bytes) -> dict[bytes, bytes]:
    """Return the files that `encode` wrote: name → content.

    Raises:
        ValueError: `encode` wrote no such data, or it holds more files or bytes than allowed.
    """
    files: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        if len(data) - at < _LENGTHS.size:
            raise ValueError("the data ends in the lengths of a file")
        name_bytes, content_bytes = _LENGTHS.unpack_from(data, at)
        name_end = at + _LENGTHS.size + name_bytes
        at = name_end + content_bytes
        if at > len(data) or name_bytes > MAX_NAME_BYTES or len(files) == MAX_FILES:
            raise ValueError("the data ends in a file, or holds too many files")
        files[data[name_end - name_bytes : name_end]] = data[name_end:at]
    return files
