"""Test `statecode build`, `stats` and `show` in processes of their own, with files."""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path

import pytest

import statecode
from statecode.cli.formatting import format_bytes, format_count, format_duration
from statecode.cli.show import row_facts
from statecode.corpus.duplicates import normalised_digest
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.lookup import find_row
from statecode.corpus.statistics import Distribution, compute_statistics
from statecode.views import render
from tests.support.corpus_samples import data_bytes, ledger_lines, programs, run_command, write_jsonl


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("source") / "programs.jsonl", programs())


@pytest.fixture(scope="module")
def corpus(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("commands") / "corpus"
    done = run_command("build", "--programs", source, "--out", out, "--workers", 2, "--runs-per-shard", 20)
    assert done.returncode == 0
    assert "72/72" in done.stderr and "exception=12" in done.stderr and "runs/s" in done.stderr
    assert done.stdout.splitlines()[0].startswith(f"{out}: 72 runs of 36 programs (exception 12, ok 60), ")
    return out


def test_building_a_finished_corpus_prints_that_it_is_finished(source: Path, corpus: Path) -> None:
    done = run_command("build", "--programs", source, "--out", corpus, "--runs-per-shard", 20)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{corpus} is finished already, nothing to do: 72 runs of 36 programs")


def test_a_folder_of_programs_becomes_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "one.py").write_text("print(input())\n")
    (tmp_path / "code" / "one.in").write_text("hello\n")
    (tmp_path / "code" / "one.out").write_text("hello\n")
    done = run_command("build", "--programs", tmp_path / "code", "--out", tmp_path / "out", "--quiet")
    assert (done.returncode, done.stderr.splitlines()) == (
        0, [f"warning: no problem is left for the split {split}; add problems or change --split"
            for split in ("validation", "test")],
    )
    (trace,) = statecode.read(tmp_path / "out")
    assert (trace.status, trace.stdout, trace.verdict) == (statecode.Status.OK, "hello\n", "correct")


def test_limit_and_code_field(tmp_path: Path) -> None:
    rows = [{"program_id": f"p{number}", "solution": f"print({number})"} for number in range(9)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = ["build", "--programs", tmp_path / "p.jsonl", "--out", tmp_path / "out", "--workers", 1, "--limit", 4]
    done = run_command(*args)
    assert done.returncode == 2 and "p.jsonl:1: " in done.stderr and "--code-field" in done.stderr
    assert run_command(*args, "--code-field", "solution").returncode == 0
    assert sum(1 for _ in statecode.read(tmp_path / "out")) == 4


def test_dry_run_prints_an_estimate_and_writes_no_file(source: Path, tmp_path: Path) -> None:
    done = run_command("build", "--programs", source, "--out", tmp_path / "out", "--dry-run", "--workers", 1)
    assert done.returncode == 0 and not (tmp_path / "out").exists()
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert lines["programs"] == "36 of 12 problems"
    assert lines["rows"].startswith("72 (train ") and lines["sample"].startswith("40 runs (")
    assert lines["time"].startswith("about ") and lines["disk"].startswith("about ")


def test_retry_on_a_finished_corpus_repeats_only_runs_with_these_statuses(source: Path, corpus: Path) -> None:
    before = data_bytes(corpus)
    args = ["build", "--programs", source, "--out", corpus, "--runs-per-shard", 20, "--workers", 1, "--retry"]
    done = run_command(*args, "exception")
    assert done.returncode == 0 and data_bytes(corpus) == before  # the runs divide by zero again
    entries = ledger_lines(corpus)
    assert len(entries) == 72
    assert all(("earlier" in entry) == (entry["status"] == "exception") for entry in entries)


def corpus_of(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text(text)
    return folder


def bad_inputs(tmp: Path, source: Path, corpus: Path) -> dict[str, tuple[list[object], str]]:
    """Return name → (arguments, text in the error message)."""
    (tmp / "empty").mkdir()
    (tmp / "letters").mkdir()
    (tmp / "letters" / "a.txt").write_text("dear")
    (tmp / "bad.jsonl").write_text('{"code": "1"}\n{"code": \n')
    (tmp / "codeless.jsonl").write_text('{"id": "1", "solution": "1"}\n')
    double = write_jsonl(tmp / "double.jsonl", [*programs(1), *programs(1)])
    new = ["build", "--out", tmp / "new", "--programs"]
    mine = ["build", "--programs", source, "--out"]
    return {
        "no such folder": ([*new, tmp / "absent"], "absent: no such folder"),
        "empty folder": ([*new, tmp / "empty"], "empty: no .py file in this folder"),
        "row without code": ([*new, tmp / "codeless.jsonl"], "codeless.jsonl:1: "),
        "invalid JSON": ([*new, tmp / "bad.jsonl"], "bad.jsonl:2: "),
        "one id twice": ([*new, double], "p00/sum"),
        "unknown engine": ([*new, source, "--engine", "magic"], "unknown engine 'magic'; known: native, snoop"),
        "unknown status": ([*new, source, "--retry", "late"], "unknown status 'late' to retry; known: ok, "),
        "bad split": ([*new, source, "--split", "9,9"], "--split 9,9: expected three numbers that add up to 100"),
        "bad limit": ([*new, source, "--events", "0"], "limit events must be positive; got 0"),
        "no worker": ([*new, source, "--workers", "0"], "workers must be at least 1; got 0"),
        "no program": ([*new, source, "--limit", "0"], "--limit must be at least 1; got 0"),
        "option of another source": ([*new, tmp / "letters", "--code-field", "x"], "option code_field does not fit"),
        "another corpus": ([*mine, corpus], "holds another corpus (its runs per shard is 20, yours 256)"),
        "foreign folder": ([*mine, tmp / "letters"], "letters: holds files but no manifest.json"),
        "out is a file": ([*mine, tmp / "bad.jsonl"], "bad.jsonl: is a file, not a folder; choose another --out"),
        "stats: absent": (["stats", tmp / "absent"], "absent: no such folder; make a corpus"),
        "stats: no corpus": (["stats", tmp / "letters"], "letters: no corpus: it has no manifest.json"),
        "stats: no shard": (["stats", corpus_of(tmp / "bare", manifest_without_shards(corpus))], "no finished shard"),
        "stats: out": (["stats", corpus, "--out", tmp / "bad.jsonl"], "bad.jsonl: cannot be written"),
        "show: unknown view": (["show", corpus, 0, "--view", "film"], "unknown view 'film'; known: "),
        "show: unknown split": (["show", corpus, 0, "--split", "dev"], "unknown split 'dev'; known: train, validation"),
        "show: no row": (["show", corpus, 999], "no row 999 in train, which has rows 0 to "),
        "show: no id": (["show", corpus, "p00/sum#9"], "program p00/sum has no input 9, only 0 to 1"),
        "show: no corpus": (["show", tmp / "empty", 0], "empty: no corpus"),
    }


def manifest_without_shards(corpus: Path) -> str:
    return (corpus / "manifest.json").read_text()


def test_bad_input_gets_one_line_and_exit_code_2(
    source: Path, corpus: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from statecode.cli import main

    for name, (args, message) in bad_inputs(tmp_path, source, corpus).items():
        code = main([str(arg) for arg in args])
        output, errors = capfd.readouterr()
        assert (code, output) == (2, ""), name
        assert errors.startswith("error: ") and message in errors, (name, errors)
        assert errors.count("\n") == 1, (name, errors)
        assert not (tmp_path / "new").exists(), name


def test_bad_input_in_a_real_process(tmp_path: Path) -> None:
    done = run_command("build", "--programs", tmp_path / "absent", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {tmp_path}/absent: no such folder") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["build", "stats", "show"])
def test_help_has_an_example_and_defaults(name: str) -> None:
    done = run_command(name, "--help")
    assert done.returncode == 0 and f"\n    statecode {name} " in done.stdout and "(default: " in done.stdout


def test_stats_prints_tables_and_writes_files(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run_command("stats", corpus, env={"COLUMNS": "120"})
    assert (done.returncode, done.stderr) == (0, "")
    texts = ["status exception", "16.7%", "label incorrect", "verdict wrong", "snoop's text", "zip, one file", "10.0"]
    assert [text for text in texts if text not in done.stdout] == []
    assert "36 programs with 36 different sources; 33 equal another program except for layout and comments" in done.stdout
    stats = json.loads((corpus / "stats" / "stats.json").read_text())
    assert stats["statuses"] == {"ok": 60, "exception": 12}
    assert sum(split["runs"] for split in stats["splits"].values()) == 72
    for name in ("statuses", "events_per_trace", "snoop_text_bytes"):
        assert (corpus / "stats" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert run_command("stats", corpus, "--out", tmp_path / "here").returncode == 0
    assert len(list((tmp_path / "here").iterdir())) == 4


def test_stats_without_matplotlib_prints_a_hint(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").write_text("raise ImportError('absent')")
    done = run_command("stats", corpus, "--out", tmp_path / "here", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0
    assert done.stderr == 'no plots: they need matplotlib, pip install "statecode[plots]"\n'
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["stats.json"]


def test_statistics_equal_counts_of_the_traces(corpus: Path) -> None:
    traces = list(statecode.read(corpus))
    texts = [render(trace, "snoop").encode() for trace in traces]
    found = compute_statistics(CorpusFolder(corpus), progress=False)
    assert (found.runs, found.programs) == (72, 36)
    assert found.events.total == sum(len(trace.events) for trace in traces)
    assert found.events.max == max(len(trace.events) for trace in traces)
    assert found.text.snoop_text.total == sum(map(len, texts))
    assert found.text.zip_bytes == sum(len(zlib.compress(text, 6)) for text in texts)
    assert found.text.stream_bytes == len(zlib.compress(b"".join(texts), 6))
    assert found.text.data_bytes == sum(map(len, data_bytes(corpus).values()))
    assert 0 < found.text.events_bytes < found.text.data_bytes
    # the expected outputs are those of the sums, so that every division has the verdict wrong
    assert found.label_and_verdict == {"correct/correct": 48, "incorrect/wrong": 24}
    assert found.distinct_normalised == 3


def test_spread_of_known_numbers() -> None:
    assert Distribution.of(range(1, 102)) == Distribution(count=101, total=5151, median=51, p90=91, max=101)
    assert Distribution.of([]) == Distribution(count=0, total=0, median=0, p90=0, max=0)


def test_normalised_code() -> None:
    assert normalised_digest("x = 1  # one\n") == normalised_digest("x=1\n\n")
    assert normalised_digest("x = 1") != normalised_digest("y = 1")
    assert normalised_digest("print 'a'  ;") == normalised_digest("print  'a' ;\n") != normalised_digest("print 'b' ;")
    for code in ("\x00", "(" * 5000, "'\\d'", "\ud800", "x = " + "-" * 100_000 + "1"):
        assert len(normalised_digest(code)) == 16


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
        (copy / name).symlink_to(corpus / name)
    done = run_command("show", copy, 0)
    assert done.returncode == 0 and done.stderr.startswith(f"warning: {copy}: not finished; ")
    assert done.stderr.count("\n") == 1
    assert run_command("stats", copy, "--out", tmp_path / "here").stderr.count("warning: ") == 1


def test_formatting() -> None:
    assert [format_count(number, "run") for number in (0, 1, 1200)] == ["0 runs", "1 run", "1,200 runs"]
    assert [format_bytes(number) for number in (0, 999, 1000, 1_400_000, 123_456_789, 5e12)] == [
        "0 B", "999 B", "1.0 kB", "1.4 MB", "123 MB", "5.0 TB",
    ]
    assert [format_duration(seconds) for seconds in (0.1, 61, 200, 18_600)] == ["1 s", "61 s", "3 min 20 s", "5 h 10 min"]
