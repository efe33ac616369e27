"""One HTTP request of `requests` with bounds that the server cannot exceed.

- The whole request has a deadline. The timeouts of `requests` restart with each received byte, so a server that sends
  a byte now and then keeps a request open without end.
- The number of received bytes is limited, headers and chunk sizes included.
- The connection is opened to an address that was checked, so that a name cannot resolve to another one in between.
- Nothing is read from the environment: no proxy, no cookies, and no credentials of `~/.netrc`. Only the variable
  REQUESTS_CA_BUNDLE is, which names the file of trusted certificates.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from statecode.programs import addresses


class ReceiveLimitError(Exception):
    """The server sent more bytes than a request may receive."""


class BoundedRequest:
    """A context manager around one request, which ends after `seconds`, or when another thread calls `expire`.

    Enter it in the thread that sends the request: the connections of that thread register their sockets with it.

    Args:
        seconds: maximum duration of the request.
        max_received_bytes: maximum number of bytes that the server sends, with headers and before decompression.
        allow_private_hosts: accept servers without a public address.
        proxy: URL of the proxy that the request is sent to. It resolves the name of the host.
    """

    def __init__(
        self, seconds: float, *, max_received_bytes: int, allow_private_hosts: bool = False, proxy: str | None = None
    ) -> None:
        self.expired = False
        self._allow_private_hosts = allow_private_hosts
        self._proxy = proxy
        self._left_bytes = max_received_bytes
        self._ends_at = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True

    def __enter__(self) -> BoundedRequest:
        _thread_state.request = self
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()
        _thread_state.request = None

    @contextmanager
    def get(self, url: str, headers: dict[str, str], timeouts: tuple[float, float]) -> Iterator[requests.Response]:
        """Yield the response to a GET request, whose body is not yet received. Redirects are not followed.

        An adapter is used without a session: a session would read the environment, and the whole body of a redirect.

        Args:
            timeouts: for connecting, and between two received bytes, in seconds.
        """
        request = requests.Request("GET", url, headers=headers).prepare()
        proxies = {"http": self._proxy, "https": self._proxy} if self._proxy else None
        if proxies and not self._allow_private_hosts:
            addresses.check_unresolved(urllib3.util.parse_url(request.url or "").host or "")
        verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        with closing(_BoundedAdapter()) as adapter:
            with adapter.send(request, stream=True, timeout=timeouts, verify=verify, proxies=proxies) as response:
                yield response

    def connect(self, host: str, port: int, timeout_s: float) -> socket.socket:
        """Return a socket that is connected to the first address of the host that accepts connections."""
        checked = not self._allow_private_hosts and self._proxy is None
        found = (addresses.resolve_public if checked else addresses.resolve)(host, port)
        for address in found:
            left_s = self._ends_at - time.monotonic()
            try:
                connection = socket.create_connection((address, port), max(min(timeout_s, left_s), 0.001))
            except OSError:
                if address == found[-1] or left_s <= 0:
                    raise
                continue
            connection.settimeout(timeout_s)
            self.add(connection)
            return connection
        raise AssertionError("a resolved host has an address")

    def add(self, connection: socket.socket) -> None:
        """Register the socket of a connection."""
        self._sockets.append(connection)
        if self.expired:  # the timer may have fired before the socket was in the list
            self.expire()

    def count(self, received_bytes: int) -> None:
        """Count received bytes.

        Raises:
            ReceiveLimitError: the limit is exceeded.
        """
        self._left_bytes -= received_bytes
        if self._left_bytes < 0:
            raise ReceiveLimitError

    def expire(self) -> None:
        """Shut down the sockets, which raises a connection error in the thread of the request."""
        self.expired = True
        for connection in tuple(self._sockets):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already


_thread_state = threading.local()


class _CountedReader(io.RawIOBase):
    """The bytes of a socket, which are counted."""

    def __init__(self, connection: socket.socket) -> None:
        self._raw = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._raw.readinto(buffer)
        _thread_state.request.count(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _CountedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_CountedReader(sock))


class _BoundedConnection(HTTPConnection):
    """A connection that is opened by the request of its thread."""

    response_class = _CountedResponse

    def _new_conn(self) -> socket.socket:
        return _thread_state.request.connect(self._dns_host, self.port, self.timeout)  # type: ignore[no-any-return]


class _BoundedTLSConnection(HTTPSConnection):
    response_class = _CountedResponse
    _new_conn = _BoundedConnection._new_conn

    def connect(self) -> None:
        super().connect()
        _thread_state.request.add(self.sock)  # it replaces the socket below it, which `connect` has registered


class _BoundedPool(HTTPConnectionPool):
    ConnectionCls = _BoundedConnection


class _BoundedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedTLSConnection


class _BoundedAdapter(HTTPAdapter):
    """An `HTTPAdapter` with bounded connections."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> urllib3.ProxyManager:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS = {"http": _BoundedPool, "https": _BoundedTLSPool}
