"""Test `statecode fetch` in new processes, some of which are killed or interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from statecode.programs import load_programs
from tests.support.fetch_samples import ledger_of, links_file
from tests.support.misbehaving_server import MisbehavingServer


@pytest.fixture
def statecode_fetch() -> Any:
    script = "import sys; from statecode.cli import main; sys.exit(main())"

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, "fetch", "--allow-private-hosts", *map(str, arguments)],
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
    assert "fetching: 3 of 3 links" in stderr


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
        (["links.jsonl", "--out", "out", "--max-bytes", "0"], "error: --max-bytes must be positive; got 0\n"),
        (["links.jsonl", "--out", "out", "--proxy", "user:secret@proxy"],
         "error: --proxy must be the URL of an HTTP proxy, such as http://proxy.example.org:3128\n"),
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
