"""Sockets that programs must not reach."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path


class Listeners:
    """Sockets of every kind, none of which may receive a connection or a message."""

    def __init__(self, base: Path) -> None:
        name = f"statecode-hostile-{secrets.token_hex(4)}"
        self.names = {"abstract": f"{name}-stream", "abstract_datagram": f"{name}-datagram",
                      "unix": str(base / "stream.socket"), "unix_datagram": str(base / "datagram.socket")}
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        self._sockets = {
            "tcp": _listening(socket.AF_INET, stream, ("127.0.0.1", 0)),
            "udp": _listening(socket.AF_INET, datagram, ("127.0.0.1", 0)),
            "unix": _listening(socket.AF_UNIX, stream, self.names["unix"]),
            "unix_datagram": _listening(socket.AF_UNIX, datagram, self.names["unix_datagram"]),
            "abstract": _listening(socket.AF_UNIX, stream, "\0" + self.names["abstract"]),
            "abstract_datagram": _listening(socket.AF_UNIX, datagram, "\0" + self.names["abstract_datagram"]),
        }
        with contextlib.suppress(OSError):  # the machine has no IPv6
            self._sockets["tcp6"] = _listening(socket.AF_INET6, stream, ("::1", 0))
        for path in (self.names["unix"], self.names["unix_datagram"]):
            os.chmod(path, 0o777)

    def locations(self) -> dict[str, object]:
        """Return ports and names by the keys that the programs use. Without IPv6, `tcp6` is 9, the discard port."""
        ports = {
            key: self._sockets[key].getsockname()[1] if key in self._sockets else 9 for key in ("tcp", "tcp6", "udp")
        }
        return {**self.names, **ports}

    def violations(self) -> list[str]:
        """Return the connections and messages that arrived, and remove them from the sockets."""
        return [
            f"the {key} listener got {message!r}"
            for key, listener in self._sockets.items() for message in _received(listener)
        ]

    def close(self) -> None:
        """Close all sockets."""
        for listener in self._sockets.values():
            listener.close()


def _listening(family: int, kind: int, address: object) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.setblocking(False)
    listener.bind(address)  # type: ignore[arg-type]
    if kind == socket.SOCK_STREAM:
        listener.listen()
    return listener


def _received(listener: socket.socket) -> Iterator[str]:
    with contextlib.suppress(BlockingIOError):
        while True:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
                yield "a connection"
            else:
                yield repr(listener.recv(1000))
