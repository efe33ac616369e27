"""Test that faulty files of links are refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ProgramError
from statecode.programs.download import FetchConfig
from statecode.programs.urls import fetch
from tests.support.fetch_samples import links_file


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"url": "http://h/"}], 'links.jsonl:1: no "problem_id" (found: url). A link needs "url" and "problem_id"'),
        ([{"problem_id": "p", "url": ""}], 'links.jsonl:1: no "url" (found: problem_id, url). A link needs'),
        ([{"problem_id": "p", "url": 5}], 'links.jsonl:1: "url" must be a string'),
        ([{"problem_id": "p", "url": "x", "label": True}], 'links.jsonl:1: "label" must be a string'),
        ([{"problem_id": "p", "url": "x"}, {"problem_id": "q", "url": "x"}],
         'links.jsonl:2: "x" is already in line 1. Remove one of them, or set a different program_id'),
        ([{"problem_id": "p", "url": "\0"}] * 2, 'links.jsonl:2: "'),
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


def test_links_of_any_text_have_an_outcome(tmp_path: Path) -> None:
    urls = ["\0", "http://h\0/", "http://h\r\nX: y/", "\x1b]52;c;eA==\x07", "http://\ud800/", "http://[", "http://h:99999999/",
            "http://" + "a" * 300 + "/", "http://h/" + "x" * 100_000, "http://user:secret@h/", "\u202egro.elpmaxe", " http://h:1/",
            "file:///etc/passwd", "data:,print(1)", "ftp://h/x", "//h/x", "http:h", "http://0x7f.1/", "http://127.0.0.1:9000/"]
    counts = fetch(links_file(tmp_path, *urls), tmp_path / "out", FetchConfig(host_interval_s=0))
    assert counts == {"bad_url": len(urls) - 2, "private_host": 2}


def test_a_file_of_links_that_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.jsonl")
    for path in (tmp_path / "fifo.jsonl", Path("/dev/zero"), tmp_path):
        with pytest.raises(ProgramError, match="not a regular file|Is a directory"):
            fetch(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_of_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.jsonl"
    with open(path, "wb") as file:
        file.truncate(3 * 10**9)  # a file without blocks
    with pytest.raises(ProgramError, match="links.jsonl:1: the line has over 64 MiB"):
        fetch(path, tmp_path / "out")
