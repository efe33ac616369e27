"""Test programs from folders of .py files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statecode.errors import ConfigError, ProgramError
from statecode.left_out import LeftOutWarning, counted
from statecode.programs import folder
from statecode.programs.folder import load
from tests.support.program_folders import only, put


def test_programs_are_sorted_and_their_ids_are_paths(tmp_path: Path) -> None:
    names = ("b.py", "a.py", "z/y.py", "c/two/x.py", "c/one/x.py", "notes.txt", "c/one/x.pyc")
    put(tmp_path, {name: "" for name in names})
    programs = list(load(tmp_path))
    assert [program.program_id for program in programs] == ["a", "b", "c/one/x", "c/two/x", "z/y"]
    assert {program.origin for program in programs} == {tmp_path.name}
    assert [program for program in load(str(tmp_path))] == programs


@pytest.mark.parametrize(
    ("problem_by", "problems"),
    [
        ("folder", ["a", "s/x", "s/x", "s/y", "t"]),
        ("top", ["a", "s", "s", "s", "t"]),
        ("file", ["a", "s/x/b", "s/x/c", "s/y/d", "t/e"]),
    ],
)
def test_problem_by_sets_the_problem_ids(
    tmp_path: Path, problem_by: str, problems: list[str]
) -> None:
    put(tmp_path, {name: "" for name in ("a.py", "s/x/b.py", "s/x/c.py", "s/y/d.py", "t/e.py")})
    assert [program.problem_id for program in load(tmp_path, problem_by=problem_by)] == problems


def test_hidden_folders_caches_and_folders_named_py_are_skipped(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "", ".venv/b.py": "", "__pycache__/c.py": "", "d.py/e.txt": ""})
    os.symlink(tmp_path, tmp_path / "again", target_is_directory=True)
    assert only(tmp_path).program_id == "a"


def test_a_program_without_inputs_runs_once_with_empty_input(tmp_path: Path) -> None:
    program = only(put(tmp_path, {"a.py": "print(1)"}))
    assert (program.inputs, program.expected_outputs, program.label) == (("",), None, None)


def test_one_input_with_its_output(tmp_path: Path) -> None:
    program = only(put(tmp_path, {"a.py": "", "a.in": "1 2\r\n", "a.out": "3\n"}))
    assert (program.inputs, program.expected_outputs) == (("1 2\r\n",), ("3\n",))


def test_an_output_without_input_is_expected_for_empty_input(tmp_path: Path) -> None:
    program = only(put(tmp_path, {"a.py": "", "a.out": "3\n"}))
    assert (program.inputs, program.expected_outputs) == (("",), ("3\n",))


def test_inputs_are_sorted_by_their_numbers(tmp_path: Path) -> None:
    files = {"a.10.in": "ten", "a.2.in": "two", "a.in": "first", "a.2.out": "2", "a.x.in": "other"}
    program = only(put(tmp_path, {"a.py": "", **files}))
    assert (program.inputs, program.expected_outputs) == (("first", "two", "ten"), (None, "2", None))


def test_inputs_without_outputs_have_no_expected_outputs(tmp_path: Path) -> None:
    program = only(put(tmp_path, {"a.py": "", "a.1.in": "x", "a.2.in": "y"}))
    assert (program.inputs, program.expected_outputs) == (("x", "y"), None)


def test_a_numbered_program_keeps_its_own_input(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "", "a.1.py": "", "a.1.in": "of a.1", "a.2.in": "of a"})
    assert {program.program_id: program.inputs for program in load(tmp_path)} == {"a": ("of a",), "a.1": ("of a.1",)}


def test_a_numbered_output_without_input_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "", "a.1.in": "", "a.2.out": "x"})
    with pytest.raises(ProgramError, match=r"a\.2\.out: no a\.2\.in beside it\. Add the file; it may be empty"):
        list(load(tmp_path))


def test_the_bytes_of_the_source_are_kept(tmp_path: Path) -> None:
    code = "x = 'é\u2028'\r\nprint(x)\r\r\n\x0c# end without newline"
    assert only(put(tmp_path, {"a.py": code})).code == code


def test_an_input_that_is_not_utf_8_is_an_error_with_its_position(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "", "a.in": b"ok\xff"})
    with pytest.raises(ProgramError, match=r"a\.in: not UTF-8 at byte 2\. Convert it to UTF-8"):
        list(load(tmp_path))


def test_a_file_name_that_is_not_utf_8_has_an_escaped_id(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.py"
    with open(path, "w") as file:
        file.write("1")
    program = only(tmp_path)
    assert (program.program_id, program.code) == (r"caf\xe9", "1")


def test_links_and_special_files_are_left_out_and_counted(tmp_path: Path) -> None:
    """A link would put a file of the host into a row, a FIFO would stop the build, /dev/zero would fill the memory."""
    root = put(tmp_path / "programs", {"a.py": "a", "a.1.in": "1", "a.3.in": "3", "c.py": "c", "sub/e.py": "e"})
    (tmp_path / "secret").write_text("secret")
    os.symlink("../secret", root / "b.py")           # a program
    os.symlink("/dev/zero", root / "a.2.in")         # one of three inputs
    os.symlink("../secret", root / "c.out")          # the only output
    os.symlink("sub/e.py", root / "d.py")            # stays in the folder
    os.symlink("nowhere", root / "f.py")
    os.mkfifo(root / "g.py")
    with counted() as counts, pytest.warns(LeftOutWarning) as warned:
        programs = list(load(root))
    assert [(program.program_id, program.code, program.inputs) for program in programs] == [
        ("a", "a", ("1", "3")), ("d", "e", ("",)), ("sub/e", "e", ("",)),
    ]
    assert counts == {
        "a link that leads out of the folder": 3, "a broken link": 1, "a FIFO, not a regular file": 1,
        "a program whose inputs are all left out": 1,
    }
    [warning] = warned
    assert str(warning.message) == (
        f"{root}: left out 6 of its files (a link that leads out of the folder: 3, a program whose inputs are all left "
        "out: 1, a broken link: 1, a FIFO, not a regular file: 1), such as a.2.in"
    )


def test_a_folder_in_which_all_programs_are_left_out_is_an_error(tmp_path: Path) -> None:
    os.symlink("nowhere", tmp_path / "a.py")
    with pytest.raises(ProgramError, match=r"left out 1 of its files \(a broken link: 1\), such as a\.py"):
        load(tmp_path)


def test_the_size_of_a_program_with_its_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.py": "1", "a.1.in": "123456", "a.2.in": "123456", "a.3.in": "1"})
    os.truncate(put(tmp_path, {"b.py": ""}) / "b.py", 10**12)  # a sparse file
    monkeypatch.setattr(folder, "PROGRAM_BYTES", 10)
    with counted() as counts, pytest.warns(LeftOutWarning):
        assert [program.inputs for program in load(tmp_path)] == [("123456", "1")]
    assert counts == {"over 0 MiB with the other files of its program": 1, "over 64 MiB": 1}


def test_wrong_folders_are_refused_before_the_first_program(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name, message in {"nosuch": "no such folder", "file": "not a folder", "empty": "no .py file in this"}.items():
        with pytest.raises(ProgramError, match=f"{name}: {message}"):
            load(tmp_path / name)
    with pytest.raises(ConfigError, match="unknown problem_by 'author'; known: folder, top, file"):
        load(tmp_path, problem_by="author")


def test_a_large_flat_folder_is_read_in_linear_time(tmp_path: Path) -> None:
    put(tmp_path, {f"{number}.{kind}": "1" for number in range(3_000) for kind in ("py", "in", "out")})
    programs = list(load(tmp_path))
    assert len(programs) == 3_000
    assert all(program.expected_outputs == ("1",) for program in programs)
