"""Add views from outside of the package, and use them with the functions, the commands and the dataset."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest

import statecode
from statecode import cli, views
from statecode.corpus.rows import from_row, to_row
from statecode.corpus.shards import read_shard
from statecode.dataset import builder, materialise
from statecode.dataset.rows import UnrenderedRuns
from statecode.errors import ConfigError
from statecode.records import Trace
from statecode.views.cutting import cut, split
from statecode.views.segments import Kind, Segment
from tests.support.corpus_samples import small_corpus

pytestmark = pytest.mark.torch

CODE = "def double(n):\n    return 2 * n\n\nprint(double(4))\n"


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the row of a trace without its events as one JSON line, then one JSON line per event."""
    row = to_row(trace)
    events = row.pop("events")
    yield [Segment(f"{json.dumps(row)}\n", Kind.SOURCE)]
    for event in events:
        yield [Segment(f"{json.dumps(event)}\n", Kind.CONTROL)]
    yield []


def parse(text: str, code: str | None) -> Trace:
    """Return the trace of a text of `segments`."""
    row, *events = map(json.loads, text.splitlines())
    return from_row({**row, "events": events})


def rows(trace: Trace) -> Iterator[dict[str, Any]]:
    """Yield the names of the changed variables, one row per change."""
    for event in trace.events:
        for change in event.changes:
            yield {"name": change.name, "line": event.line}


JSON_LINES = views.View(
    name="json-lines",
    summary="the row of the trace, then its events, as JSON lines",
    version=3,
    lossless=True,
    load=lambda: views.ViewFunctions(segments=segments, parse=parse),
)
CHANGES = views.View(
    name="changes",
    summary="rows: the names of the changed variables",
    is_text=False,
    load=lambda: views.ViewFunctions(rows=rows, fields={"name": str, "line": int}),
)


@pytest.fixture(autouse=True)
def registered_views() -> Iterator[None]:
    views.VIEWS.register(JSON_LINES)
    views.VIEWS.register(CHANGES)
    yield
    views.VIEWS.unregister(JSON_LINES.name)
    views.VIEWS.unregister(CHANGES.name)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus(tmp_path_factory.mktemp("views") / "corpus")


def test_the_configs_of_the_builder_contain_the_views() -> None:
    """The module of the builder is imported before the views are registered."""
    assert [config.name for config in builder.Builder.BUILDER_CONFIGS][-2:] == ["json-lines", "changes"]
    assert datasets.get_dataset_config_names("statecode")[-2:] == ["json-lines", "changes"]


def test_functions_of_views() -> None:
    trace = statecode.trace(CODE)
    text = views.render(trace, "json-lines")
    assert text.count("\n") == 1 + len(trace.events)
    assert views.parse(text, "json-lines") == trace
    assert views.lossless_word("json-lines") == "yes"
    assert "".join(split(trace, "json-lines", 2)) == text
    assert cut(trace, "json-lines", len(text) - 1, len).endswith("\n[cut: 6 of 7 events]\n")
    assert {"name": "double", "line": 4} in views.rows(trace, "changes")


def test_commands(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "program.py"
    program.write_text(CODE)
    assert cli.main(["trace", str(program), "--view", "json-lines"]) == 0
    traced = views.parse(capsys.readouterr().out, "json-lines")
    assert (traced.code, traced.stdout) == (CODE, "8\n")

    assert cli.main(["show", str(corpus), "0", "--view", "changes"]) == 0
    lines = [json.dumps(row) for row in views.rows(next(iter(statecode.read(corpus))), "changes")]
    assert capsys.readouterr().out.splitlines()[-len(lines):] == lines != []

    assert cli.main(["views", "--views", "json-lines,changes", "--markdown"]) == 0
    assert "| json-lines | yes | the row of the trace, then its events, as JSON lines |\n" in capsys.readouterr().out


def test_the_error_for_an_unknown_view_lists_the_view(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trace", "program.py", "--view", "json"]) == 2
    assert capsys.readouterr().err.endswith(", frames, code, json-lines, changes\n")


@pytest.mark.parametrize("streaming", [False, True])
def test_dataset(corpus: Path, tmp_path: Path, streaming: bool) -> None:
    options = {"data_dir": str(corpus), "split": "train", "cache_dir": str(tmp_path), "streaming": streaming}
    traces = list(statecode.read(corpus, "train"))
    loaded = list(statecode.load_dataset("json-lines", **options))
    assert [views.parse(row["text"], "json-lines") for row in loaded] == traces
    assert list(datasets.load_dataset("statecode", "json-lines", **options)) == loaded
    expected = [row for trace in traces for row in views.rows(trace, "changes")]
    loaded = statecode.load_dataset("changes", **options)
    assert [{"name": row["name"], "line": row["line"]} for row in loaded] == expected != []


@contextmanager
def registered(view: views.View) -> Iterator[None]:
    views.VIEWS.register(view)
    try:
        yield
    finally:
        views.VIEWS.unregister(view.name)


def test_a_view_that_cannot_be_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "program.py"
    program.write_text(CODE)
    reason = "cannot be loaded: it is lossless and needs parse"
    with registered(dataclasses.replace(JSON_LINES, name="bad", load=lambda: views.ViewFunctions(segments=segments))):
        assert cli.main(["views", "--markdown"]) == 0
        listed = capsys.readouterr().out
        assert f"| bad |  | {reason} |\n" in listed and "| changes | no | rows: " in listed
        assert cli.main(["trace", str(program), "--view", "bad"]) == 2
        assert capsys.readouterr().err.splitlines()[-1] == f"error: the view bad {reason}"
        with pytest.raises(ConfigError, match="those that can: compact, snoop, full-state, frames, json-lines$"):
            views.parse("", "code")


def fail(trace: Trace) -> list[Any]:
    return trace.missing  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "functions, message",
    [
        ({"segments": fail}, "AttributeError: 'Trace' object has no attribute 'missing'"),
        ({"render": lambda trace: 5, "segments": fail}, "TypeError: object of type 'int' has no len()"),
        ({"render": lambda trace: "\ud800", "segments": fail}, "UnicodeEncodeError: 'utf-8' codec can't encode"),
        ({"rows": fail}, "AttributeError: 'Trace' object has no attribute 'missing'"),
        ({"rows": lambda trace: [{"name": "x"}]}, "KeyError: 'line'"),
        ({"rows": lambda trace: [{"name": "x", "line": "one"}]}, "ArrowInvalid: Could not convert 'one'"),
        ({"rows": lambda trace: [{"name": "\ud800", "line": 1}]}, "UnicodeEncodeError: 'utf-8' codec can't encode"),
    ],
)
def test_a_view_that_raises_does_not_stop_a_split(
    corpus: Path, tmp_path: Path, functions: dict[str, Any], message: str
) -> None:
    """The view fails for the second program only; the warning names its first run and the reason."""
    traces = list(statecode.read(corpus, "train"))
    bad = next(trace for trace in traces if trace.program_id != traces[0].program_id)

    def with_good_runs(function: Any) -> Any:
        good = [{"name": "x", "line": 1}] if "rows" in functions else [[Segment("good", Kind.SYNTAX)]]
        whole = "good" if function is functions.get("render") else good
        return lambda trace: function(trace) if trace.program_id == bad.program_id else whole

    fields = {"name": str, "line": int} if "rows" in functions else {}
    functions = {name: with_good_runs(function) for name, function in functions.items()}
    faulty = views.View(
        name="faulty", summary="", is_text=not fields, load=lambda: views.ViewFunctions(**functions, fields=fields)
    )
    with registered(faulty), pytest.warns(UnrenderedRuns) as caught:
        loaded = statecode.load_dataset("faulty", split="train", data_dir=corpus, cache_dir=tmp_path)
    failed = sum(trace.program_id == bad.program_id for trace in traces)
    kept = [trace.program_id for trace in traces if fields == {} or trace.program_id != bad.program_id]
    assert loaded["program_id"][:] == kept
    if not fields:
        assert loaded["text"][:] == ["" if name == bad.program_id else "good" for name in kept]
    where = f"{failed} of {len(list(read_shard(corpus / 'data' / 'train-00000.parquet')))} runs cannot be rendered"
    assert where in str(caught[0].message) and len(caught) == 1 and "\n" not in str(caught[0].message)
    assert f"; the first is {bad.program_id}#{bad.input_index}: {message}" in str(caught[0].message)


def test_a_field_with_the_name_of_a_column(corpus: Path) -> None:
    functions = views.ViewFunctions(rows=rows, fields={"status": str, "row_index": int})
    with registered(dataclasses.replace(CHANGES, name="clash", load=lambda: functions)):
        with pytest.raises(ConfigError, match="view clash has fields with the names of columns: row_index, status$"):
            statecode.load_dataset("clash", data_dir=corpus)


def test_another_version_is_not_read_from_the_cache(corpus: Path, tmp_path: Path) -> None:
    def texts() -> list[str]:
        loaded = statecode.load_dataset("json-lines", data_dir=corpus, split="test[:1]", cache_dir=tmp_path)
        return list(loaded["text"])

    first = texts()
    views.VIEWS.unregister("json-lines")
    shorter = views.ViewFunctions(segments=lambda trace: [[Segment("shorter", Kind.SYNTAX)]])
    views.VIEWS.register(dataclasses.replace(JSON_LINES, version=4, lossless=False, load=lambda: shorter))
    assert first != ["shorter"] and texts() == ["shorter"]


def test_materialised_files_contain_the_version(corpus: Path, tmp_path: Path) -> None:
    files = materialise.materialise(corpus, tmp_path / "hub", ["json-lines", "changes", "events"])
    recorded = {(file.parent.name, metadata.get(materialise.VIEW_KEY), metadata.get(materialise.VERSION_KEY))
                for file in files for metadata in [pq.read_metadata(file).metadata]}
    assert recorded == {("json-lines", b"json-lines", b"3"), ("changes", b"changes", b"1"), ("events", None, None)}
    folder, cache = tmp_path / "hub" / "json-lines", tmp_path / "cache"
    loaded = datasets.load_dataset(str(folder), split="train", cache_dir=str(cache))
    assert [views.parse(text, "json-lines") for text in loaded["text"]] == list(statecode.read(corpus, "train"))


def test_a_removed_view_is_unknown() -> None:
    views.VIEWS.unregister("json-lines")
    try:
        with pytest.raises(ConfigError, match="unknown view 'json-lines'; known: compact, .*, changes$"):
            views.render(statecode.trace("x = 1\n"), "json-lines")
    finally:
        views.VIEWS.register(JSON_LINES)
