"""Test `statecode stats` in new processes, with real files."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.support.corpus_samples import run_command


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


def test_stats_writes_nothing_through_links_of_a_corpus(corpus: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(corpus, tmp_path / "copy", ignore=shutil.ignore_patterns("stats"))
    target = tmp_path / "target"
    target.mkdir()
    (target / "stats.json").write_text("old")
    os.symlink(target, copy / "stats")
    done = run_command("stats", copy)
    message = f"error: {copy}/stats is a link, through which nothing is written or removed; choose another --out"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, message)
    (copy / "stats").unlink()
    (copy / "stats").mkdir()
    os.symlink(target / "stats.json", copy / "stats" / "stats.json")
    done = run_command("stats", copy)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, message.replace("/stats is", "/stats/stats.json is"))
    assert (target / "stats.json").read_text() == "old"
