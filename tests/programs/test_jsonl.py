"""Test programs from JSON Lines files."""

from __future__ import annotations

import gzip
import json
import os
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecode.errors import ProgramError
from statecode.programs import jsonl, load_programs
from statecode.programs.jsonl import JsonlOptions, load, write
from statecode.records import Program, metadata_text


def put(folder: Path, *rows: Any, name: str = "programs.jsonl") -> Path:
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def error(path: Path, options: JsonlOptions = JsonlOptions()) -> str:
    with pytest.raises(ProgramError) as caught:
        list(load(path, options))
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(str(path.parent) + "/")


def test_a_row_with_all_fields(tmp_path: Path) -> None:
    row = {
        "program_id": "two_sum/alice", "problem_id": "two_sum", "code": "print(1)\r\n",
        "inputs": ["1", "2"], "expected_outputs": ["3", None],
        "label": "correct", "license": "MIT", "url": "https://e.org", "origin": "judge",
        "language": "Python3", "metadata": {"level": 3, "features": ["loops"]}, "files": {"b.txt": "é", "a": "\ud800"},
    }
    assert list(load(put(tmp_path, row))) == [
        Program(
            program_id="two_sum/alice", problem_id="two_sum", code="print(1)\r\n", inputs=("1", "2"),
            expected_outputs=("3", None), label="correct", license="MIT", url="https://e.org", origin="judge",
            language="python", metadata='{"features": ["loops"], "level": 3}', files='{"a": "\\ud800", "b.txt": "é"}',
        )
    ]


def test_a_row_with_code_alone_has_its_line_as_id(tmp_path: Path) -> None:
    (program,) = load(put(tmp_path, "", {"code": "1"}))
    assert program == Program(
        program_id="programs.jsonl:2", problem_id="programs.jsonl:2", code="1", origin="programs.jsonl"
    )


@pytest.mark.parametrize(
    ("row", "program_id", "problem_id"),
    [
        ({"id": 7}, "7", "7"),
        ({"task_id": "Mbpp/2"}, "Mbpp/2", "Mbpp/2"),
        ({"task_id": "c", "id": "b", "program_id": "a"}, "a", "a"),
        ({"id": "b", "problem_id": 12}, "b", "12"),
        ({"id": None, "problem_id": "p"}, "programs.jsonl:1", "p"),
        ({"id": ""}, "programs.jsonl:1", "programs.jsonl:1"),
    ],
)
def test_ids_have_defaults(tmp_path: Path, row: dict[str, Any], program_id: str, problem_id: str) -> None:
    (program,) = load(put(tmp_path, {"code": "", **row}))
    assert (program.program_id, program.problem_id) == (program_id, problem_id)


@pytest.mark.parametrize(
    ("row", "inputs", "expected"),
    [
        ({}, ("",), None),
        ({"inputs": None, "expected_outputs": None}, ("",), None),
        ({"inputs": [], "expected_outputs": []}, ("",), None),
        ({"inputs": "1\n"}, ("1\n",), None),
        ({"inputs": "1\n", "expected_outputs": "2\n"}, ("1\n",), ("2\n",)),
        ({"expected_outputs": "2\n"}, ("",), ("2\n",)),
        ({"expected_outputs": [""]}, ("",), ("",)),
        ({"inputs": ["", "x"], "expected_outputs": [None, ""]}, ("", "x"), (None, "")),
        ({"expected_outputs": [["2", "3"]]}, ("",), (("2", "3"),)),
        ({"inputs": ["x", "y"], "expected_outputs": [["2"], "3"]}, ("x", "y"), (("2",), "3")),
    ],
)
def test_inputs_may_be_a_string_a_list_or_absent(
    tmp_path: Path, row: dict[str, Any], inputs: tuple[str, ...], expected: tuple[str | None, ...] | None
) -> None:
    (program,) = load(put(tmp_path, {"code": "", **row}))
    assert (program.inputs, program.expected_outputs) == (inputs, expected)


def test_fields_can_have_other_names(tmp_path: Path) -> None:
    path = put(tmp_path, {"solution": "1", "who": "bob", "task": "t", "stdin": "x", "stdout": "y", "verdict": "AC"})
    (program,) = load_programs(
        str(path), code_field="solution", program_id_field="who", problem_id_field="task", inputs_field="stdin",
        expected_outputs_field="stdout", label_field="verdict",
    )
    assert program == Program(
        program_id="bob", problem_id="t", code="1", inputs=("x",), expected_outputs=("y",), label="AC",
        origin="programs.jsonl",
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "a", "solution": "x = 1"},
         '17: no "code" field (found: id, solution). Rename it, or pass --code-field solution.'),
        ({}, '17: no "code" field (found: none). Rename it, or pass --code-field NAME.'),
        ({"code": None}, '17: "code" is null; expected the program\'s text'),
        ({"code": 5}, '17: "code" is a number; expected a string'),
        ({"code": "", "label": True}, '17: "label" is true or false; expected a string'),
        ({"code": "", "id": ["a"]}, '17: "id" is a list; expected a string'),
        ({"code": "", "problem_id": False}, '17: "problem_id" is true or false; expected a string'),
        ({"code": "", "inputs": {"a": 1}}, '17: "inputs" has an object; expected a string or a list of strings'),
        ({"code": "", "inputs": ["a", 1]}, '17: "inputs" has a number; expected a string or a list of strings'),
        ({"code": "", "inputs": [None]}, '17: "inputs" has null; expected a string or a list of strings'),
        ({"code": "", "expected_outputs": [["a", ["b"]]]},
         '17: "expected_outputs" has a list; expected a string or a list of strings, or of lists of strings that are all accepted'),
        ({"code": "", "expected_outputs": [[]]},
         '17: "expected_outputs" has []; expected a string or a list of strings, or of lists of strings that are all accepted'),
        ({"code": "", "expected_outputs": [["a", None]]},
         '17: "expected_outputs" has null; expected a string or a list of strings, or of lists of strings that are all accepted'),
        ({"code": "", "inputs": ["1", "2"], "expected_outputs": ["3"]},
         '17: 2 in "inputs" but 1 in "expected_outputs". Add one output per input; null if it is unknown'),
        ({"code": "", "expected_outputs": ["3", "4"]},
         '17: 1 in "inputs" but 2 in "expected_outputs". Add one output per input; null if it is unknown'),
        ({"code": "", "files": ["a"]}, '17: "files" is a list; expected an object that maps names of files to texts'),
        ({"code": "", "files": {"a/b": ""}}, "17: files: 'a/b' is not the name of a file; folders are not supported"),
        ({"code": "", "files": {"a": 1}}, "17: files must map names to texts; got 'a': int"),
        ({"code": "", "files": "a"}, "17: files must be the text of a JSON object; got 'a'"),
        ([1], '17: expected an object such as {"code": "..."}; got a list'),
        ("text", "17: invalid JSON at column 1: Expecting value"),
        ('{"code": "a",}', "17: invalid JSON at column 1"),  # column 13 or 14, depending on the Python version
        ('{"code": "a" "id": 1}', "17: invalid JSON at column 14: Expecting ',' delimiter"),
        ('{"code": "a"', "17: invalid JSON at column 13: Expecting ',' delimiter"),
        ("[" * 100_000, "17: invalid JSON: "),
        ('{"code": "", "n": ' + "1" * 5_000 + "}", "17: invalid JSON: "),
        ({"code": "", "id": "3"}, '17: program_id "3" is already in line 4. Make it unique'),
    ],
)
def test_errors_of_faulty_rows_contain_file_line_and_correction(tmp_path: Path, row: Any, message: str) -> None:
    path = put(tmp_path, *({"code": "1", "id": number} for number in range(16)), row)
    assert error(path).startswith(f"programs.jsonl:{message}")


@pytest.mark.parametrize("metadata", ["leetcode, easy", ["a"], 5, float("nan"), {"a": float("nan")}])
def test_metadata_of_another_kind(tmp_path: Path, metadata: Any) -> None:
    path = put(tmp_path, {"code": "", "metadata": metadata, "language": ["en"]})
    (program,) = load(path)
    assert (program.metadata, program.language) == (None, "python")
    assert re.fullmatch(
        r'programs.jsonl:1: "metadata" is .*; expected a JSON object or the text of one, without NaN',
        error(path, JsonlOptions(metadata_field="metadata")),
    )
    assert error(path, JsonlOptions(language_field="language")).endswith('"language" is a list; expected a string')


def test_a_field_name_that_is_set_must_be_in_the_row(tmp_path: Path) -> None:
    path = put(tmp_path, {"code": "", "label": "x"})
    assert error(path, JsonlOptions(label_field="verdict")) == (
        'programs.jsonl:1: no "verdict" field (found: code, label). Rename it, or pass --label-field NAME.'
    )


def test_rows_before_a_faulty_one_are_yielded(tmp_path: Path) -> None:
    programs = load(put(tmp_path, {"code": "1"}, "{"))
    assert next(programs).code == "1"
    with pytest.raises(ProgramError, match="programs.jsonl:2"):
        next(programs)


def test_bytes_that_are_not_utf_8_are_an_error_with_their_position(tmp_path: Path) -> None:
    path = tmp_path / "programs.jsonl"
    path.write_bytes(b'{"code": "1"}\n{"code": "\xff"}\n')
    assert error(path) == "programs.jsonl:2: not UTF-8 at byte 10 of the line"


def test_lines_end_only_at_line_feeds(tmp_path: Path) -> None:
    path = tmp_path / "programs.jsonl"
    path.write_bytes('\ufeff{"code": "a\u2028b\u0085c"}\r\n \n{"code": "d"}'.encode())
    assert [program.code for program in load(path)] == ["a\u2028b\u0085c", "d"]


def test_lone_surrogates_become_their_escapes(tmp_path: Path) -> None:
    (program,) = load(put(tmp_path, r'{"code": "x = \"\ud800\"", "id": "\udfff", "inputs": ["\ud83d\ude00\ud83d"]}'))
    assert (program.code, program.program_id, program.inputs) == (r'x = "\ud800"', r"\udfff", ("😀\\ud83d",))


def test_gzip_is_read_and_damage_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "programs.jsonl.gz"
    data = gzip.compress(b"".join(b'{"code": "%d"}\n' % number for number in range(5_000)))
    path.write_bytes(data)
    assert sum(1 for _ in load_programs(str(path))) == 5_000
    path.write_bytes(data[: len(data) // 2])
    assert "cannot be read: Compressed file ended before" in error(path)
    path.write_bytes(b"plain")
    assert error(path).startswith("programs.jsonl.gz:1: cannot be read: Not a gzipped file")


def test_missing_files_and_files_without_programs_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="nosuch.jsonl: no such file"):
        load(tmp_path / "nosuch.jsonl")
    with pytest.raises(ProgramError, match="a folder, not a regular file"):
        load(tmp_path)
    with pytest.raises(ProgramError, match="programs.jsonl: no program in this file"):
        load(put(tmp_path, "", "  "))


def test_a_long_line_in_a_small_compressed_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gzip makes 3 MB of a line of 3 GB."""
    monkeypatch.setattr(jsonl, "PROGRAM_BYTES", 2**20)
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb") as file:
        file.write(json.dumps({"code": "x"}).encode() + b"\n" + b"x" * 2**26)
    tracemalloc.start()
    try:
        assert error(path).endswith("a.jsonl.gz:2: the line has over 1 MiB; shorten it")
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_a_fifo_does_not_stop_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    with pytest.raises(ProgramError, match="a FIFO, not a regular file"):
        load(tmp_path / "a.jsonl")


def test_the_file_is_read_as_a_stream(tmp_path: Path) -> None:
    path = put(tmp_path, *({"code": "#" * 20_000} for _ in range(1_000)))
    tracemalloc.start()
    try:
        count = sum(1 for _ in load(path))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (count, path.stat().st_size > 20_000_000) == (1_000, True)
    assert peak_bytes < 2_000_000


without_deadline = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.text(max_size=30)
programs_lists = st.lists(
    st.builds(
        lambda program_id, problem_id, code, cases, known, rest: Program(
            program_id=program_id, problem_id=problem_id, code=code, inputs=tuple(stdin for stdin, _ in cases),
            expected_outputs=tuple(out for _, out in cases) if known else None, **rest,
        ),
        st.text(min_size=1), st.text(min_size=1), texts,
        st.lists(st.tuples(texts, st.none() | texts), min_size=1, max_size=4), st.booleans(),
        st.fixed_dictionaries({
            "origin": st.text(min_size=1), **dict.fromkeys(("label", "license", "url"), st.none() | texts),
            "language": st.sampled_from(["python", "javascript"]),
            "metadata": st.none() | st.dictionaries(texts, texts | st.integers(), max_size=3).map(metadata_text),
        }),
    ),
    min_size=1, max_size=5, unique_by=lambda program: program.program_id,
)


@without_deadline
@given(programs_lists)
def test_load_returns_the_programs_that_write_wrote(tmp_path_factory: pytest.TempPathFactory, programs: list[Program]) -> None:
    path = tmp_path_factory.mktemp("round") / "x.jsonl"
    assert write(path, programs) == len(programs)
    assert list(load(path)) == programs
    assert [file.name for file in path.parent.iterdir()] == ["x.jsonl"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)


@without_deadline
@given(st.dictionaries(st.sampled_from([*Program.__dataclass_fields__, "id", "x"]), json_values))
def test_any_row_is_a_program_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]) -> None:
    path = put(tmp_path_factory.mktemp("any"), row)
    try:
        (program,) = load(path)
    except ProgramError as caught:
        assert str(caught).startswith(f"{path}:1: ")
    else:
        json.dumps([program.code, program.program_id], ensure_ascii=False).encode()


def test_a_failed_write_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Any:
        yield Program(program_id="a", problem_id="a", code="")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "programs.jsonl", failing())
    assert list(tmp_path.iterdir()) == []
