"""Test `statecode views` in new processes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statecode.corpus.reader import read
from statecode.views import VIEWS, lossless_word, render
from tests.support.corpus_samples import run_command, small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus(tmp_path_factory.mktemp("views") / "corpus")


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


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--compare", "nowhere"), "nowhere"),
        (("--views", "snop"), "unknown view 'snop'; known: "),
        (("--traces", "5"), "--traces needs a corpus: add --compare embedded, or --compare FOLDER"),
        (("--tokenizer", "x/y"), "--tokenizer needs a corpus"),
        (("--compare", "CORPUS", "--tokenizer", "./no/folder"), "--tokenizer: no such folder: ./no/folder; pass a folder, or"),
        (("--compare", "CORPUS", "--tokenizer", "x/y"), "--tokenizer: no such folder: x/y; no copy from"),
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
