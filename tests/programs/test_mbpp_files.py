"""Test the files of MBPP and MBPP+: local copies, copies from the Hub, and unreadable files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ProgramError
from statecode.programs import load_programs, mbpp
from statecode.records import Program
from tests.support.parquet_files import as_parquet


def hub_cache(home: Path, repository: str, rows_of: dict[str, list[dict[str, Any]]]) -> None:
    """Write a cache folder in the layout of huggingface_hub, which then reads it offline."""
    folder = home / "hub" / f"datasets--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("0" * 40)
    for name, rows in rows_of.items():
        as_parquet(rows, folder / "snapshots" / ("0" * 40) / name)


def test_the_parquet_of_the_hub_has_the_same_programs(
    mbpp_rows: list[dict[str, Any]], programs: dict[str, Program], tmp_path: Path
) -> None:
    splits = {"full/prompt-0.parquet": mbpp_rows[:10], "full/test-0.parquet": mbpp_rows[10:510],
              "full/train-0.parquet": mbpp_rows[600:], "full/validation-0.parquet": mbpp_rows[510:600]}
    hub_cache(tmp_path, "google-research-datasets/mbpp", splits)
    script = "from statecode.programs import load_programs; print(*(p.program_id for p in load_programs('mbpp')))"
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "STATECODE_DATA": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(programs)
    (snapshot,) = (tmp_path / "hub").glob("*/snapshots/*")
    assert list(mbpp.load(snapshot)) == list(programs.values())


def test_without_network_and_copy_the_error_names_a_fix(tmp_path: Path) -> None:
    script = (
        "import sys; from statecode.entry import exit_code_of; from statecode.programs import load_programs;"
        "sys.exit(exit_code_of(lambda: list(load_programs('mbppplus'))))"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "STATECODE_DATA": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert re.fullmatch(
        r"error: evalplus/mbppplus: cannot be fetched from the Hub: .*\. Pass a local copy with --mbppplus-path \(in Python mbppplus_path=\), "
        r"or put it into the folder that STATECODE_DATA names\n", done.stderr,
    )


def test_the_data_variable_names_the_default(statecode_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATECODE_DATA", str(statecode_data))
    assert next(load_programs("mbpp")).program_id == "mbpp/1/0"
    assert next(mbpp.load(statecode_data)).program_id == "mbpp/1/0"
    assert next(mbpp.load_plus(statecode_data)).program_id == "mbppplus/2/0"


@pytest.mark.parametrize(
    ("files", "path", "message"),
    [
        ({}, "nosuch", "nosuch: no such file or folder; expected a copy of mbpp"),
        ({"a.txt": ""}, "", "no file of mbpp in this folder (looked for mbpp.jsonl, "),
        ({"a.txt": ""}, "a.txt", "a.txt: expected a .jsonl, .jsonl.gz or .parquet file of mbpp"),
        ({"a.parquet": "no"}, "a.parquet", "a.parquet: cannot be read as Parquet: "),
        ({"a.jsonl": ""}, "a.jsonl", "a.jsonl: no task of mbpp in it"),
        ({"a.jsonl": '{"id": 1}'}, "a.jsonl",
         'a.jsonl:1: no "task_id" field (found: id). Is this the right file?'),
        ({"a.jsonl": '{"task_id": "x", "code": "", "test_list": []}'}, "a.jsonl",
         "a.jsonl:1: task_id 'x' has no number"),
        ({"a.jsonl": '{"task_id": 1, "code": "", "test_list": ["assert ("]}'}, "a.jsonl",
         "a.jsonl:1: an assert does not parse: "),
    ],
)
def test_errors_of_unreadable_data_contain_the_position(
    files: dict[str, str], path: str, message: str, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(ProgramError) as caught:
        list(mbpp.load(tmp_path / path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_link_that_leads_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.jsonl").write_text('{"task_id": 1, "code": "secret", "test_list": []}')
    (tmp_path / "data").mkdir()
    os.symlink("../secret.jsonl", tmp_path / "data" / "mbpp.jsonl")
    with pytest.raises(ProgramError, match="mbpp.jsonl: cannot be read: a link that leads out of the folder"):
        list(mbpp.load(tmp_path / "data"))
