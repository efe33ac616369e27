"""Test downloads of one URL from a server that misbehaves in many ways."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from statecode.programs import addresses
from statecode.programs.download import Downloader, FetchConfig, host_of
from statecode.programs.fetch_ledger import Outcome
from statecode.programs.rate_limit import Stopped
from tests.support.fetch_samples import FAST, get
from tests.support.misbehaving_server import CHARSETS, MisbehavingServer, running_server


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
        ("/endless-redirect", b"print('/ok/redirected')\r\n"),
        ("/to-split", b"print('/ok/a%20b%00%C2%85%20X-Injected:%201')\r\n"),
        *((f"/encoded/{name}", b"print(1)\n") for name in ("zlib", "raw-deflate", "members", "upper-case", "identity")),
        *((f"/raw/{name}", b"print(1)\n") for name in ("bare-lines", "header-without-colon", "length-negative")),
        *((f"/charset/{name}", b"x = '\xe9'\n") for name in CHARSETS),
        ("/binary", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("/page", b"<!DOCTYPE html>\n<title>Not found</title>\n"),
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
        *((f"/to-scheme/{scheme}", Outcome.BAD_URL, None, 1) for scheme in ("file", "data", "gopher", "javascript")),
        ("/to-user", Outcome.BAD_URL, None, 1),
        ("/to-port", Outcome.BAD_URL, None, 1),
        ("/to-nonsense", Outcome.BAD_URL, None, 1),
        ("/challenge", Outcome.HTTP_ERROR, 401, 1),
        ("/endless-part/continue", Outcome.TOO_LARGE, None, 1),
        ("/endless-part/trailers", Outcome.TOO_LARGE, 200, 1),
        *((f"/endless-part/{name}", Outcome.CONNECTION_ERROR, None, 3) for name in ("status-line", "header", "headers")),
        *((f"/raw/{name}", Outcome.CONNECTION_ERROR, None, 3)
          for name in ("status-word", "status-0", "status-huge", "version", "ssh")),
        *((f"/raw/{name}", Outcome.CONNECTION_ERROR, 200, 3)
          for name in ("length-huge", "chunk-negative", "chunk-huge", "chunk-word")),
        ("/encoded/cut", Outcome.CONNECTION_ERROR, 200, 3),
        *((f"/encoded/{name}", Outcome.BAD_ENCODING, 200, 1) for name in ("damaged", "twice", "unknown")),
        *((f"/encoded/{name}", Outcome.TOO_LARGE, 200, 1) for name in ("deflate-bomb", "members-bomb")),
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
     "http://h:99999/", "http://h:22/", "https://user:password@h/", "http://@h/", "http://[::1", "javascript:1", "//h/x", "http://\ud800/", "http://" + "a" * 70 + ".org/"],
)
def test_a_text_that_is_not_a_web_address_is_a_bad_url(url: str) -> None:
    assert Downloader(FAST).get(url).outcome is Outcome.BAD_URL


@pytest.mark.parametrize("name", ["chunk-size", "chunk-extension", "trailer"])
def test_a_line_without_end_is_not_received(server: MisbehavingServer, name: str) -> None:
    reply = get(server, f"/endless-part/{name}", attempts=1)  # new versions of urllib3 limit the line themselves
    assert reply.outcome in (Outcome.TOO_LARGE, Outcome.CONNECTION_ERROR)


def test_a_charset_is_kept_only_if_it_can_be_a_name(server: MisbehavingServer) -> None:
    charsets = {name: get(server, f"/charset/{name}").charset for name in CHARSETS}
    assert {name: charset for name, charset in charsets.items() if charset} == {
        "unknown": "no-such-charset", "not-text": "base64", "punycode": "punycode", "escapes": "unicode_escape",
    }
    assert get(server, "/cyrillic").charset == "windows-1251"


@pytest.fixture
def private_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MisbehavingServer]:
    """Return a server at 127.0.0.2, in this test the only private address; the fixture `server` is a public one."""
    monkeypatch.setattr(addresses, "_SPECIAL_IPV4", (ip_network("127.0.0.2"),))
    with running_server("127.0.0.2") as private:
        yield private


PUBLIC = replace(FAST, allow_private_hosts=False)


def test_a_private_host_is_refused_at_first_and_after_a_redirect(
    server: MisbehavingServer, private_server: MisbehavingServer
) -> None:
    redirect = server.url(f"/to-host/127.0.0.2:{private_server.port}")
    mapped = server.url(f"/to-host/[::ffff:127.0.0.2]:{private_server.port}")
    for url in (private_server.url("/ok/1"), redirect, mapped):
        reply = Downloader(PUBLIC).get(url)
        assert (reply.outcome, reply.http_status, reply.body, reply.attempts) == (Outcome.PRIVATE_HOST, None, b"", 1)
        assert "127.0.0.2, which is not public. --allow-private-hosts accepts such hosts" in (reply.error or "")
    assert private_server.counts() == {}
    assert Downloader(PUBLIC).get(server.url("/ok/1")).outcome is Outcome.OK
    assert Downloader(FAST).get(redirect).outcome is Outcome.OK
    assert private_server.counts() == {"/ok/redirected": 1}


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: MisbehavingServer, private_server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def rebinding(host: str, *arguments: Any, **options: Any) -> Any:
        if host != "rebinding.test":
            return getaddrinfo(host, *arguments, **options)
        names.append(host)
        return getaddrinfo("127.0.0.1" if len(names) == 1 else "127.0.0.2", *arguments, **options)

    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    downloader = Downloader(PUBLIC)
    url = f"http://rebinding.test:{server.port}/ok/1"
    assert downloader.get(url).outcome is Outcome.OK
    assert (len(names), server.requests[0].headers["Host"]) == (1, f"rebinding.test:{server.port}")
    assert downloader.get(url).outcome is Outcome.PRIVATE_HOST
    assert (server.counts(), private_server.counts()) == ({"/ok/1": 1}, {})


def test_a_proxy_gets_the_requests_but_no_private_address(server: MisbehavingServer) -> None:
    proxied = replace(PUBLIC, proxy=server.url("").replace("://", "://user:secret@"))
    assert Downloader(proxied).get("http://example.org/ok/1").outcome is Outcome.OK
    (request,) = server.requests
    assert (request.path, request.headers["Host"]) == ("http://example.org/ok/1", "example.org")
    assert request.headers["Proxy-Authorization"] == "Basic dXNlcjpzZWNyZXQ="
    for host in ("127.1", "[::1]", "localhost", "169.254.169.254"):
        for url in (f"http://{host}/ok/1", f"http://example.org/to-host/{host}"):
            reply = Downloader(proxied).get(url)
            assert reply.outcome is Outcome.PRIVATE_HOST, url
            assert "secret" not in (reply.error or "")
    assert {urlsplit(request.path).hostname for request in server.requests} == {"example.org"}


def test_the_password_of_a_proxy_is_in_no_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for proxy in (f"http://user:secret@127.0.0.1:{port}", "https://user:secret@no-such-host.invalid"):
        for url in ("http://example.org/", "https://example.org/"):
            reply = Downloader(replace(FAST, attempts=1, proxy=proxy)).get(url)
            assert reply.outcome is Outcome.CONNECTION_ERROR
            assert "secret" not in (reply.error or "")


def test_hosts_are_distinguished_by_name_and_port() -> None:
    assert host_of("HTTP://Example.ORG:80/x") == "example.org:80"
    assert host_of("https://example.org/x?u=http://other") == "example.org"


def test_requests_send_a_user_agent_but_no_cookies_and_nothing_of_the_environment(
    server: MisbehavingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login user password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    downloader = Downloader(FAST)
    for path in ("/sets-cookie", "/challenge", "/over", "/ok/1"):
        downloader.get(server.url(path))
    assert len(server.requests) == 5
    for request in server.requests:
        assert request.headers["User-Agent"].startswith("statecode/")
        assert set(request.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


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
                                    {"total_s": float("nan")}, {"host_interval_s": float("nan")},
                                    {"proxy": "proxy:3128"}, {"proxy": "socks5://h"}, {"proxy": "http://"},
                                    {"proxy": "http://h:x"}])
def test_an_invalid_config_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(change))} must"):
        FetchConfig(**change)
