"""Test experiments with commands that run in milliseconds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from statecode.cli import main
from statecode.errors import StatecodeError
from statecode.experiments.config import Measure, read_experiment
from statecode.experiments.plan import plan
from statecode.experiments.results import read_value
from tests.support.paths import ROOT

TRAIN = "import sys, json, pathlib; out = pathlib.Path(sys.argv[1]); out.mkdir(exist_ok=True); " \
        "n = out / 'calls'; n.write_text(n.read_text() + 'x' if n.exists() else 'x'); "
EXPERIMENT = f'''
question: Does more help?
equal: everything but the amount
seeds: [0, 1, 2]
reference: little
steps:
  data: python -c "{TRAIN}" {{out}}
  model: >-
    python -c "{TRAIN}(out / 'r.json').write_text(json.dumps(dict(a=[dict(loss=float(sys.argv[2]) - float(sys.argv[3]) / 10)])))"
    {{out}} {{amount}} {{seed}} {{data}}
  unused: python -c "raise SystemExit(1)"
arms:
  little: {{amount: 5}}
  much: {{amount: 3}}
  same: {{amount: 5}}
measures:
  - {{name: loss, step: model, file: r.json, key: a.0.loss, better: lower}}
  - {{name: percent, step: model, file: r.json, key: a.0.loss, better: higher, factor: 100}}
'''


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "experiments").mkdir()
    path = tmp_path / "experiments" / "amount.yaml"
    path.write_text(EXPERIMENT)
    return path


def results(file: Path) -> dict[str, dict[str, float]]:
    """Return the measures of each result, by the name of its file."""
    folder = file.parent / "results" / file.stem
    return {path.stem: json.loads(path.read_text())["measures"] for path in folder.glob("*.json")}


def calls() -> dict[str, int]:
    """Return how often each step was called, by the name of its folder."""
    return {path.parent.name: len(path.read_text()) for path in Path("runs/experiments").glob("*/calls")}


def test_steps_run_once_and_arms_share_them(file: Path) -> None:
    assert main(["experiment", str(file)]) == 0
    found = results(file)
    assert len(found) == 9 and found["much-1"] == {"loss": pytest.approx(2.9), "percent": pytest.approx(290)}
    names = sorted(name.rpartition("-")[0] for name in calls())
    assert names == ["data", *["model"] * 6]  # two different amounts with three seeds; `unused` did not run
    assert main(["experiment", str(file)]) == 0
    assert set(calls().values()) == {1}


def test_results_are_enough_without_the_folders_of_the_steps(file: Path) -> None:
    main(["experiment", str(file), "--arms", "much"])
    subprocess.run(["rm", "-r", "runs"], check=True)
    assert main(["experiment", str(file), "--arms", "much"]) == 0
    assert not calls()


def test_a_changed_arm_runs_again_alone(file: Path) -> None:
    main(["experiment", str(file)])
    file.write_text(EXPERIMENT.replace("much: {amount: 3}", "much: {amount: 2}"))
    main(["experiment", str(file), "--jobs", "3"])
    assert results(file)["much-0"]["loss"] == 2
    assert sum(calls().values()) == 10


def test_a_changed_data_file_is_another_step(file: Path) -> None:
    Path("words.txt").write_text("a")
    file.write_text(EXPERIMENT.replace("{seed} {data}", "{seed} {data} words.txt"))
    before = plan(read_experiment(file))[0]
    Path("words.txt").write_text("b")
    after = plan(read_experiment(file))[0]
    assert before.id != after.id and before.command_id == after.command_id


@pytest.mark.parametrize("stop, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_an_interrupted_experiment_goes_on(file: Path, stop: signal.Signals, code: int) -> None:
    file.write_text(EXPERIMENT.replace("(out / 'r.json')", "import time; time.sleep(0.4); (out / 'r.json')"))
    command = [sys.executable, "-m", "statecode", "experiment", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: any(name.startswith("model") for name in calls()))
        finally:
            process.send_signal(stop)
        _, text = process.communicate(timeout=60)
    assert process.returncode == code, text
    wait_until(lambda: not holds_lock(Path("runs/experiments/.lock")))
    done = len(list(Path("runs/experiments").glob("*.json")))
    assert done < 7
    assert subprocess.run(command, timeout=60).returncode == 0
    assert len(results(file)) == 9
    assert [count for name, count in calls().items() if name.startswith("data")] == [1]


def test_two_commands_in_one_folder(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("runs/experiments").mkdir(parents=True)
    holder = subprocess.Popen(["flock", "runs/experiments/.lock", "sleep", "30"])
    try:
        wait_until(lambda: holds_lock(Path("runs/experiments/.lock")))
        assert main(["experiment", str(file)]) == 2
        assert "steps run there already" in capsys.readouterr().err
    finally:
        holder.kill()
        holder.wait()


def test_a_step_that_fails(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The steps of other arms are kept, and the error names the log."""
    file.write_text(EXPERIMENT.replace("much: {amount: 3}", "much: {amount: many}"))
    assert main(["experiment", str(file)]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: model failed with exit code 1: ValueError: could not convert string to float: 'many'; see runs/")
    assert "little-0" in results(file) and "much-0" not in results(file)


def test_a_measure_that_is_missing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(EXPERIMENT.replace("key: a.0.loss, better: lower", "key: a.1.loss, better: lower"))
    assert main(["experiment", str(file)]) == 1
    assert "r.json: a.1.loss: the file has no 1 there; there are 0\n" in capsys.readouterr().err


@pytest.mark.parametrize("command, message", [
    ("nothing-of-this-name", "model: nothing-of-this-name cannot be run"),
    ("python -c pass", "r.json: loss: cannot be read"),
])
def test_the_step_beside_an_error_ends(
    file: Path, command: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The good arm is started first, and is running when the other one has its error."""
    script = "import pathlib, sys, time; time.sleep(1); pathlib.Path(sys.argv[1], 'r.json').write_text('{1}')"
    Path("write.py").write_text(script.replace("{1}", json.dumps({"loss": 1})))
    file.write_text(f"""
question: Does an error stop others?
equal: nothing
seeds: [0]
steps: {{model: '{{command}} {{out}}'}}
arms: {{good: {{command: python write.py}}, wrong: {{command: {command}}}}}
measures: [{{name: loss, step: model, file: r.json, key: loss, better: lower}}]
""")
    assert main(["experiment", str(file), "--jobs", "2"]) in (1, 2)
    assert message in capsys.readouterr().err
    assert results(file) == {"good-0": {"loss": 1}}


def test_the_list_runs_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", str(file), "--list", "--seeds", "1", "--arms", "much"]) == 0
    text = capsys.readouterr().out
    assert "much, seed 1: open" in text and text.count("(open)") == 2 and not Path("runs").exists()


@pytest.mark.parametrize("old, new, message", [
    ("question: Does more help?", "", "the key question is missing"),
    ("seeds: [0, 1, 2]", "seeds: [0, 0]", "a seed is listed twice"),
    ("seeds: [0, 1, 2]", "seeds: 3", "expected a list of integers"),
    ("seeds: [0, 1, 2]", "seed: [1]", "unknown key seed"),
    ("reference: little", "reference: none", "none is no arm"),
    ("{amount} {seed}", "{amounts} {seed}", "{amounts}, which model needs, is no step and no variable of the arm little"),
    ("much: {amount: 3}", "much: {amount: 3, data: 1}", "data is also the name of a step"),
    ("much: {amount: 3}", "much: {amount: 3, seed: 1}", "each name has one meaning"),
    ("much: {amount: 3}", "much: {amount: '{amount}'}", "contain each other"),
    ("much: {amount: 3}", "much: {amount: '{model}'}", "needs itself"),
    ("much: {amount: 3}", "much: [1]", "expected names with values"),
    ("step: model, file: r.json, key: a.0.loss, better: lower", "step: x, file: r.json, key: a, better: lower", "no step x"),
    ("better: lower", "better: small", "better is lower or higher"),
    ("factor: 100", "factor: much", "factor is a number"),
    ("name: percent", "name: loss", "two have the same name"),
    ("file: r.json, key: a.0.loss, better: lower", "file: ../r.json, key: a, better: lower", "lies in the folder"),
    ("{amount} {seed}", '{amount} "{seed}', "No closing quotation"),
    ("question: Does more help?", "question: [", "amount.yaml:4: not a readable experiment: expected"),
])
def test_a_file_that_is_not_valid(
    file: Path, old: str, new: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in EXPERIMENT
    file.write_text(EXPERIMENT.replace(old, new))
    assert main(["experiment", str(file), "--list"]) == 2
    error = capsys.readouterr().err
    assert message in error and "amount" in error and error.count("\n") == 1


@pytest.mark.parametrize("path", sorted((ROOT / "experiments").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_experiments_of_the_project_are_valid(path: Path) -> None:
    assert plan(read_experiment(path))


@pytest.mark.parametrize("flags, message", [
    (["--arms", "none"], "--arms: none is not in amount; it has little, much, same"),
    (["--seeds", "7"], "--seeds: 7 is not in amount; it has 0, 1, 2"),
    (["--jobs", "0"], "--jobs: expected a number from 1"),
])
def test_flags_that_are_not_valid(
    file: Path, flags: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experiment", str(file), *flags]) == 2
    assert message in capsys.readouterr().err


def test_a_key_names_an_entry_of_a_list_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"by_kind": [{"kind": "source", "loss": 2}, {"kind": "end", "loss": 3}]}')
    for key in ("by_kind.end.loss", "by_kind.1.loss"):
        assert measured(tmp_path, key) == 3
    with pytest.raises(StatecodeError, match="has no other there; there are source, end, 0, 1$"):
        measured(tmp_path, "by_kind.other.loss")
    with pytest.raises(StatecodeError, match="has no more there$"):
        measured(tmp_path, "by_kind.end.loss.more")


def test_a_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "nothing.yaml"]) == 2
    assert "nothing.yaml: No such file or directory; expected the YAML file of an experiment" in capsys.readouterr().err


def measured(folder: Path, key: str) -> float:
    return read_value(folder, Measure(name="loss", step="s", file="r.json", key=key, better="lower"))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait at most a minute."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("the condition did not become true in a minute")


def holds_lock(path: Path) -> bool:
    """Return True if a process holds the lock of a file."""
    return subprocess.run(["flock", "-n", str(path), "true"], env=os.environ).returncode != 0
