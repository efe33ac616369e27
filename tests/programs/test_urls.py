"""Test fetches of many links from a server that misbehaves in many ways."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
import socket
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from statecode import cli
from statecode.errors import ProgramError, StatecodeError
from statecode.programs import load_programs
from statecode.programs.fetch_ledger import FetchEntry, Outcome
from statecode.programs.urls import Fetch, fetch
from tests.support.fetch_samples import FAST, ledger_of, links_file
from tests.support.hostile_fetches import ANSWERS, damage_file, damaged_lines, mutated, serving
from tests.support.misbehaving_server import CHARSETS, MisbehavingServer


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
    assert codes == ["x = 'Ж'\n", "x = '\udce9'\n", "# coding: latin-1\nx = 'é'\n"]


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


def test_a_private_host_is_fetched_only_if_it_is_allowed(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/ok/1"), server.url("/ok/2", "localhost"))
    public = replace(FAST, allow_private_hosts=False)
    for _ in range(2):
        assert fetch(links, tmp_path / "out", public) == {"private_host": 2}
    assert (len(ledger_of(tmp_path / "out")), server.counts()) == (2, {})
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 2}


def test_no_charset_ends_a_fetch(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, *(server.url(f"/charset/{name}") for name in CHARSETS))
    for _ in range(2):
        assert fetch(links, tmp_path / "out", FAST) == {"ok": len(CHARSETS)}
    codes = [program.code for program in load_programs(str(tmp_path / "out" / "programs.jsonl"))]
    assert codes == ["x = '\udce9'\n"] * len(CHARSETS)
    ledger = tmp_path / "out" / "ledger.jsonl"
    for charset in ("a\0b", "\ud800", "x" * 100_000, ""):  # from an earlier version, which stored any text
        rows = [{**row, "charset": charset} for row in ledger_of(tmp_path / "out")]
        ledger.write_text("".join(json.dumps(row) + "\n" for row in rows))
        assert fetch(links, tmp_path / "out", FAST) == {"ok": len(CHARSETS)}
    assert server.counts().total() == len(CHARSETS)


def test_a_missing_stored_file_is_fetched_again(server: MisbehavingServer, tmp_path: Path) -> None:
    links = links_file(tmp_path, server.url("/ok/1"))
    fetch(links, tmp_path / "out", FAST)
    (stored,) = (path for path in (tmp_path / "out" / "files").rglob("*") if path.is_file())
    stored.unlink()
    assert fetch(links, tmp_path / "out", FAST) == {"ok": 1}
    assert server.counts() == {"/ok/1": 2}


def test_a_stored_file_with_other_contents_is_fetched_again(server: MisbehavingServer, tmp_path: Path) -> None:
    links, out = links_file(tmp_path, server.url("/ok/1")), tmp_path / "out"
    secret = tmp_path / "secret"
    secret.write_text("print(1)\n")
    fetch(links, out, FAST)
    (stored,) = (path for path in (out / "files").rglob("*") if path.is_file())
    body = stored.read_bytes()
    for damage in (b"", b"#" * len(body), body + b"#", secret):
        stored.unlink()
        stored.symlink_to(damage) if isinstance(damage, Path) else stored.write_bytes(damage)
        if damage is secret:  # the hash of the secret is known
            (row,) = ledger_of(out)[-1:]
            row |= {"bytes": len(secret.read_bytes()), "sha256": hashlib.sha256(secret.read_bytes()).hexdigest()}
            (out / "ledger.jsonl").write_text(json.dumps(row) + "\n")
        assert fetch(links, out, FAST) == {"ok": 1}
        assert [program.code for program in load_programs(str(out / "programs.jsonl"))] == [body.decode()]
        assert (stored.read_bytes(), stored.is_symlink()) == (body, False)
    assert server.counts() == {"/ok/1": 5}
    assert secret.read_text() == "print(1)\n"


@pytest.mark.parametrize("place", ["files", "folder", "part", "programs"])
def test_nothing_is_written_through_a_link(server: MisbehavingServer, tmp_path: Path, place: str) -> None:
    links, out = links_file(tmp_path, server.url("/ok/1")), tmp_path / "out"
    name = hashlib.sha256(server.url("/ok/1").encode()).hexdigest()
    folder, part, programs = out / "files" / name[:2], out / "files" / name[:2] / f"{name}.part", out / "programs.jsonl"
    outside, target = tmp_path / "outside", tmp_path / "outside" / "target"
    outside.mkdir()
    target.write_text("unchanged")
    link = {"files": out / "files", "folder": folder, "part": part, "programs": programs}[place]
    link.parent.mkdir(parents=True)
    link.symlink_to(target if place in ("part", "programs") else outside)
    (out / "ledger.jsonl").touch()
    if place in ("files", "folder"):
        with pytest.raises(StatecodeError, match="is a link"):
            fetch(links, out, FAST)
    else:
        assert fetch(links, out, FAST) == {"ok": 1}
    assert [path.name for path in outside.iterdir()] == ["target"]
    assert target.read_text() == "unchanged"


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


def cases(sample: int) -> Any:
    """Return a decorator for a test of random cases: a sample, and ten times 1,000 with the mark `long`."""
    whole = [pytest.param(seed, 1000, id=f"all-{seed}", marks=pytest.mark.long) for seed in range(1, 11)]
    return pytest.mark.parametrize(("seed", "count"), [pytest.param(0, sample, id="sample"), *whole])


@pytest.fixture
def only_local_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve only the addresses of the test's server, so that damaged links and redirects lead nowhere else."""

    def local(host: str, *arguments: Any, **options: Any) -> Any:
        if host not in [f"127.0.0.{number}" for number in range(1, 5)]:
            raise socket.gaierror(socket.EAI_NONAME, "not a host of this test")
        return getaddrinfo(host, *arguments, **options)

    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", local)


@cases(400)
def test_each_random_answer_is_an_outcome(seed: int, count: int, tmp_path: Path, only_local_names: None) -> None:
    rng = random.Random(seed)
    answers = [mutated(rng, rng.choice(ANSWERS), ANSWERS) for _ in range(count)]
    config = replace(FAST, attempts=1, read_s=2, total_s=5, retry_after_max_s=0)
    with serving(answers) as url:
        links = links_file(tmp_path, *map(url, range(count)))
        for _ in range(2):
            counts = fetch(links, tmp_path / "out", config)
            assert counts.total() == count
            assert set(counts) <= {outcome.value for outcome in Outcome}
            assert len(list(load_programs(str(tmp_path / "out" / "programs.jsonl")))) == counts["ok"]
    assert counts["timeout"] == 0
    assert min(counts["ok"], counts["connection_error"], counts["http_error"]) > count / 50
    assert sorted(path.name for path in tmp_path.iterdir()) == ["links.jsonl", "out"]


@cases(60)
def test_random_ledgers_links_and_stored_files_are_errors_or_outcomes(
    seed: int, count: int, tmp_path: Path, only_local_names: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    monkeypatch.chdir(tmp_path)
    out, outside = Path("out"), tmp_path / "outside" / "target"
    outside.parent.mkdir()
    outside.write_text("unchanged")
    codes: Counter[int] = Counter()
    with serving(ANSWERS[:6]) as url:
        links = links_file(tmp_path, *map(url, range(6)))
        whole_links = links.read_bytes()
        rows = [json.loads(line) for line in whole_links.splitlines()]
        fetch(links, out, FAST)
        ledger = ledger_of(out)
        stored = [path for path in (out / "files").rglob("*") if path.is_file()]
        shutil.copytree(out, "whole")
        for _ in range(count):
            shutil.rmtree(out)
            shutil.copytree("whole", out)
            (out / "ledger.jsonl").write_bytes(damaged_lines(rng, ledger))
            damage_file(rng, rng.choice(stored), outside)
            links.write_bytes(whole_links if rng.randrange(4) else damaged_lines(rng, rows))
            command = ["fetch", "links.jsonl", "--out", "out", "--interval", "0", "--attempts", "1", "--allow-private-hosts"]
            stderr = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace")  # as that of a process
            monkeypatch.setattr(sys, "stderr", stderr)
            code = cli.main(command)
            stderr.seek(0)
            codes[code] += 1
            assert code in (0, 1, 2)
            if code == 2:
                assert re.search(r"^error: (links|out/ledger)\.jsonl:", stderr.read(), re.MULTILINE)
    assert min(codes[0], codes[2]) > count / 10
    assert outside.read_text() == "unchanged"
    assert [path.name for path in outside.parent.iterdir()] == ["target"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["links.jsonl", "out", "outside", "whole"]
