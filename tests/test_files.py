"""Test atomic writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statecode.files import OutputLink, refuse_links, write_text


def test_write_text_replaces_the_file(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "1")
    write_text(tmp_path / "a", "2")
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "2"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A downloaded folder may contain links, also at the temporary path of this process."""
    (tmp_path / "target").write_text("old")
    (tmp_path / "out").mkdir()
    for name in ("a", f".a.{os.getpid()}.tmp"):
        os.symlink(tmp_path / "target", tmp_path / "out" / name)
    write_text(tmp_path / "out" / "a", "new")
    assert (tmp_path / "target").read_text() == "old"
    assert (tmp_path / "out" / "a").read_text() == "new" and not (tmp_path / "out" / "a").is_symlink()
    assert os.listdir(tmp_path / "out") == ["a"]


def test_output_folders_with_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "out" / "sub").mkdir(parents=True)
    os.symlink("out", tmp_path / "named")
    refuse_links(tmp_path / "named")
    refuse_links(tmp_path / "missing")
    with pytest.raises(OutputLink, match="named is a link, through which nothing is written or removed"):
        refuse_links(tmp_path / "named", named=False)
    os.symlink("nowhere", tmp_path / "out" / "sub" / "link")
    with pytest.raises(OutputLink, match="out/sub/link is a link"):
        refuse_links(tmp_path / "out")
