"""Test downloads from a server that misbehaves in many ways."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ProgramError, StatecodeError
from statecode.programs import load_programs
from statecode.programs.download import Downloader, FetchConfig, Outcome, Reply, host_of
from statecode.programs.fetch_ledger import FetchEntry, FetchLedger
from statecode.programs.rate_limit import RateLimiter, Stopped
from statecode.programs.urls import Fetch, fetch
from tests.support.misbehaving_server import MisbehavingServer

FAST = FetchConfig(
    host_interval_s=0, attempts=3, backoff_s=0.01, connect_s=5, read_s=5, total_s=20, max_bytes=100_000, redirects=3,
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable proxies for localhost."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def links_file(folder: Path, *links: str | dict[str, Any]) -> Path:
    rows = [link if isinstance(link, dict) else {"problem_id": "p", "url": link} for link in links]
    path = folder / "links.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def ledger_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "ledger.jsonl").read_text().splitlines()]


def get(server: MisbehavingServer, path: str, **changes: Any) -> Reply:
    return Downloader(replace(FAST, **changes)).get(server.url(path))


# Downloads of one URL


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


@pytest.mark.parametrize("path", ["/drip", "/drip-head"])
def test_a_slow_response_ends_at_the_total_timeout(server: MisbehavingServer, path: str) -> None:
    started = time.monotonic()
    reply = get(server, path, total_s=0.5, attempts=2)
    assert (reply.outcome, reply.attempts, server.counts()[path]) == (Outcome.TIMEOUT, 2, 2)
    assert "no complete answer after 0.5 s" in (reply.error or "")
    assert 1 < time.monotonic() - started < 15


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


def test_the_rate_limiter_delays_requests_to_one_host() -> None:
    rate_limiter, started = RateLimiter(0.1), time.monotonic()
    starts = []
    for _ in range(4):
        rate_limiter.wait("h")
        starts.append(time.monotonic() - started)
    assert all(start >= 0.1 * number for number, start in enumerate(starts))
    before = time.monotonic()
    RateLimiter(60).wait("other")
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("change", [{"attempts": 0}, {"total_s": 0}, {"max_bytes": -1}, {"host_interval_s": -1},
                                    {"total_s": float("nan")}, {"host_interval_s": float("nan")}])
def test_an_invalid_config_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(change))} must"):
        FetchConfig(**change)


# Fetches of many links


def test_links_become_programs_in_their_order(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(
        tmp_path,
        {"problem_id": "b", "url": server.url("/ok/2"), "program_id": "two", "label": "correct", "license": "MIT"},
        {"problem_id": 7, "url": server.url("/missing")},
        {"problem_id": "a", "url": server.url("/ok/1", "localhost"), "program_id": None},
        {"problem_id": "c", "url": server.url("/ok/2"), "program_id": "two again"},
    )
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 3, "http_error": 1}
    programs = list(load_programs(str(tmp_path / "out" / "programs.jsonl")))
    assert [(program.program_id, program.problem_id) for program in programs] == [
        ("two", "b"), (server.url("/ok/1", "localhost"), "a"), ("two again", "c"),
    ]
    first = programs[0]
    assert (first.code, first.label, first.license) == ("print('/ok/2')\r\n", "correct", "MIT")
    assert (first.url, first.origin) == (server.url("/ok/2"), f"127.0.0.1:{server.port}")
    assert server.counts() == {"/ok/2": 1, "/missing": 1, "/ok/1": 1}


def test_every_link_is_in_the_ledger(server: MisbehavingServer, tmp_path: Path) -> None:
    urls = [server.url("/ok/1"), server.url("/flaky"), server.url("/missing"), server.url("/endless"), "ftp://h/x"]
    fetch(links_file(tmp_path, *urls), tmp_path / "out", FAST)
    ledger = {row["url"]: row for row in ledger_of(tmp_path / "out")}
    assert set(ledger) == set(urls)
    assert all(list(row) == list(FetchEntry._fields) for row in ledger.values())
    ok = ledger[urls[0]]
    assert ok.pop("elapsed_s") >= 0
    assert ok == {
        "url": urls[0], "outcome": "ok", "http_status": 200, "bytes": 16, "attempts": 1, "charset": None, "error": None,
        "sha256": hashlib.sha256(b"print('/ok/1')\r\n").hexdigest(),
    }
    assert ledger[urls[1]]["attempts"] == 3
    assert [(ledger[url]["outcome"], ledger[url]["sha256"]) for url in urls[2:]] == [
        ("http_error", None), ("too_large", None), ("bad_url", None),
    ]


def test_texts_are_decoded_by_cookie_then_utf_8_then_charset(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, *(server.url(path) for path in ("/cyrillic", "/no-charset", "/cookie")))
    fetch(links, tmp_path / "out", FAST)
    codes = [program.code for program in load_programs(str(tmp_path / "out" / "programs.jsonl"))]
    assert codes == ["x = 'Ж'\n", "x = '\\udce9'\n", "# coding: latin-1\nx = 'é'\n"]


def test_a_second_fetch_retries_only_transient_failures(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, *(server.url(path) for path in ("/ok/1", "/missing", "/empty", "/down", "/flaky")))
    once = replace(FAST, attempts=1)
    assert fetch(links, tmp_path / "out", once) == {"ok": 1, "http_error": 1, "empty": 1, "unavailable": 2}
    fetch(links, tmp_path / "out", once)
    counts = fetch(links, tmp_path / "out", once)
    assert counts == {"ok": 2, "http_error": 1, "empty": 1, "unavailable": 1}
    assert server.counts() == {"/ok/1": 1, "/missing": 1, "/empty": 1, "/down": 3, "/flaky": 3}
    programs = (tmp_path / "out" / "programs.jsonl").read_bytes()
    fetch(links, tmp_path / "out", once)
    assert (tmp_path / "out" / "programs.jsonl").read_bytes() == programs


def test_a_missing_stored_file_is_fetched_again(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/ok/1"))
    fetch(links, tmp_path / "out", FAST)
    (stored,) = (path for path in (tmp_path / "out" / "files").rglob("*") if path.is_file())
    stored.unlink()
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 1}
    assert server.counts() == {"/ok/1": 2}


def test_one_host_gets_one_request_at_a_time_at_the_configured_rate(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, *(server.url(f"/lingering/{number}") for number in range(8)))
    started = time.monotonic()
    fetch(links, tmp_path / "out", replace(FAST, host_interval_s=0.1))
    assert time.monotonic() - started >= 0.7
    assert server.max_in_flight == 1


def test_hosts_are_fetched_concurrently(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/meet"), server.url("/meet", "localhost"))
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 2}  # the server answers each request only after both have arrived


def test_a_caller_may_stop_early_and_continue_later(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, *(server.url(f"/ok/{number}") for number in range(20)))
    with Fetch(links, tmp_path / "out", replace(FAST, host_interval_s=0.05)) as job:
        assert len(job.pending()) == 20
        next(iter(job.run()))
        assert job.finish()["pending"] > 10
    with Fetch(links, tmp_path / "out", FAST) as job:
        pending = job.pending()
        assert 10 < len(pending) < 20
        assert [entry.url for entry in job.run()] == pending
        assert job.finish() == {"ok": 20}


def test_a_partial_last_line_of_the_ledger_is_removed(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/ok/1"), server.url("/ok/2"))
    fetch(links, tmp_path / "out", FAST)
    ledger = tmp_path / "out" / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-20])
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 2}
    assert len(ledger_of(tmp_path / "out")) == 2
    assert sum(server.counts().values()) == 3


def test_a_damaged_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for line in ('{"url": "x"}', "[1]", "{"):
        path.write_text(line + "\n")
        with pytest.raises(ProgramError, match=r"ledger\.jsonl:1: "):
            FetchLedger(path)


def test_two_fetches_in_one_folder_are_refused(tmp_path: Path) -> None:
    links = links_file(tmp_path, "http://127.0.0.1:9/x")
    with Fetch(links, tmp_path / "out", FAST):
        with pytest.raises(ProgramError, match="out: another fetch uses this folder. Wait until it ends"):
            with Fetch(links, tmp_path / "out", FAST):
                pass
    with Fetch(links, tmp_path / "out", FAST):
        pass


def test_a_folder_with_other_files_is_refused_and_unchanged(tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    (out / "ledger").mkdir(parents=True)  # a corpus contains a folder of this name
    (out / "manifest.json").write_text("{}")
    with pytest.raises(ProgramError, match="corpus: holds files but no ledger.jsonl.*Choose another folder"):
        with Fetch(links_file(tmp_path, "http://127.0.0.1:9/x"), out, FAST):
            pass
    assert sorted(path.name for path in out.rglob("*")) == ["ledger", "manifest.json"]
    (tmp_path / "empty").mkdir()
    for _ in range(2):  # accepts an empty folder, and its own folder afterwards
        with Fetch(links_file(tmp_path, "http://127.0.0.1:9/x"), tmp_path / "empty", FAST):
            pass


def test_a_folder_that_cannot_be_written_is_reported_in_one_line(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/ok/1"))
    (tmp_path / "file").write_text("")
    with pytest.raises(ProgramError, match="file: is a file. Choose another folder"):
        fetch(links, tmp_path / "file", FAST)
    name = hashlib.sha256(server.url("/ok/1").encode()).hexdigest()
    (tmp_path / "out" / "files").mkdir(parents=True)
    (tmp_path / "out" / "ledger.jsonl").touch()
    (tmp_path / "out" / "files" / name[:2]).write_text("in the way")
    with pytest.raises(StatecodeError, match="out: cannot be written: File exists. Run again to continue"):
        fetch(links, tmp_path / "out", FAST)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"url": "http://h/"}], 'links.jsonl:1: no "problem_id" (found: url). A link needs "url" and "problem_id"'),
        ([{"problem_id": "p", "url": ""}], 'links.jsonl:1: no "url" (found: problem_id, url). A link needs'),
        ([{"problem_id": "p", "url": 5}], 'links.jsonl:1: "url" must be a string'),
        ([{"problem_id": "p", "url": "x", "label": True}], 'links.jsonl:1: "label" must be a string'),
        ([{"problem_id": "p", "url": "x"}, {"problem_id": "q", "url": "x"}],
         'links.jsonl:2: "x" is already in line 1. Remove one of them, or set a different program_id'),
        ([], "links.jsonl: no link in this file"),
    ],
)
def test_faulty_links_are_refused_before_anything_is_fetched(
    rows: list[dict[str, Any]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ProgramError) as caught:
        fetch(links_file(tmp_path, *rows), tmp_path / "out")
    assert message in str(caught.value)
    assert not (tmp_path / "out").exists()


# The command `statecode fetch`


@pytest.fixture
def statecode_fetch() -> Any:
    script = "import sys; from statecode.cli import main; sys.exit(main())"

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, "fetch", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )

    return start


def result_of(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout, stderr


def test_the_command_fetches_and_prints_the_outcomes(
    server: MisbehavingServer, tmp_path: Path, statecode_fetch: Any
) -> None:
    links = links_file(tmp_path, server.url("/ok/1"), server.url("/ok/2"), server.url("/missing"))
    code, stdout, stderr = result_of(statecode_fetch(links, "--out", tmp_path / "out", "--interval", "0"))
    assert (code, stdout.splitlines()[:2]) == (0, ["       2 ok", "       1 http_error"])
    assert stdout.splitlines()[2].startswith(f"programs: {tmp_path / 'out' / 'programs.jsonl'}")
    assert "3/3" in stderr


def test_the_command_fails_if_nothing_was_fetched(server: MisbehavingServer, tmp_path: Path, statecode_fetch: Any) -> None:
    code, _, stderr = result_of(statecode_fetch(links_file(tmp_path, server.url("/missing")), "--out", tmp_path / "out"))
    assert code == 1
    assert "nothing was fetched; " in stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuch.jsonl", "--out", "out"], "error: nosuch.jsonl: no such file\n"),
        (["links.jsonl", "--out", "out", "--interval", "-1"], "error: --interval must not be negative; got -1.0\n"),
        (["links.jsonl", "--out", "out", "--timeout", "0"], "error: --timeout must be positive; got 0.0\n"),
    ],
)
def test_bad_arguments_end_with_one_line_and_code_2(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statecode_fetch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    links_file(tmp_path, "http://127.0.0.1:9/")
    assert result_of(statecode_fetch(*arguments)) == (2, "", message)


def test_help_has_an_example(statecode_fetch: Any) -> None:
    code, stdout, _ = result_of(statecode_fetch("--help"))
    assert code == 0
    assert "statecode fetch links.jsonl --out fetched" in stdout


def test_a_killed_fetch_loses_at_most_the_link_in_progress(
    server: MisbehavingServer, tmp_path: Path, statecode_fetch: Any
) -> None:
    urls = [server.url(f"/ok/{number}") for number in range(60)]
    links, out = links_file(tmp_path, *urls), tmp_path / "out"
    process = statecode_fetch(links, "--out", out, "--interval", "0.03")
    while sum(server.counts().values()) < 10:
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    result_of(process)
    asked = len(server.counts())
    assert asked < 60
    assert len(ledger_of_killed(out)) >= asked - 1
    code, stdout, stderr = result_of(statecode_fetch(links, "--out", out, "--interval", "0"))
    assert (code, stdout.splitlines()[0]) == (0, "      60 ok")
    assert [program.url for program in load_programs(str(out / "programs.jsonl"))] == urls
    assert sum(server.counts().values()) <= 61
    assert [path for path in out.rglob("*") if ".part" in path.name] == []


def ledger_of_killed(out: Path) -> list[bytes]:
    return [line for line in (out / "ledger.jsonl").read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def test_ctrl_c_ends_at_once_and_keeps_finished_links(
    server: MisbehavingServer, tmp_path: Path, statecode_fetch: Any
) -> None:
    links, out = links_file(tmp_path, server.url("/ok/1"), server.url("/mute")), tmp_path / "out"
    process = statecode_fetch(links, "--out", out, "--interval", "0")
    while "/mute" not in server.counts():
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    started = time.monotonic()
    code, _, stderr = result_of(process)
    assert code == 130
    assert time.monotonic() - started < 15
    assert "Traceback" not in stderr
    assert [row["url"] for row in ledger_of(out)] == [server.url("/ok/1")]
