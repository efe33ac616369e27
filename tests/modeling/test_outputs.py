"""Test that unusable output paths are refused before any work, with an error of one line."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from statecode.errors import ConfigError
from statecode.modeling.metrics_log import MetricsLog
from statecode.modeling.outputs import check_file, check_folder, reported_write_errors, written_in_run
from statecode.modeling.run_folder import RunFolder


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


def test_safetensors_that_cannot_be_written_are_an_error_of_one_line(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    with pytest.raises(ConfigError, match="^--output-dir .* cannot be written .*; when there is space, the same command"):
        with written_in_run(tmp_path):
            save_file({"a": torch.ones(1)}, tmp_path / "missing" / "x.safetensors")
    with pytest.raises(KeyError), written_in_run(tmp_path):
        raise KeyError("a defect")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_of_one_line_in_each_file_of_a_run(tmp_path: Path, monkeypatch) -> None:
    log = MetricsLog(tmp_path)
    log.path = Path("/dev/full")
    with pytest.raises(ConfigError, match="cannot be written .No space left on device.; when there is space, the same"):
        log.write({"kind": "train", "step": 1})
    run = RunFolder(tmp_path)
    run.open({"seed": 0}, {})

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("statecode.modeling.run_folder.write_text", full)
    for write in (lambda: run.add_facts(data=1), lambda: run.finish({}), lambda: run.open({"seed": 1}, {}, restart=True)):
        with pytest.raises(ConfigError, match="^--output-dir .*No space left on device"):
            write()
