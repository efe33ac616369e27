"""Test programs, traces and limits: validation, verdicts, equality, JSON, `state_at` and `value_flag`."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import Any

import pytest
from hypothesis import given, settings

import statecode
from statecode.records import (
    SCHEMA_VERSION,
    Change,
    Event,
    EventKind,
    ExceptionInfo,
    Limits,
    Program,
    Status,
    Trace,
    file_name_of,
    files_of,
    files_text,
    metadata_facts,
    metadata_text,
    value_flag,
)
from tests.support.paths import ROOT
from tests.support.trace_strategies import fields, traces


def make_trace(**fields) -> Trace:
    given = dict(
        program_id="p", problem_id="p", input_index=0, code="", stdin="", status=Status.OK, **fields
    )
    return Trace(**given)


def event(kind: EventKind, frame: int, *changes: tuple[str, str], thread: int = 0, function: str = "f") -> Event:
    return Event(kind, 1, 1, 0, frame, thread, function, tuple(Change(*change) for change in changes))


def test_the_name_of_a_file_in_texts() -> None:
    assert file_name_of("/home/me/prog.py") == file_name_of("prog.py") == "prog.py"
    for path in ("", "folder/", 'a"b.py', "a\nb.py", "\udcff.py"):
        assert file_name_of(path) == "program.py"


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Limits)])
def test_a_limit_must_be_positive(field: str) -> None:
    with pytest.raises(ValueError, match=f"limit {field} must be positive; got 0"):
        Limits(**{field: 0})


def test_a_program_has_one_expected_output_per_input() -> None:
    with pytest.raises(ValueError, match="program p: 2 inputs but 1 expected outputs"):
        Program(program_id="p", problem_id="p", code="", inputs=("1", "2"), expected_outputs=("1",))


@pytest.mark.parametrize(
    ("language", "stored"),
    [
        *((name, "python") for name in ("Python", "python3", "PYTHON 3.11", "CPython", "py", "py3")),
        ("javascript", "javascript"), ("Cython", "Cython"), ("pypy", "pypy"), ("", ""),
    ],
)
def test_spellings_of_python(language: str, stored: str) -> None:
    assert Program(program_id="p", problem_id="p", code="", language=language).language == stored


@pytest.mark.parametrize("metadata", ["", "level 3", "[1]", "null", '{"a": NaN}', "[" * 100_000])
def test_metadata_must_be_a_json_object(metadata: str) -> None:
    with pytest.raises(ValueError):
        Program(program_id="p", problem_id="p", code="", metadata=metadata)


def test_equal_metadata_has_equal_texts() -> None:
    one, other = (
        Program(program_id="p", problem_id="p", code="", metadata=text)
        for text in ('{"parent": "é", "level": 3}', '{ "level":3, "parent":"\\u00e9" }')
    )
    assert one.metadata == other.metadata == metadata_text({"parent": "é", "level": 3}) == '{"level": 3, "parent": "é"}'
    assert metadata_facts(one.metadata) == {"level": 3, "parent": "é"}
    assert Program(program_id="p", problem_id="p", code="", metadata="{}").metadata is None


def test_metadata_that_is_not_json() -> None:
    with pytest.raises(ValueError, match="metadata cannot be written as JSON: .*set"):
        metadata_text({"features": {"loops"}})


def test_accepted_outputs() -> None:
    outputs = ("1", ("2", "3"), None)
    program = Program(program_id="p", problem_id="p", code="", inputs=("a", "b", "c"), expected_outputs=outputs)
    assert [program.accepted_outputs(index) for index in range(3)] == [("1",), ("2", "3"), ()]
    assert [program.expected_output(index) for index in range(3)] == ["1", "2", None]
    assert Program(program_id="p", problem_id="p", code="").accepted_outputs(0) == ()


def test_equality_compares_the_content() -> None:
    one = make_trace(events=(event(EventKind.CALL, 0),))
    assert one == dataclasses.replace(one, engine="other", python="3.99", origin="elsewhere", limits=Limits(events=5))
    assert hash(one) == hash(dataclasses.replace(one, engine="other"))
    for changed in ({"stdout": "x"}, {"stderr": "x"}, {"status": Status.KILLED}, {"truncation": "wall"}, {"events": ()}):
        assert one != dataclasses.replace(one, **changed)
    assert one != "a trace"


def test_state_at_follows_calls_and_returns() -> None:
    trace = make_trace(events=(
        event(EventKind.CALL, 0, ("__name__", "'__main__'"), function="<module>"),
        event(EventKind.LINE, 0, ("xs", "[1]"), ("len(xs)", "1"), function="<module>"),
        event(EventKind.CALL, 1, ("a", "1")),
        event(EventKind.LINE, 1, ("a", "2")),
        event(EventKind.RETURN, 1, ("b", "3")),
        event(EventKind.LINE, 0, ("xs", "[2]"), function="<module>"),
    ))
    inside = [(state.function, state.variables) for state in trace.state_at(4)]
    assert inside == [("<module>", {"__name__": "'__main__'", "xs": "[1]"}), ("f", {"a": "2", "b": "3"})]
    after = [(state.function, state.variables) for state in trace.state_at(5)]
    assert after == [("<module>", {"__name__": "'__main__'", "xs": "[2]"})]


def test_state_at_keeps_suspended_generators_and_separates_threads() -> None:
    trace = make_trace(events=(
        event(EventKind.START_GENERATOR, 1),
        event(EventKind.YIELD, 1, ("i", "0")),
        event(EventKind.CALL, 2, ("j", "5"), thread=1, function="g"),
        event(EventKind.REENTER_GENERATOR, 1),
    ))
    assert [state.frame for state in trace.state_at(2)] == [2]
    assert [(state.frame, state.thread, state.variables) for state in trace.state_at(3)] == [
        (1, 0, {"i": "0"}), (2, 1, {"j": "5"}),
    ]
    with pytest.raises(IndexError, match="event 4 of 4"):
        trace.state_at(4)
    with pytest.raises(IndexError, match="event -1 of 4"):
        trace.state_at(-1)


def test_state_at_includes_attributes_with_the_fidelity_full() -> None:
    changes = [
        [("p", "<P at 0x…>"), ("p.items", "[]"), ("p.left", "<P at 0x…>"), ("p.left.x", "1"), ("p2", "3"), ("a b", "4")],
        [("p.left", "None")],
        [("p", "None"), ("a.shape", "(2,)")],
    ]
    events = tuple(event(EventKind.LINE, 0, *some) for some in changes)
    whole = make_trace(events=events, fidelity="full")
    assert [list(whole.state_at(k)[0].variables) for k in range(3)] == [
        ["p", "p.items", "p.left", "p.left.x", "p2"], ["p", "p.items", "p.left", "p2"], ["p", "p2", "a.shape"],
    ]
    assert list(make_trace(events=events).state_at(2)[0].variables) == ["p", "p2"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("[1, 2]", None), ("'…+5'", None), ("…+", None), ("[1, 2…+5", "shortened"), ("'abc…+12", "shortened"),
        ("[1, 2…+5+", "shortened"), ("<__main__.A object at 0x…>", "opaque"), ("[<A object at 0x…>, 1]", "opaque"),
        ("<function <lambda> at 0x…>", "opaque"), ("<A object at 0x… (ValueError in repr)>", "opaque"),
        ("'<A object at 0x…>'", None), ('["it\'s at 0x…"]', None), ("<A object at 0x…>…+3", "shortened"),
        ("<class '__main__.A'>", None), ("<Name it's at 0x…>", "opaque"), ("'a\\' at 0x…'", None), ("", None),
    ],
)
def test_value_flag(text: str, flag: str | None) -> None:
    assert value_flag(text) == flag


@settings(deadline=None)
@given(traces)
def test_json_round_trip(some: Trace) -> None:
    some = dataclasses.replace(some, schema_version=SCHEMA_VERSION)
    text = some.to_json()
    assert text.isascii() and "\n" not in text
    back = Trace.from_json(text)
    assert fields(back) == fields(some)
    assert back.to_json() == text and type(back.status) is Status and all(type(one.kind) is EventKind for one in back.events)
    assert sorted(json.loads(text)) == sorted(Trace.__slots__)


def test_every_shipped_trace_returns_from_json() -> None:
    count = 0
    for split in ("train", "validation", "test"):
        for trace in statecode.read(ROOT / "statecode" / "data" / "embedded", split):
            assert fields(Trace.from_json(trace.to_json())) == fields(trace)
            count += 1
    assert count > 2000


def test_json_of_older_versions_lacks_fields() -> None:
    values = make_trace().to_dict()
    for name in ("language", "metadata", "fidelity", "repr_limit", "differs_at"):
        del values[name]
    assert fields(Trace.from_dict(values)) == fields(make_trace())


@pytest.mark.parametrize(
    "text, message",
    [
        ("{", "not the JSON of a trace: Expecting property name"),
        ("[]", "not the JSON of a trace: list indices must be"),
        ("{}", "not the JSON of a trace: no 'schema_version'"),
        (json.dumps({**make_trace().to_dict(), "schema_version": SCHEMA_VERSION + 1}), "a trace of schema version .* up to"),
        (json.dumps({**make_trace().to_dict(), "status": "fine"}), "not the JSON of a trace: 'fine' is not a valid Status"),
        (json.dumps({**make_trace().to_dict(), "color": 1}), "not the JSON of a trace: .*unexpected keyword argument 'color'"),
        (json.dumps({"schema_version": 1}), "not the JSON of a trace: no 'exception'"),
        (json.dumps({**make_trace().to_dict(), "exception": ""}), "not the JSON of a trace: .* must be a mapping, not str"),
    ],
)
def test_text_that_is_not_the_json_of_a_trace(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}") as caught:
        Trace.from_json(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [1.5, math.nan, [1], {"a": 1}])
def test_values_of_other_types_are_not_the_json_of_a_trace(value: Any) -> None:
    """Replace each value of a trace, also those of its exception, its events and their changes."""
    values = statecode.trace("x = 1\nraise ValueError('no')\n").to_dict()
    event = next(event for event in values["events"] if event["changes"])
    count = 0
    for part in (values, values["exception"], event, event["changes"][0]):
        for key, old in part.items():
            part[key] = value
            with pytest.raises(ValueError, match="^(not the JSON of a trace: |a trace of schema version)"):
                Trace.from_json(json.dumps(values))
            part[key] = old
            count += 1
    assert count == len(Trace.__slots__) + len(ExceptionInfo._fields) + len(Event._fields) + len(Change._fields)


def test_files_of_a_program() -> None:
    text = files_text({"b.txt": "é", "a": ""})
    assert text == '{"a": "", "b.txt": "é"}' and files_of(text) == {"a": "", "b.txt": "é"}
    program = Program(program_id="p", problem_id="p", code="", files='{"b": "", "a": "\\u00e9"}')
    assert program.files == '{"a": "é", "b": ""}'
    assert Program(program_id="p", problem_id="p", code="", files="{}").files == "{}", "no file, but it can create some"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({name: ""}, f"files: {name[:60]!r} is not the name of a file; folders are not supported")
        for name in ("", ".", "..", "a/b", "../a", "a\0b", "n" * 256, "é" * 128, "\ud800" * 43)
    ] + [
        ({"a": None}, "files must map names to texts; got 'a': NoneType"),
        ({str(number): "" for number in range(129)}, "files: 129 files with 0 bytes; at most 128 files with together "),
        ({"a": "x" * 2**22, "b": "x"}, "files: 2 files with 4,194,305 bytes; at most"),
        ({"a": "\ud800" * 700_000}, "files: 1 files with 4,200,000 bytes; at most"),
    ],
)
def test_files_that_are_not_valid(files: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        files_text(files)


def test_files_must_be_a_json_object() -> None:
    with pytest.raises(ValueError, match=r"files must be the text of a JSON object; got '\[1\]'"):
        Program(program_id="p", problem_id="p", code="", files="[1]")
