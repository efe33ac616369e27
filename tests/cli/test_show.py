"""Test `statecode show` in new processes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

import statecode
from statecode import views
from statecode.cli import main
from statecode.cli.show import row_facts
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.lookup import find_row
from statecode.corpus.reader import read
from statecode.views import render, rows
from tests.support.corpus_samples import corpus_of, run_command


def test_show_prints_the_facts_and_the_view(corpus: Path) -> None:
    done = run_command("show", corpus, "p03/divide#1")
    assert (done.returncode, done.stderr) == (0, "")
    head, _, text = done.stdout.partition("\n\n")
    (trace,) = [t for t in statecode.read(corpus) if (t.program_id, t.input_index) == ("p03/divide", 1)]
    assert text == render(trace, "snoop")
    lines = {line[:9].strip(): line[10:] for line in head.splitlines()}
    assert lines["row"].endswith(": p03/divide#1 (problem p03)")
    assert lines["outcome"].startswith("exception, ZeroDivisionError: ") and lines["outcome"].endswith(" at line 2")
    assert lines["verdict"] == "label incorrect, verdict wrong"
    assert lines["stdin"] == "7 0\\n"
    first = next(statecode.read(corpus, "test"))
    assert run_command("show", corpus, 0, "--split", "test", "--view", "code").stdout.endswith(f"\n\n{first.code}")


def test_a_text_over_the_limit_is_one_line(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(views, "MAX_CHARACTERS", 100)
    assert main(["show", str(corpus), "0", "--view", "frames"]) == 2
    assert capsys.readouterr() == (
        "", "error: the text has more than 100 characters in the view frames; compact is the shortest view of a run\n")


def test_show_prints_json_alone(corpus: Path) -> None:
    done = run_command("show", corpus, "p03/divide#1", "--json")
    (trace,) = [t for t in statecode.read(corpus) if (t.program_id, t.input_index) == ("p03/divide", 1)]
    assert done.stdout == trace.to_json() + "\n"
    wrong = run_command("show", corpus, 0, "--json", "--view", "code")
    assert wrong.returncode == 2 and wrong.stderr.endswith("argument --view: not allowed with argument --json; see --help\n")


def test_show_in_a_terminal(corpus: Path) -> None:
    pty = pytest.importorskip("pty")
    import os

    from tests.support.corpus_samples import command

    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(sys.executable, command("show", str(corpus), "0"), {**os.environ, "TERM": "xterm", "COLUMNS": "100"})
    output = b""
    try:
        while data := os.read(fd, 65536):
            output += data
    except OSError:  # Linux raises it at the end of a pseudo-terminal
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    text = output.decode()
    assert " snoop " in text and "\x1b[1m" in text and ">>> Call to <module>" in text


def test_row_facts_omit_unknown_facts(corpus: Path) -> None:
    names = list(row_facts(find_row(CorpusFolder(corpus), "p00/sum#0")))
    assert names == ["row", "origin", "verdict", "outcome", "events", "stdin", "stdout", "cost", "engine"]


def test_an_unfinished_corpus_is_shown_with_a_warning(corpus: Path, tmp_path: Path) -> None:
    manifest = json.loads((corpus / "manifest.json").read_text())
    copy = corpus_of(tmp_path / "copy", json.dumps({**manifest, "finished": False}))
    for name in ("data", "ledger"):
        shutil.copytree(corpus / name, copy / name)
    done = run_command("show", copy, 0)
    assert done.returncode == 0 and done.stderr.startswith(f"warning: {copy}: not finished; ")
    assert done.stderr.count("\n") == 1
    assert run_command("stats", copy, "--out", tmp_path / "here").stderr.count("warning: ") == 1


def test_trace_and_show_print_rows_as_json_lines(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("x = 1\nx += 1\n")
    shown = run_command("trace", tmp_path / "p.py", "--view", "steps")
    assert [json.loads(line)["end"] for line in shown.stdout.splitlines()] == ["x = 1", "x = 2"]
    lines = run_command("show", corpus, 0, "--view", "steps").stdout.partition("\n\n")[2].splitlines()
    assert [json.loads(line) for line in lines] == rows(next(read(corpus, "train")), "steps")
