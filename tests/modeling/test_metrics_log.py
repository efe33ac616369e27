"""Test the metrics of runs that were killed and resumed."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.metrics_log import MetricsLog, read_metrics  # noqa: E402
from statecode.modeling.run_folder import read_run  # noqa: E402


def test_metrics_of_a_resumed_run_contain_each_step_once(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path)
    log.discard_after(0, fresh=True)
    for step in range(1, 6):
        log.write({"kind": "train", "step": step, "loss": float("nan") if step == 2 else step / 3})
    with log.path.open("a") as out:
        out.write('{"kind": "train", "st')  # killed while writing
    assert [record["step"] for record in read_metrics(tmp_path)] == [1, 2, 3, 4, 5]
    log.discard_after(3)
    log.write({"kind": "train", "step": 4, "loss": 0.0})
    assert [(record["step"], record["loss"]) for record in read_metrics(tmp_path)] == [(1, 1 / 3), (2, None), (3, 1.0),
                                                                                       (4, 0.0)]
    log.discard_after(0, fresh=True)
    assert read_metrics(tmp_path) == []
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{oops\n{"st')
    with pytest.raises(ConfigError, match="metrics.jsonl:2: invalid JSON"):
        read_metrics(tmp_path)
    (tmp_path / "run.json").write_text('{\n"settings": }')
    with pytest.raises(ConfigError, match="run.json:2: invalid JSON"):
        read_run(tmp_path)
