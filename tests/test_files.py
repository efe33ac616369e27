"""Test atomic writes."""

from __future__ import annotations

from pathlib import Path

from statecode.files import write_text


def test_write_text_replaces_the_file(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "1")
    write_text(tmp_path / "a", "2")
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "2"
