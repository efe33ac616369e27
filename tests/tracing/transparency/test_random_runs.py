"""Check that tracing does not change random programs about frames, and that the run of many of them can be continued."""

from __future__ import annotations

import json

import pytest

from statecode.tracing.engines import native
from tests.tracing.transparency import random_runs

pytestmark = pytest.mark.skipif(not native.available(), reason=f"no native engine: {native.reason()}")


def test_tracing_does_not_change_random_programs() -> None:
    block = random_runs.run_block(0, 200, seed=1)
    assert block["differing"] == [] and sum(block["verdicts"].values()) == 200 and block["verdicts"]["equal"] > 190
    assert block["statuses"]["ok"] > 100 and block["events"] > 10_000


def test_finished_blocks_are_not_run_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(random_runs, "BLOCK", 4)
    finished = {"verdicts": {"equal": 3, "different": 1}, "statuses": {"ok": 4}, "events": 100, "differing": [{"program": 5, "difference": "stdout"}]}
    (tmp_path / "4.json").write_text(json.dumps(finished))
    total = random_runs.run_blocks(10, seed=2, workers=1, folder=tmp_path)
    assert sum(total["verdicts"].values()) == 10 and total["differing"] == finished["differing"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.json", "4.json", "8.json"]


def test_the_result(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(random_runs, "BLOCKS", tmp_path / "blocks")
    out = tmp_path / "result.json"
    assert random_runs.main(["--programs", "6", "--seed", "3", "--workers", "1", "--out", str(out)]) == 0
    result = json.loads(out.read_text())
    assert (result["programs"], result["numbers"], result["seed"], result["verdicts"]) == (6, [0, 5], 3, {"equal": 6})
    assert result["commit"] and result["machine"] and result["differing"] == 0
