"""Test the bounds of a request: its deadline, its received bytes, and the addresses that it connects to."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from statecode.programs.bounded_request import BoundedRequest, ReceiveLimitError
from statecode.programs.download import Downloader
from statecode.programs.fetch_ledger import Outcome
from tests.support.fetch_samples import FAST, get
from tests.support.misbehaving_server import MisbehavingServer


@pytest.mark.parametrize("path", ["/drip", "/drip-head"])
def test_a_slow_response_ends_at_the_total_timeout(server: MisbehavingServer, path: str) -> None:
    started = time.monotonic()
    reply = get(server, path, total_s=0.3, attempts=2)
    assert (reply.outcome, reply.attempts, server.counts()[path]) == (Outcome.TIMEOUT, 2, 2)
    assert "no complete answer after 0.3 s" in (reply.error or "")
    assert 0.6 < time.monotonic() - started < 15


@contextmanager
def listening(handle: Any) -> Iterator[int]:
    """Accept connections on a port in a thread, call `handle` with each, and yield the port."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    handle(connection)
                except OSError:
                    pass  # closed by the client

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def drip(connection: socket.socket) -> None:
    """Send a TLS record byte by byte, without an end."""
    connection.sendall(b"\x16\x03\x03\x40\x00")
    while True:
        connection.sendall(b"\x02")
        time.sleep(0.02)


@pytest.mark.parametrize("proxied", [False, True])
def test_a_slow_handshake_ends_at_the_total_timeout(proxied: bool) -> None:
    with listening(drip) as port:
        config = replace(FAST, total_s=0.3, attempts=1, proxy=f"http://127.0.0.1:{port}" if proxied else None)
        reply = Downloader(config).get("https://example.org/" if proxied else f"https://127.0.0.1:{port}/")
    assert reply.outcome in (Outcome.TIMEOUT, Outcome.CONNECTION_ERROR)  # a proxy's answer is a line that is too long


def test_a_host_with_several_addresses_is_reached_at_the_first_that_answers(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("statecode.programs.addresses.resolve", lambda host, port: ["127.0.0.3", "::1", "127.0.0.1"])
    assert Downloader(FAST).get(f"http://several.test:{server.port}/ok/1").outcome is Outcome.OK


def test_no_address_is_tried_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def unreachable(address: tuple[str, int], timeout_s: float) -> socket.socket:
        tried.append(address)
        time.sleep(0.1)
        raise TimeoutError("timed out")

    monkeypatch.setattr("statecode.programs.addresses.resolve", lambda host, port: [f"127.0.1.{n}" for n in range(200)])
    monkeypatch.setattr(socket, "create_connection", unreachable)
    reply = Downloader(replace(FAST, total_s=0.2, attempts=1)).get("http://several.test/")
    assert reply.outcome is Outcome.TIMEOUT
    assert len(tried) <= 3


def test_received_bytes_are_limited_with_headers_and_before_decompression(server: MisbehavingServer) -> None:
    with BoundedRequest(20, max_received_bytes=150_000, allow_private_hosts=True) as request:
        with request.get(server.url("/exactly/100000"), {}, (5, 5)) as response:
            assert len(response.content) == 100_000
        with pytest.raises(ReceiveLimitError):
            with request.get(server.url("/exactly/100000"), {}, (5, 5)) as response:
                response.content


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a certificate for localhost and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    path = tmp_path / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", tmp_path / "certificate"],
        check=True, capture_output=True,
    )
    path.write_text(path.read_text() + (tmp_path / "certificate").read_text())
    return path


def test_a_certificate_is_checked_and_a_proxy_is_a_tunnel(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    tunnels = []

    def answer(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) == b"C":
            tunnels.append(connection.recv(10_000).split(b"\r\n")[0])
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as encrypted:
            encrypted.recv(10_000)
            encrypted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nprint(1)\n")

    with listening(answer) as port:
        url = f"https://localhost:{port}/"
        direct, proxied = replace(FAST, attempts=1), replace(FAST, attempts=1, proxy=f"http://localhost:{port}")
        untrusted = Downloader(direct).get(url)
        assert (untrusted.outcome, untrusted.http_status) == (Outcome.CONNECTION_ERROR, None)
        assert "certificate verify failed" in (untrusted.error or "")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        for config in (direct, proxied):
            assert Downloader(config).get(url).body == b"print(1)\n"
        assert [tunnel.split()[:2] for tunnel in tunnels] == [[b"CONNECT", f"localhost:{port}".encode()]]
