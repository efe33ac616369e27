"""An HTTP server on localhost. Each path has its own kind of response: correct, broken, slow, endless, or none."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {  # name → the beginning of a response, and the bytes that follow without an end
    "status-line": (b"HTTP/1.1 200 ", b"x"),
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk-size": (_CHUNKED, b"0"),
    "chunk-extension": (_CHUNKED + b"8;", b"x"),
    "trailer": (_CHUNKED + b"8\r\nprint(1)\r\n0\r\nX: ", b"x"),
    "trailers": (_CHUNKED + b"8\r\nprint(1)\r\n0\r\n", b"X: y\r\n"),
}

RAW = {  # name → a whole response
    "status-word": b"HTTP/1.1 OK\r\n\r\nprint(1)\n",
    "status-0": b"HTTP/1.1 0 OK\r\n\r\nprint(1)\n",
    "status-huge": b"HTTP/1.1 " + b"9" * 5000 + b" OK\r\n\r\nprint(1)\n",
    "version": b"HTTP/9 200 OK\r\n\r\nprint(1)\n",
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "no-end-of-headers": b"HTTP/1.1 200 OK\r\nX: y\r\n",
    "bare-lines": b"HTTP/1.1 200 OK\nContent-Length: 9\n\nprint(1)\n",
    "header-without-colon": b"HTTP/1.1 200 OK\r\nnothing\r\nX\x00: \xff\x1b]52;\r\n\r\nprint(1)\n",
    "length-huge": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nprint(1)\n",
    "length-negative": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nprint(1)\n",
    "chunk-negative": _CHUNKED + b"-8\r\nprint(1)\r\n0\r\n\r\n",
    "chunk-huge": _CHUNKED + b"f" * 5000 + b"\r\nprint(1)\r\n0\r\n\r\n",
    "chunk-word": _CHUNKED + b"many\r\nprint(1)\r\n0\r\n\r\n",
}

_ZLIB = zlib.compress(b"print(1)\n")
_GZIP = gzip.compress(b"print(1)\n", mtime=0)
ENCODED = {  # name → Content-Encoding and body
    "zlib": ("deflate", _ZLIB),
    "raw-deflate": ("deflate", _ZLIB[2:-4]),
    "members": ("x-gzip", gzip.compress(b"print", mtime=0) + gzip.compress(b"(1)\n", mtime=0) + bytes(5)),
    "upper-case": ("GZIP", _GZIP),
    "identity": ("identity", b"print(1)\n"),
    "cut": ("gzip", _GZIP[:-12]),
    "damaged": ("gzip", _GZIP[:12] + b"\xff" + _GZIP[13:]),
    "twice": ("gzip, gzip", gzip.compress(_GZIP, mtime=0)),
    "unknown": ("br", b"print(1)\n"),
    "deflate-bomb": ("deflate", zlib.compress(bytes(30_000_000))),
    "members-bomb": ("gzip", gzip.compress(b"", mtime=0) * 100_000),
}

CHARSETS = {  # name → Content-Type
    "nul": b"text/plain; charset=a\0b",
    "no-value": b"text/plain; charset",
    "empty": b"text/plain; charset=",
    "unknown": b"text/plain; charset=no-such-charset",
    "long": b"text/plain; charset=" + b"x" * 50_000,
    "not-text": b"text/plain; charset=base64",
    "bytes": b"text/plain; charset=\xff\xfe",
    "path": b"text/plain; charset=../../etc/passwd",
    "punycode": b"text/plain; charset=punycode",
    "escapes": b"text/plain; charset=unicode_escape",
}


class Request(NamedTuple):
    """A request that the server received."""

    path: str
    at_s: float             # time of the request on the monotonic clock
    headers: dict[str, str]


class MisbehavingServer(ThreadingHTTPServer):
    """Records all requests, and responds to a path such as /flaky/3 with `Handler.flaky`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__((address, 0), Handler)
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self.barrier = threading.Barrier(2, timeout=20)
        self.in_flight = 0
        self.max_in_flight = 0
        self.lock = threading.Lock()

    @property
    def port(self) -> int:
        """The port on which the server listens."""
        return int(self.server_address[1])

    def url(self, path: str, host: str | None = None) -> str:
        """Return the URL of a path. The host `localhost` reaches the same server under the name of another host."""
        return f"http://{host or self.server_address[0]}:{self.port}{path}"

    def counts(self) -> Counter[str]:
        """Return the number of requests by path."""
        with self.lock:
            return Counter(request.path for request in self.requests)

    def times(self, path: str) -> list[float]:
        """Return the times of the requests of a path, in seconds on the monotonic clock."""
        with self.lock:
            return [request.at_s for request in self.requests if request.path == path]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients close their connections on purpose."""

    def server_close(self) -> None:
        """Close the server and end the endless responses."""
        self.closing.set()
        super().server_close()


@contextmanager
def running_server(address: str = "127.0.0.1") -> Iterator[MisbehavingServer]:
    """Start a server in a thread; shut it down at the end."""
    with MisbehavingServer(address) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Responds to requests. The first part of the path is the name of the method that sends the response."""

    server: MisbehavingServer

    def log_message(self, *args: Any) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        """Record the request and call the method that the path names."""
        with self.server.lock:
            self.server.requests.append(Request(self.path, time.monotonic(), dict(self.headers)))
            self.server.in_flight += 1
            self.server.max_in_flight = max(self.server.max_in_flight, self.server.in_flight)
            self.nth = sum(request.path == self.path for request in self.server.requests)
        try:
            self.path = urlsplit(self.path).path  # a proxy gets whole URLs
            getattr(self, self.path.strip("/").split("/")[0].replace("-", "_"))()
        finally:
            with self.server.lock:
                self.server.in_flight -= 1

    def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """Send a correct response."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def ok(self) -> None:
        self.answer(f"print({self.path!r})\r\n".encode(), Content_Type="text/plain")

    def lingering(self) -> None:
        time.sleep(0.05)
        self.ok()

    def missing(self) -> None:
        self.answer(b"<html>no</html>", 404)

    def flaky(self) -> None:
        self.ok() if self.nth > 2 else self.answer(b"", 500)

    def down(self) -> None:
        self.answer(b"", 503)

    def busy(self) -> None:
        self.ok() if self.nth > 1 else self.answer(b"", 429, Retry_After="1")

    def busy_until(self) -> None:
        when = formatdate(time.time() + 3, usegmt=True)  # a date in whole seconds is at least 2 s from now
        self.ok() if self.nth > 1 else self.answer(b"", 503, Retry_After=when)

    def busy_long(self) -> None:
        self.answer(b"", 429, Retry_After="86400")

    def busy_nonsense(self) -> None:
        self.ok() if self.nth > 1 else self.answer(b"", 429, Retry_After="soon")

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"#")

    def drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"x")

    def stall(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"print(")
        self.server.closing.wait(60)

    def mute(self) -> None:
        self.server.closing.wait(60)

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.closing.is_set():
            self.wfile.write(b"#" * 2**16)

    def chunks(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nprint(1)\r\n1\r\n\n\r\n0\r\n\r\n")

    def chunks_cut(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nprint(1)\r\n5\r\nab")

    def bomb(self) -> None:
        self.answer(gzip.compress(bytes(30_000_000)), Content_Encoding="gzip")

    def exactly(self) -> None:
        self.answer(b"#" * int(self.path.split("/")[2]))

    def too_short(self) -> None:
        self.answer(b"print(1)", Content_Length="100")

    def too_long(self) -> None:
        self.answer(b"print(1)\nprint(2)\n", Content_Length="9")

    def two_lengths(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\nContent-Length: 18\r\n\r\nprint(1)\nprint(2)\n")

    def bad_length(self) -> None:
        self.answer(b"print(1)\n", Content_Length="many")

    def hang_up(self) -> None:
        self.close_connection = True

    def reset(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"print(")
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def reset_once(self) -> None:
        self.ok() if self.nth > 1 else self.reset()

    def noise(self) -> None:
        self.wfile.write(b"\x00\xff not HTTP\r\n\r\n" * 10)

    def loop(self) -> None:
        self.answer(b"", 302, Location=self.path)

    def hop(self) -> None:
        left = int(self.path.split("/")[2])
        self.answer(b"", 301, Location=f"/hop/{left - 1}") if left else self.ok()

    def over(self) -> None:
        self.answer(b"", 307, Location=self.server.url("/ok/over", "localhost"))

    def to_ftp(self) -> None:
        self.answer(b"", 302, Location="ftp://127.0.0.1/x")

    def to_scheme(self) -> None:
        self.answer(b"", 302, Location=f"{self.path.split('/')[2]}:/etc/passwd")

    def to_user(self) -> None:
        self.answer(b"", 302, Location=self.server.url("/ok/user").replace("://", "://user:password@"))

    def to_port(self) -> None:
        self.answer(b"", 302, Location="http://127.0.0.1:25/")

    def to_host(self) -> None:
        """Redirect to the host, with or without a port, that the path names."""
        self.answer(b"", 302, Location=f"http://{unquote(self.path.split('/')[2])}/ok/redirected")

    def to_split(self) -> None:
        self.wfile.write(b"HTTP/1.0 302 Found\r\nLocation: /ok/a b\x00\x85\r\n X-Injected: 1\r\n\r\n")

    def to_nonsense(self) -> None:
        self.answer(b"", 302, Location="http://[")

    def to_nowhere(self) -> None:
        self.answer(b"", 302)

    def endless_redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/ok/redirected")
        self.end_headers()
        while not self.server.closing.is_set():
            self.wfile.write(b"#" * 2**16)

    def endless_part(self) -> None:
        """Send the beginning of a response, then a part without an end: the path names both."""
        before, repeated = ENDLESS[self.path.split("/")[2]]
        self.wfile.write(before)
        while not self.server.closing.is_set():
            self.wfile.write(repeated * 2**10)

    def raw(self) -> None:
        """Send the bytes of RAW that the path names, and nothing else."""
        self.wfile.write(RAW[self.path.split("/")[2]])

    def encoded(self) -> None:
        """Send the body of ENCODED that the path names, with its Content-Encoding."""
        encoding, body = ENCODED[self.path.split("/")[2]]
        self.answer(body, Content_Encoding=encoding)

    def charset(self) -> None:
        content_type = CHARSETS[self.path.split("/")[2]]
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: %s\r\n\r\n" % content_type + b"x = '\xe9'\n")

    def binary(self) -> None:
        self.answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), Content_Type="image/png")

    def page(self) -> None:
        self.answer(b"<!DOCTYPE html>\n<title>Not found</title>\n", Content_Type="text/html; charset=utf-8")

    def challenge(self) -> None:
        self.answer(b"", 401, WWW_Authenticate='Basic realm="x"')

    def gzipped(self) -> None:
        self.answer(gzip.compress(b"print('gzip')\n"), Content_Encoding="gzip")

    def not_gzipped(self) -> None:
        self.answer(b"print('plain')\n", Content_Encoding="gzip")

    def cyrillic(self) -> None:
        self.answer("x = 'Ж'\n".encode("cp1251"), Content_Type="text/plain; charset=windows-1251")

    def no_charset(self) -> None:
        self.answer("x = 'é'\n".encode("latin-1"), Content_Type="text/plain")

    def cookie(self) -> None:
        self.answer("# coding: latin-1\nx = 'é'\n".encode("latin-1"), Content_Type="text/plain; charset=utf-8")

    def empty(self) -> None:
        self.answer(b"")

    def no_content(self) -> None:
        self.send_response(204)
        self.end_headers()

    def sets_cookie(self) -> None:
        self.answer(b"1\n", Set_Cookie="seen=yes")

    def meet(self) -> None:
        self.server.barrier.wait()
        self.ok()
