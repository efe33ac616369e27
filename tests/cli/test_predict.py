"""Test `statecode predict` with a model that has learned two runs by heart, one of them with an error."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.cli import main
from statecode.records import Change, Trace
from statecode.views.page import Comparison, page

pytestmark = pytest.mark.torch

pytest.importorskip("torch")

from tests.support.learned_runs import trained_run  # noqa: E402

CODE = "total = 0\nfor k in [3, 5]:\n    total += k * int(input())\nprint('total', total)\n"
STDIN = "2\n4\n"
OTHER = CODE.replace("k *", "k +")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    traces = [statecode.trace(CODE, stdin=STDIN), wrong_trace()]
    return str(trained_run(tmp_path_factory.mktemp("model"), traces, 240))


def wrong_trace() -> Trace:
    """Return the run of OTHER with an error: 3 + 2 is 6."""
    real = statecode.trace(OTHER, stdin=STDIN)
    wrong = {Change("total", "5"): Change("total", "6"), Change("total", "14"): Change("total", "15")}
    events = tuple(event._replace(changes=tuple(wrong.get(change, change) for change in event.changes))
                   for event in real.events)
    return replace(real, events=events, stdout="total 15\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the program and its input, which is the current one."""
    (tmp_path / "prog.py").write_text(CODE)
    (tmp_path / "in.txt").write_text(STDIN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["predict", *arguments]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def test_a_right_prediction(model: str, folder: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    *columns, empty, ours, theirs, events, output = printed(
        capsys, "prog.py", "--stdin", "in.txt", "--model", model).splitlines()
    assert columns[0].split() == ["the", "model", "the", "run"] and len(columns) == 1 + 9
    assert " 3  line 3  k=3" in columns[4] and not any(line.startswith(">") for line in columns)
    assert (empty, ours, theirs) == ("", "the model: 9 events; ok", "the run: 9 events; ok")
    assert (events, output) == ("all 9 events are the same", "the output is the same: 1 line")


def test_a_wrong_prediction_names_the_first_difference(model: str, folder: Path, capsys) -> None:
    (folder / "other.py").write_text(OTHER)
    lines = printed(capsys, "other.py", "--stdin", "in.txt", "--model", model, "--html", "new.html").splitlines()
    marked = [line for line in lines if line.startswith(">")]
    real = statecode.trace(OTHER, stdin=STDIN)
    index = next(k for k, event in enumerate(real.events) if ("total", "5") in event.changes)
    assert len(marked) == 1 and marked[0].startswith(f">{index} ") and marked[0].endswith("total=5")
    assert lines[-2].startswith(f"first difference at event {index}: for the model, line 3 sets total to 6;")
    assert lines[-1] == "the output differs at line 1: the model prints 'total 15', the run 'total 14'"
    written = (folder / "new.html").read_text(encoding="utf-8")
    comparison = Comparison(real, index, lines[-2:])
    predicted = replace(wrong_trace(), program_id="other", python="")
    assert written == page(predicted, comparison._replace(real=replace(real, program_id="other", file_name="other.py")))


def test_without_a_run_and_as_json(model: str, folder: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.SandboxRunner", None)  # a run would fail
    lines = printed(capsys, "prog.py", "--stdin", "in.txt", "--model", model, "--no-run").splitlines()
    assert lines[0].strip() == "the model" and lines[-2:] == [
        "the model: 9 events; ok", "the predicted output: 'total 26\\n'"]
    trace = Trace.from_json(printed(capsys, "prog.py", "--stdin", "in.txt", "--model", model, "--json"))
    monkeypatch.undo()
    assert trace == statecode.trace(CODE, stdin=STDIN)
    assert (trace.program_id, trace.file_name, trace.stdin) == ("prog", "prog.py", STDIN)
    lines = printed(capsys, str(folder / "prog.py"), "--model", model, "--no-run", "--max-events", "4").splitlines()
    assert lines[-2] == "the model: 4 events; the limit on events was reached, see --max-events"


def test_stdin_of_the_command_is_read_once(model: str, folder: Path, capsys, monkeypatch) -> None:
    with (folder / "in.txt").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        lines = printed(capsys, "prog.py", "--stdin", "-", "--model", model).splitlines()
    assert lines[-2] == "all 9 events are the same"


@pytest.mark.parametrize("arguments, message", [
    (["absent.py", "--model", "MODEL"], "absent.py: cannot be read: No such file or directory"),
    (["prog.py"], "this version of statecode contains no model; pass --model RUN"),
    (["prog.py", "--model", "no/where"], "no such folder: no/where"),
    (["prog.py", "--model", "MODEL", "--view", "inline"], "the view inline is not lossless"),
    (["prog.py", "--model", "MODEL", "--view", "inlin"], "unknown view 'inlin'"),
    (["prog.py", "--model", "MODEL", "--max-events", "0"], "--max-events must be at least 1; got 0"),
    (["prog.py", "--model", "MODEL", "--html", "."], "--html . is a folder"),
    (["prog.py", "--model", "MODEL", "--stdin", "big.txt"], "the program and its input have "),
])
def test_errors_have_one_line(arguments: list[str], message: str, model: str, folder: Path, capsys: Any, monkeypatch) -> None:
    monkeypatch.setattr("statecode.evaluation.prediction_model.SHIPPED_MODEL", folder / "missing")
    (folder / "big.txt").write_text("123 " * 100)
    assert main(["predict", *(model if argument == "MODEL" else argument for argument in arguments)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    *warnings, error = shown.err.splitlines()
    assert error.startswith(f"error: {message}"), error
    assert all(line.startswith("warning: ") for line in warnings)
