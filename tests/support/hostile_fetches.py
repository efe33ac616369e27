"""Random answers of servers, ledgers, stored files and files of links, most of them damaged, for the tests of fetches."""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.misbehaving_server import CHARSETS, RAW

_TEXT = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/plain; charset=%s\r\nContent-Length: %d\r\n%s\r\n%s"
_BODIES = [b"print(1)\n" * 20, b"x = '\xe9'\n", bytes(range(256)), b"<html>\n</html>\n", b"# coding: latin-1\n\xff\n", b""]
ANSWERS = [
    *(_TEXT % (charset, len(body), b"", body) for charset in (b"utf-8", b"cp1251") for body in _BODIES),
    *(_TEXT % (b"utf-8", len(data), b"Content-Encoding: %s\r\n" % encoding, data) for encoding, data in [
        (b"gzip", gzip.compress(_BODIES[0], mtime=0)), (b"deflate", zlib.compress(_BODIES[0])),
        (b"gzip", gzip.compress(bytes(3_000_000), mtime=0)), (b"br", b"x"),
    ]),
    *(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\nx = '\xe9'\n" % charset for charset in CHARSETS.values() if len(charset) < 100),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nprint(1)\r\n1;x=y\r\n\n\r\n0\r\nX: y\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\nprint(1)\n",
    *(b"HTTP/1.1 %d X\r\nLocation: %s\r\nContent-Length: 3\r\n\r\nabc" % (status, location) for status, location in [
        (301, b"/7"), (302, b"//localhost/8"), (303, b"http://127.0.0.1:1/"), (307, b"file:///etc/passwd"), (308, b"?q=\xff"),
        (302, b"http://user:password@127.0.0.1/"), (302, b"http://[::1%25lo]:8000/"),
    ]),
    *(b"HTTP/1.1 %d X\r\nRetry-After: %s\r\nWWW-Authenticate: Basic realm=x\r\nSet-Cookie: a=b\r\n\r\n" % (status, wait)
      for status in (204, 206, 401, 404, 407, 429, 503) for wait in (b"3", b"Sun, 06 Nov 1994 08:49:37 GMT")),
    *(answer for answer in RAW.values() if len(answer) < 1000),
]
_TOKENS = [
    b"\r\n", b"\n", b"\0", b": ", b";", b"\r\n\r\n", b"-1", b"9" * 30, b"\x1b]52;c;eA==\x07", b"\xff\xfe", b"\xe2\x80\xae", b"%00",
    b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"Content-Length: 99999999999\r\n", b"Content-Encoding: gzip\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Location: http://[\r\n", b"Location: http://127.0.0.1\r\n", b"charset=", b"\x1f\x8b\x08",
    b"Content-Type: text/x; charset=\xe9\r\n", b"x" * 70_000, b"A: b\r\n" * 120, b"true", b"null", b"[" * 5000, b'{"url": ', b"\\ud800",
]


def mutated(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """Return the data after up to six random changes: bytes, stretches, tokens, the beginning of another text, the end."""
    for _ in range(rng.randrange(7)):
        start, length = rng.randrange(len(data) + 1), rng.choice((1, 1, 3, 20))
        before, part, after = data[:start], data[start:start + length], data[start + length:]
        data = rng.choice((
            before + bytes([rng.randrange(256)]) + data[start + 1:],
            before + after,
            before + part * rng.choice((2, 3, 500)) + after,
            before + rng.choice(_TOKENS) + data[start:],
            before + rng.choice(_TOKENS) + after,
            rng.choice(others)[:rng.randrange(200)] + data[start:],
            before,
        ))
    return data


@contextmanager
def serving(answers: list[bytes]) -> Iterator[Callable[[int], str]]:
    """Serve the answers, each at the URL that the yielded function returns for its index, under several hosts."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection:
            try:
                path = connection.recv(100_000).split(b" ")[1].lstrip(b"/")
                number = int(path) if path.isdigit() and len(path) < 10 else len(path)
                connection.sendall(answers[number % len(answers)])
            except (OSError, IndexError):
                pass  # closed by the client

    with socket.create_server(("0.0.0.0", 0), backlog=128) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield lambda number: f"http://127.0.0.{1 + number % 4}:{listener.getsockname()[1]}/{number}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


_VALUES: list[Any] = [
    None, True, 0, -1, 10**30, 1.5, 1e308, "", "ok", "private_host", "timeout", "no_such_outcome", "a\0b", "punycode", "\ud800",
    "../../x", "x" * 1000, "\x1b[2J", [], ["ok"], {}, {"url": "x"}, "0" * 64,
]


def damaged_lines(rng: random.Random, lines: list[dict[str, Any]]) -> bytes:
    """Return the lines as JSON after a few changes of their values, their order or their bytes."""
    lines = [dict(line) for line in lines]
    for _ in range(rng.randrange(4)):
        line = rng.choice(lines)
        kind = rng.randrange(4)
        if kind == 0 and line:
            del line[rng.choice(sorted(line))]
        elif kind == 1:
            lines.insert(rng.randrange(len(lines)), dict(line))
        elif line:
            line[rng.choice(sorted(line)) if rng.randrange(10) else "other"] = rng.choice(_VALUES)
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return mutated(rng, data, [data]) if rng.randrange(2) else data


def damage_file(rng: random.Random, path: Path, outside: Path) -> None:
    """Replace a stored file, or the folder that contains it, by something else; `outside` is a file that links lead to."""
    kind = rng.randrange(8)
    if kind >= 5:
        return
    place = path.with_suffix(".part") if kind == 0 else path
    place.unlink(missing_ok=True)
    if kind in (0, 1):
        place.symlink_to(outside)
    elif kind == 2:
        os.mkfifo(place)
    elif kind == 3:
        place.mkdir()
    else:
        place.write_bytes(rng.randbytes(20))
