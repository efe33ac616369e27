"""Test the names of corpora that commands accept."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from statecode.corpus.reader import read
from statecode.dataset.source import EMBEDDED_CORPUS
from tests.support.corpus_samples import run_command


def test_the_name_embedded_is_the_corpus_of_statecode(tmp_path: Path) -> None:
    done = run_command("views", "--compare", "embedded", "--traces", 5, "--views", "io", "--vocabulary", 0, "--markdown")
    events = sum(len(trace.events) for trace in islice(read(EMBEDDED_CORPUS), 5))
    assert done.returncode == 0 and f"{events:,} events:" in done.stdout
    shown = run_command("show", "embedded", 3, "--view", "code")
    trace = list(islice(read(EMBEDDED_CORPUS, "train"), 4))[3]
    assert shown.stdout.partition("\n\n")[2] == trace.code
    out = tmp_path / "row.html"
    assert run_command("view", "embedded", 3, "--out", out).stdout.startswith(f"{out}: {trace.status.value}, ")
