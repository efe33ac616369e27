"""Test the page of findings: its numbers by hand, and what it says of differences."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.cli import main  # noqa: E402
from statecode.evaluation.intervals import Interval  # noqa: E402
from statecode.experiments.config import Measure, read_experiment  # noqa: E402
from statecode.experiments.findings_page import conclusion  # noqa: E402
from statecode.experiments.plan import plan  # noqa: E402
from statecode.experiments.results import result_path  # noqa: E402

EXPERIMENT = """
question: Does it help?
equal: the steps
seeds: [0, 1, 2]
reference: without
steps: {model: 'python train.py {how} {seed} {out}'}
arms: {without: {how: a}, with: {how: b}, other: {how: c}, missing: {how: d}}
measures:
  - {name: loss, step: model, file: r.json, key: loss, better: lower}
  - {name: right, step: model, file: r.json, key: right, better: higher}
note: Two of the arms are small.
"""
LOSSES = {"without": (3.0, 3.1, 3.2), "with": (2.0, 2.1, 2.2), "other": (3.1, 2.9, 3.3)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an experiment and the results of three of its arms."""
    monkeypatch.chdir(tmp_path)
    Path("experiments/results/help").mkdir(parents=True)
    Path("experiments/help.yaml").write_text(EXPERIMENT)
    for cell in plan(read_experiment(Path("experiments/help.yaml"))):
        if cell.arm in LOSSES:
            result_path(Path("experiments/results/help"), cell).write_text(json.dumps({
                "id": cell.id, "command_id": cell.command_id, "machine": "two cores",
                "measures": {"loss": LOSSES[cell.arm][cell.seed], "right": 10 * cell.seed},
                "steps": [{"name": "model", "command": f"{cell.arm} {cell.seed}", "seconds": 600, "commit": "abc"}],
            }))
    return tmp_path


def page() -> str:
    assert main(["findings"]) == 0
    return Path("docs/findings.md").read_text()


def test_the_numbers_of_the_page(folder: Path) -> None:
    """The deviation of the losses is 0.1, so that the margin is 4.303 / sqrt(3) of it."""
    text = page()
    assert "## Does it help?" in text and "Equal in all arms: the steps." in text and "Two of the arms are small." in text
    assert "| with | 3 | 2.100 ± 0.248 | 10.000 ± 24.841 |" in text
    assert "| missing | 0 | not run | not run |" in text
    assert "| with | loss | -1.000 ± 0.000 | better |" in text
    assert "| other | loss | 0.000 ± 0.430 | too small to conclude |" in text
    assert "`statecode experiment experiments/help.yaml`: 1.5 hours of steps; two cores; commit abc." in text
    assert "9 of 12 arms and seeds are measured so far" in text


def test_the_plot_has_the_same_bytes_each_time(folder: Path) -> None:
    page()
    first = Path("docs/findings/help.svg").read_bytes()
    page()
    assert Path("docs/findings/help.svg").read_bytes() == first
    assert ElementTree.fromstring(first).tag.endswith("svg")


def test_results_of_other_commands_are_left_out(folder: Path) -> None:
    path = Path("experiments/help.yaml")
    path.write_text(EXPERIMENT.replace("{how: b}", "{how: e}"))
    assert "| with | 0 | not run | not run |" in page()


def test_an_experiment_without_results(folder: Path) -> None:
    Path("experiments/new.yaml").write_text(EXPERIMENT)
    assert "`statecode experiment experiments/new.yaml`: not run yet." in page()
    assert not Path("docs/findings/new.svg").exists()


def test_a_damaged_result(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("experiments/results/help/with-1.json").write_text("{")
    assert main(["findings"]) == 2
    assert "with-1.json: not a readable result" in capsys.readouterr().err


def test_a_folder_without_experiments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", "--experiments", str(tmp_path)]) == 2
    assert "contains no .yaml file" in capsys.readouterr().err


@pytest.mark.parametrize("mean, margin, better, expected", [
    (-1.0, 0.5, "lower", "better"), (1.0, 0.5, "lower", "worse"), (1.0, 0.5, "higher", "better"),
    (-1.0, 0.5, "higher", "worse"), (0.4, 0.5, "higher", "too small to conclude"), (4.0, None, "higher", "one seed: nothing"),
])
def test_conclusions(mean: float, margin: float | None, better: str, expected: str) -> None:
    measure = Measure(name="m", step="s", file="f", key="k", better=better)
    assert conclusion(Interval(mean=mean, margin=margin, count=3), measure) == expected
