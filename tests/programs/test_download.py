"""Test downloads of one URL from a server that misbehaves in many ways."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from statecode.programs.download import Downloader, FetchConfig, Outcome, host_of
from statecode.programs.rate_limit import Stopped
from tests.support.fetch_samples import FAST, get
from tests.support.misbehaving_server import MisbehavingServer

pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ok/1", b"print('/ok/1')\r\n"),
        ("/chunks", b"print(1)\n"),
        ("/too-long", b"print(1)\n"),
        ("/bad-length", b"print(1)\n"),
        ("/hop/3", b"print('/hop/0')\r\n"),
        ("/over", b"print('/ok/over')\r\n"),
        ("/gzipped", b"print('gzip')\n"),
        ("/exactly/100000", b"#" * 100_000),
    ],
)
def test_responses_with_minor_faults_are_accepted(server: MisbehavingServer, path: str, body: bytes) -> None:
    reply = get(server, path)
    assert (reply.outcome, reply.http_status, reply.body, reply.attempts) == (Outcome.OK, 200, body, 1)


@pytest.mark.parametrize(
    ("path", "outcome", "status", "requests"),
    [
        ("/missing", Outcome.HTTP_ERROR, 404, 1),
        ("/to-nowhere", Outcome.HTTP_ERROR, 302, 1),
        ("/empty", Outcome.EMPTY, 200, 1),
        ("/no-content", Outcome.EMPTY, 204, 1),
        ("/endless", Outcome.TOO_LARGE, 200, 1),
        ("/bomb", Outcome.TOO_LARGE, 200, 1),
        ("/exactly/100001", Outcome.TOO_LARGE, 200, 1),
        ("/loop", Outcome.TOO_MANY_REDIRECTS, 302, 4),
        ("/to-ftp", Outcome.BAD_URL, None, 1),
        ("/to-nonsense", Outcome.BAD_URL, None, 1),
        ("/not-gzipped", Outcome.BAD_ENCODING, 200, 1),
        ("/down", Outcome.UNAVAILABLE, 503, 3),
        ("/too-short", Outcome.CONNECTION_ERROR, 200, 3),
        ("/chunks-cut", Outcome.CONNECTION_ERROR, 200, 3),
        ("/two-lengths", Outcome.CONNECTION_ERROR, None, 3),
        ("/reset", Outcome.CONNECTION_ERROR, 200, 3),
        ("/hang-up", Outcome.CONNECTION_ERROR, None, 3),
        ("/noise", Outcome.CONNECTION_ERROR, None, 3),
    ],
)
def test_each_failure_has_an_outcome_and_only_transient_ones_are_retried(
    server: MisbehavingServer, path: str, outcome: Outcome, status: int | None, requests: int
) -> None:
    reply = get(server, path)
    assert (reply.outcome, reply.http_status, server.counts()[path]) == (outcome, status, requests)
    assert reply.body == b""
    assert (reply.error is None) == (outcome is Outcome.EMPTY)


@pytest.mark.parametrize("path", ["/stall", "/mute"])
def test_a_stalled_response_ends_at_the_read_timeout(server: MisbehavingServer, path: str) -> None:
    reply = get(server, path, read_s=0.3, attempts=2)
    assert (reply.outcome, reply.attempts) == (Outcome.TIMEOUT, 2)


@pytest.mark.parametrize(("path", "attempts"), [("/flaky", 3), ("/reset-once", 2), ("/busy-nonsense", 2)])
def test_a_transient_failure_is_retried_until_success(server: MisbehavingServer, path: str, attempts: int) -> None:
    reply = get(server, path)
    assert (reply.outcome, reply.attempts) == (Outcome.OK, attempts)


@pytest.mark.parametrize(("path", "seconds"), [("/busy", 1), ("/busy-until", 2)])
def test_retry_after_is_obeyed(server: MisbehavingServer, path: str, seconds: float) -> None:
    assert get(server, path).outcome is Outcome.OK
    first, second = server.times(path)
    assert second - first >= seconds - 0.1


def test_retry_after_applies_to_the_whole_host(server: MisbehavingServer) -> None:
    downloader = Downloader(replace(FAST, attempts=1))
    assert downloader.get(server.url("/busy")).outcome is Outcome.UNAVAILABLE
    assert downloader.get(server.url("/ok/1")).outcome is Outcome.OK
    assert server.times("/ok/1")[0] - server.times("/busy")[0] >= 0.9


def test_a_retry_after_above_the_limit_ends_the_attempts(server: MisbehavingServer) -> None:
    reply = get(server, "/busy-long", retry_after_max_s=0.1)
    assert (reply.outcome, reply.http_status, reply.attempts) == (Outcome.UNAVAILABLE, 429, 1)


def test_a_refused_connection_is_a_connection_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    reply = Downloader(FAST).get(f"http://127.0.0.1:{port}/")
    assert (reply.outcome, reply.http_status, reply.attempts) == (Outcome.CONNECTION_ERROR, None, 3)


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://h/x", "file:///etc/passwd", "http://", "http:///x", "http://h:0/", "http://h:x/",
     "http://h:99999/", "http://[::1", "javascript:1", "//h/x", "http://\ud800/", "http://" + "a" * 70 + ".org/"],
)
def test_a_text_that_is_not_a_web_address_is_a_bad_url(url: str) -> None:
    assert Downloader(FAST).get(url).outcome is Outcome.BAD_URL


def test_hosts_are_distinguished_by_name_and_port() -> None:
    assert host_of("HTTP://user:pw@Example.ORG:80/x") == "example.org:80"
    assert host_of("https://example.org/x?u=http://other") == "example.org"


def test_requests_send_a_user_agent_and_no_cookies(server: MisbehavingServer) -> None:
    downloader = Downloader(FAST)
    for path in ("/sets-cookie", "/ok/1"):
        downloader.get(server.url(path))
    for request in server.requests:
        assert request.headers["User-Agent"].startswith("statecode/")
        assert "Cookie" not in request.headers


def test_stop_cancels_a_request_and_a_wait(server: MisbehavingServer) -> None:
    downloader = Downloader(replace(FAST, host_interval_s=600))
    raised: list[type] = []

    def run(path: str) -> None:
        with pytest.raises(Stopped) as caught:
            downloader.get(server.url(path))
        raised.append(caught.type)

    threads = [threading.Thread(target=run, args=("/mute",)) for _ in range(2)]  # one sends a request, the other waits for the rate limiter
    for thread in threads:
        thread.start()
    while not server.requests:
        time.sleep(0.01)
    downloader.stop()
    for thread in threads:
        thread.join(10)
    assert raised == [Stopped, Stopped]


@pytest.mark.parametrize("change", [{"attempts": 0}, {"total_s": 0}, {"max_bytes": -1}, {"host_interval_s": -1},
                                    {"total_s": float("nan")}, {"host_interval_s": float("nan")}])
def test_an_invalid_config_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(change))} must"):
        FetchConfig(**change)
