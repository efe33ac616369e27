"""Sessions of `requests` with a deadline for the whole request.

The timeouts of `requests` restart with each received byte, so a server that sends a byte now and then keeps a request
open without end. A `Deadline` shuts down the socket when its time is over, even while the headers are received.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Deadline:
    """A context manager that ends one request after `seconds`, or when another thread calls `expire`.

    Enter it in the thread that sends the request: the connections of that thread register their sockets with it.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        _thread_state.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()
        _thread_state.deadline = None

    def add(self, connection: socket.socket) -> None:
        """Register the socket of a connection."""
        self._sockets.append(connection)
        if self.expired:  # the timer may have fired before the socket was in the list
            self.expire()

    def expire(self) -> None:
        """Shut down the sockets, which raises a connection error in the thread of the request."""
        self.expired = True
        for connection in tuple(self._sockets):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already


@contextmanager
def session(user_agent: str) -> Iterator[requests.Session]:
    """Yield a session without cookies. Each request opens a socket, which registers with the thread's deadline."""
    with requests.Session() as opened:
        opened.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        opened.headers.update({
            "User-Agent": user_agent, "Accept": "text/plain, */*;q=0.5", "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        })
        for scheme in ("http://", "https://"):
            opened.mount(scheme, _DeadlineAdapter())
        yield opened


_thread_state = threading.local()


class _HTTPConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _thread_state.deadline.add(self.sock)


class _HTTPSConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _thread_state.deadline.add(self.sock)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class _DeadlineAdapter(HTTPAdapter):
    """An `HTTPAdapter` whose connections register their sockets with the deadline of their thread."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _use_deadline_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> urllib3.ProxyManager:
        manager = super().proxy_manager_for(*args, **options)
        _use_deadline_pools(manager)
        return manager


def _use_deadline_pools(manager: urllib3.PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
