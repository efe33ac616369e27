"""Test the table of problem_ids and labels in a folder of programs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from statecode.errors import ConfigError, ProgramError
from statecode.programs.folder import load
from tests.support.program_folders import put

CODE = {"a/x.py": "", "b/x.py": "", "c.py": ""}


def ids_and_labels(root: Path) -> list[tuple[str, str | None]]:
    return [(program.problem_id, program.label) for program in load(root)]


@pytest.mark.parametrize(
    "name, text",
    [
        ("problems.csv", "path,problem_id,label,other\na/x.py,one,ok\n./b/x.py,one,\r\n\"c.py\",2,wrong\n"),
        ("problems.csv", "\ufeffpath,problem_id,label\na/x.py,one,ok\nb/x.py,one\nc.py,2,wrong\n"),
        ("problems.jsonl", "\n".join(map(json.dumps, [
            {"path": "a/x.py", "problem_id": "one", "label": "ok"}, {"path": "b/x.py", "problem_id": "one", "label": None},
            {"path": "c.py", "problem_id": 2, "label": "wrong"},
        ]))),
    ],
)
def test_a_table_contains_ids_and_labels(tmp_path: Path, name: str, text: str) -> None:
    assert ids_and_labels(put(tmp_path, {**CODE, name: text})) == [("2", "wrong"), ("one", "ok"), ("one", None)]


def test_a_table_of_labels_leaves_the_ids_to_the_rule(tmp_path: Path) -> None:
    put(tmp_path, {**CODE, "problems.csv": "path,label\nb/x.py,wrong\n"})
    assert ids_and_labels(tmp_path) == [("c", None), ("a", None), ("b", "wrong")]
    assert [program.problem_id for program in load(tmp_path, problem_by="file")] == ["c", "a/x", "b/x"]


@pytest.mark.parametrize(
    "text, message",
    [
        ("path,problem_id\na/x.py,1\nb/x.py,1\n", r"problems\.csv: no row with the path c\.py\. Each program needs"),
        ("path,problem_id\na/x.py,1\nb/x.py,1\nc.py,\n", r"problems\.csv:4: no problem_id of c\.py"),
        ("path,label\nd.py,1\n", r"problems\.csv:2: no program d\.py in the folder\. Correct the path"),
        ("path,label\nc.py,1\nc.py,2\n", r"problems\.csv:3: c\.py is also in line 2"),
        ("id,name\n1,2\n", r"problems\.csv:2: no path \(found: id, name\)\. Expected the columns path, problem_id and label"),
        ('path,label\n"c.py,1\n', r"problems\.csv: cannot be read as CSV"),
        (b"path,label\nc.py,\xff\n", r"problems\.csv: cannot be read as CSV in UTF-8"),
    ],
)
def test_faults_of_a_table_are_reported_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProgramError, match=message):
        list(load(put(tmp_path, {**CODE, "problems.csv": text})))


def test_a_field_of_another_type_is_reported(tmp_path: Path) -> None:
    put(tmp_path, {**CODE, "problems.jsonl": '{"path": "c.py", "label": ["x"]}\n'})
    with pytest.raises(ProgramError, match=r'problems\.jsonl:1: "label" is a list; expected a string'):
        list(load(tmp_path))


def test_two_sources_of_ids_are_refused(tmp_path: Path) -> None:
    put(tmp_path, {**CODE, "problems.csv": "path,problem_id\na/x.py,1\n"})
    with pytest.raises(ConfigError, match=r"come from problem_by and from the column problem_id of .*problems\.csv; use one"):
        load(tmp_path, problem_by="file")
    put(tmp_path, {"problems.jsonl": ""})
    with pytest.raises(ProgramError, match=r"has problems\.csv and problems\.jsonl; keep one of them"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["problems.csv", "problems.jsonl"])
def test_a_table_outside_of_the_folder_or_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    root = put(tmp_path / "programs", CODE)
    (tmp_path / "secret").write_text("path\nsecret\n")
    os.symlink("../secret", root / name)
    with pytest.raises(ProgramError, match=f"{name}: cannot be read.*: a link that leads out of the folder"):
        load(root)
    (root / name).unlink()
    os.mkfifo(root / name)
    with pytest.raises(ProgramError, match="a FIFO, not a regular file"):
        load(root)


def test_the_lines_of_a_csv_table_are_bounded(tmp_path: Path) -> None:
    root = put(tmp_path, {**CODE, "problems.csv": "path,label\n"})
    os.truncate(root / "problems.csv", 10**12)  # a sparse file: a line of zeros
    with pytest.raises(ProgramError, match="line 2 has over 1,048,576 characters"):
        load(root)
