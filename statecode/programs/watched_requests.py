"""Sessions of `requests` whose requests end after a fixed time, or when they are told to.

The timeouts of requests count from the last byte, so that a server which sends one now and then holds on forever.
Here a timer shuts the socket, which ends the headers as well as the body.
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


class Watch:
    """What ends one request; opened in the thread that makes it."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        _in_thread.watch = self
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()
        _in_thread.watch = None

    def add(self, wire: socket.socket) -> None:
        """Take a connection's socket under watch."""
        self._sockets.append(wire)
        if self.expired:  # between the timer's loop and this
            self.expire()

    def expire(self) -> None:
        """End the request now; its thread sees the connection break."""
        self.expired = True
        for wire in tuple(self._sockets):
            try:
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed already


@contextmanager
def session(user_agent: str) -> Iterator[requests.Session]:
    """A session that keeps nothing from one request to the next: no connection, no cookie."""
    with requests.Session() as made:
        made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        made.headers.update({
            "User-Agent": user_agent, "Accept": "text/plain, */*;q=0.5", "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        })
        for scheme in ("http://", "https://"):
            made.mount(scheme, _WatchedAdapter())
        yield made


_in_thread = threading.local()


class _WatchedHTTP(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _in_thread.watch.add(self.sock)


class _WatchedHTTPS(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _in_thread.watch.add(self.sock)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class _WatchedAdapter(HTTPAdapter):
    """The usual adapter, whose connections tell the watch about their sockets."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _watch_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> urllib3.ProxyManager:
        manager = super().proxy_manager_for(*args, **options)
        _watch_pools(manager)
        return manager


def _watch_pools(manager: urllib3.PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
