"""Test that unusable output paths are refused before any work, with an error of one line."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from statecode.errors import ConfigError
from statecode.modeling.outputs import check_file, check_folder, reported_write_errors


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "taken"
    path.write_text("mine")
    return path


def test_a_writable_path_is_accepted_and_nothing_is_created(tmp_path: Path) -> None:
    assert check_folder(tmp_path, "--out") == tmp_path
    assert check_folder(tmp_path / "a" / "b", "--out") == tmp_path / "a" / "b"
    assert check_file(tmp_path / "a" / "b.json", "--out") == tmp_path / "a" / "b.json"
    assert check_folder(Path("surely-not-there"), "--out") and check_file(Path("surely-not-there.json"), "--out")
    assert not any(tmp_path.iterdir())


def test_an_unusable_path_is_an_error(file: Path, tmp_path: Path) -> None:
    for path in (file, file / "inside" / "deeper"):
        with pytest.raises(ConfigError, match=f"{file} is a file, not a folder; choose another --output-dir"):
            check_folder(path, "--output-dir")
    with pytest.raises(ConfigError, match="taken is a file, not a folder"):
        check_file(file / "x.json", "--out")
    with pytest.raises(ConfigError, match="is a folder; name a file in it"):
        check_file(tmp_path, "--out")
    with pytest.raises(ConfigError, match="cannot be written .File name too long.; choose another --out"):
        check_folder(tmp_path / ("x" * 300), "--out")


def test_an_error_while_writing_is_an_error_of_one_line(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"taken cannot be written \(No space left on device\); choose another --out"):
        with reported_write_errors(file, "--out"):
            raise OSError(errno.ENOSPC, "No space left on device")
