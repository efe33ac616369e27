"""Test `statecode views`, and the output of `trace` and `show` for views with rows."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path

import pytest

from statecode.corpus.build import build
from statecode.corpus.reader import read
from statecode.dataset.source import EMBEDDED_CORPUS
from statecode.errors import ConfigError
from statecode.evaluation import token_counters
from statecode.evaluation.view_sizes import ViewSizes, measure_view
from statecode.views import VIEWS, lossless_word, render, rows
from statecode.views.text_lines import text_of
from tests.support import corpus_samples
from tests.support.corpus_samples import run_command


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("views") / "corpus"
    build(corpus_samples.programs(4), folder, workers=1, progress=False)
    return folder


def compared(view: str, tokens: list[int], events: int = 100) -> ViewSizes:
    return ViewSizes(view=view, events=events, characters=1, zstd_bytes=1, render_s=0.5, parse_s=None,
                     tokens={"c": tokens})


def test_view_sizes_of_known_numbers() -> None:
    long, short = compared("a", [100, 2000, 5000]), compared("b", [50, 500, 1024])
    assert [short.fitting_share("c", 1024), short.fitting_share("c", 1023)] == [1, pytest.approx(2 / 3)]
    assert [long.fitting_share("c", budget) for budget in (99, 100, 4096)] == pytest.approx([0, 1 / 3, 2 / 3])
    assert (short.median_tokens("c"), short.mean_tokens("c")) == (500, pytest.approx(1574 / 3))
    assert short.tokens_per_event("c") == 15.74
    assert short.times_shorter(long, "c") == 4  # the median of the ratios 2, 4 and 4.88
    assert short.rendered_per_s == 200 and short.parsed_per_s is None


def test_measure_counts_every_text(corpus: Path) -> None:
    traces = list(read(corpus))
    samples: list[list[str]] = []

    def counters(sample):
        samples.append(list(sample))
        return {"characters": lambda texts: [len(text) for text in texts]}

    for view in ("io", "steps"):
        texts = [text_of(trace, view) for trace in traces]
        found = measure_view(view, lambda: iter(traces), counters, len(traces))
        assert found.tokens == {"characters": [len(text) for text in texts]}
        assert found.characters == sum(map(len, texts))
        assert found.events == sum(len(trace.events) for trace in traces)
        assert 0 < found.zstd_bytes < found.characters / 4  # the programs repeat each other, so they compress well
        assert sorted(samples.pop()) == sorted(texts)
    with pytest.raises(ConfigError, match="no traces"):
        measure_view("io", lambda: iter(()), counters, 0)


def test_rows_are_json_lines(corpus: Path) -> None:
    trace = next(read(corpus))
    assert [json.loads(line) for line in text_of(trace, "steps").splitlines()] == rows(trace, "steps") != []
    assert text_of(trace, "io") == render(trace, "io")


def test_counters_of_folders(statecode_data: Path, tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    texts = ["hello world", "", "x = 12345\n"]
    gpt2 = token_counters.load_counter(str(statecode_data / "tokenizers" / "gpt2"))
    assert gpt2(texts) == [2, 0, 5]  # "x", " =", " 123", "45", "\n"
    bert = token_counters.load_counter(str(statecode_data / "tokenizers" / "bert-base-uncased"))
    assert bert(texts)[:2] == [2, 0]
    assert token_counters.train_counter(["abab"] * 99, 258)(["abab", "é"]) == [1, 2]
    with pytest.raises(ConfigError, match="neither tokenizer.json nor vocab.json, merges.txt nor vocab.txt"):
        token_counters.load_counter(str(tmp_path))
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ConfigError, match="cannot be loaded: ") as caught:
        token_counters.load_counter(str(tmp_path))
    assert "\n" not in str(caught.value)


# Commands

def test_views_are_listed() -> None:
    listed = run_command("views", "--markdown")
    lines = [re.split(r" *\| *", line)[1:-1] for line in listed.stdout.splitlines() if line.startswith("| ")]
    assert lines[2:] == [[name, lossless_word(name), view.summary] for name, view in VIEWS.items()]
    assert {line[1] for line in lines[2:] if VIEWS[line[0]].lossless} == {"yes"}
    assert [line[0] for line in lines[2:] if line[1] == "in part"] == ["snoop"]
    assert listed.returncode == 0 and listed.stderr == ""
    assert "content" in run_command("views").stdout


def test_views_are_compared(corpus: Path, statecode_data: Path) -> None:
    pytest.importorskip("tokenizers")
    gpt2 = statecode_data / "tokenizers" / "gpt2"
    done = run_command("views", "--compare", corpus, "--tokenizer", gpt2, "--views", "snoop,io,steps", "--markdown",
                       "--vocabulary", 300, "--split", "train")
    assert done.returncode == 0, done.stderr
    traces = list(read(corpus, "train"))
    assert f"{len(traces)} traces, {sum(len(trace.events) for trace in traces)} events:" in done.stdout
    tables = re.findall(r"(?m)^tokens per trace, (.*):$", done.stdout)
    assert tables == ["gpt2", "own BPE"]
    characters = sum(len(render(trace, "io")) for trace in traces)
    assert re.search(rf"(?m)^\| io \| no \| {characters:,} \|", done.stdout)
    assert len(re.findall(r"(?m)^\| snoop \| .*\| 1\.00 \|$", done.stdout)) == 2


def test_the_name_embedded_is_the_corpus_of_statecode(tmp_path: Path) -> None:
    done = run_command("views", "--compare", "embedded", "--traces", 5, "--views", "io", "--vocabulary", 0, "--markdown")
    events = sum(len(trace.events) for trace in islice(read(EMBEDDED_CORPUS), 5))
    assert done.returncode == 0 and f"{events:,} events:" in done.stdout
    shown = run_command("show", "embedded", 3, "--view", "code")
    trace = list(islice(read(EMBEDDED_CORPUS, "train"), 4))[3]
    assert shown.stdout.partition("\n\n")[2] == trace.code
    out = tmp_path / "row.html"
    assert run_command("view", "embedded", 3, "--out", out).stdout.startswith(f"{out}: {trace.status.value}, ")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--compare", "nowhere"), "nowhere"),
        (("--views", "snop"), "unknown view 'snop'; known: "),
        (("--traces", "5"), "--traces needs a corpus: add --compare embedded, or --compare FOLDER"),
        (("--tokenizer", "x/y"), "--tokenizer needs a corpus"),
        (("--compare", "CORPUS", "--tokenizer", "./no/folder"), "--tokenizer: no such folder: ./no/folder; pass a folder, or"),
        (("--compare", "CORPUS", "--tokenizer", "x/y"), "--tokenizer: no such folder: x/y; nor is there a copy from"),
        (("--compare", "CORPUS", "--traces", "0"), "--traces 0: must be a positive number"),
        (("--compare", "CORPUS", "--split", "dev"), "unknown split 'dev'"),
        (("--compare", "CORPUS", "--tokenizer", "CORPUS"), "neither tokenizer.json nor"),
    ],
)
def test_errors_name_the_wrong_argument_in_one_line(corpus: Path, arguments: tuple[str, ...], message: str) -> None:
    if "--tokenizer" in arguments:
        pytest.importorskip("tokenizers")
    done = run_command("views", *(str(corpus) if part == "CORPUS" else part for part in arguments))
    assert done.returncode == 2 and message in done.stderr and len(done.stderr.splitlines()) == 1


def test_trace_and_show_print_rows_as_json_lines(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("x = 1\nx += 1\n")
    shown = run_command("trace", tmp_path / "p.py", "--view", "steps")
    assert [json.loads(line)["end"] for line in shown.stdout.splitlines()] == ["x = 1", "x = 2"]
    lines = run_command("show", corpus, 0, "--view", "steps").stdout.partition("\n\n")[2].splitlines()
    assert [json.loads(line) for line in lines] == rows(next(read(corpus, "train")), "steps")


@pytest.mark.one_python
@pytest.mark.parametrize("view", VIEWS)
def test_trace_prints_every_view(tmp_path: Path, view: str) -> None:
    (tmp_path / "p.py").write_text("x = 1\nx = input()\nprint(x)\n")
    (tmp_path / "stdin").write_bytes(b"\xff\n")
    done = run_command("trace", tmp_path / "p.py", "--stdin", tmp_path / "stdin", "--view", view)
    assert done.returncode == 0 and done.stdout, done.stderr
