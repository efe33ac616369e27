"""Test that faulty files of links are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ProgramError
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
