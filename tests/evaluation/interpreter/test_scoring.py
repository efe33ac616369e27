"""Test the interpreter evaluation with models whose texts are known, and the script with a small random model."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import statecode
from tests.support.paths import ROOT

pytestmark = pytest.mark.torch

torch = pytest.importorskip("torch")

from statecode.entry import exit_code_of  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.configs import InterpreterConfig  # noqa: E402
from statecode.evaluation.interpreter import report, scoring  # noqa: E402
from statecode.evaluation.interpreter.cases import RunCase, case_of  # noqa: E402
from statecode.evaluation.interpreter.event_comparison import EventMatch  # noqa: E402
from statecode.evaluation.interpreter.written_texts import Task, Written  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer, train_tokenizer  # noqa: E402
from statecode.views import VIEWS, render  # noqa: E402
from tests.support.modeling_samples import family_model, script  # noqa: E402

LOSSLESS = [name for name, view in VIEWS.items() if view.lossless]
PROGRAMS = {
    "loop": "total = 0\nfor i in range(4):\n    total += i * 7\nprint(total)\n",
    "call": "def double(n):\n    return 2 * n\n\nprint(double(4), 'x')\nprint(double(15))\n",
    "error": "values = [3, 1]\nvalues.sort()\nprint(values)\nvalues[5]\n",
    "quiet": "a = 10\nb = a + 5\n",
}
CONFIG = InterpreterConfig(next_events=100)


@pytest.fixture(scope="module")
def cases() -> list[RunCase]:
    return [case_of(replace(statecode.trace(code), program_id=name)) for name, code in PROGRAMS.items()]


@pytest.fixture(scope="module")
def tokenizer(cases: list[RunCase]) -> Any:
    texts = [render(case.trace, view) for case in cases for view in (*LOSSLESS, "io")]
    return train_tokenizer(texts, 400, Objective.CAUSAL)


class Oracle:
    """A model that knows the real texts, and writes them with a change.

    Args:
        change: receives the name of the task and the real text after its prompt; returns the text that is written.
    """

    def __init__(
        self, cases: Sequence[RunCase], view: str, tokenizer: Any, change: Callable[[str, str], str] | None = None,
        context: int | None = None, stop: str = "end",
    ) -> None:
        self.tokenizer, self.context = tokenizer, context
        self._texts = {case.name: render(case.trace, view) for case in cases}
        self._change, self._stop = change or (lambda key, text: text), stop
        self.tasks: list[Task] = []

    def write(self, tasks: Sequence[Task], description: str) -> Mapping[str, Written]:
        """Return the real text after each prompt, changed."""
        self.tasks += tasks
        return {task.key: Written(self._change(task.key, self._real(task)), self._stop) for task in tasks}

    def _real(self, task: Task) -> str:
        text = self._texts[task.key.partition(":")[0]]
        assert text.startswith(task.before)
        return text[len(task.before):]


def evaluated(oracle: Oracle, cases: Sequence[RunCase], view: str) -> tuple[list[Any], list[Any], dict[str, Any]]:
    traces, events = scoring.evaluate_traces(cases, view, oracle, CONFIG, 0)
    return traces, events, report.summary(traces, events)


@pytest.mark.parametrize("view", LOSSLESS)
def test_real_texts_are_right_in_everything(cases: list[RunCase], tokenizer: Any, view: str) -> None:
    traces, events, summary = evaluated(Oracle(cases, view, tokenizer), cases, view)
    assert all(score.exact and score.divergence is None and score.end == "whole" for score in traces)
    assert summary["trace_exact"] == summary["output"] == summary["lines"]["f1"] == summary["identifiers"]["f1"] == 1
    assert summary["next_event"] == {"exact": 1, "control": 1, "state": 1} and summary["next_event_not_written"] == 0
    assert (summary["traces"], summary["fit"], summary["printing"]) == (4, 4, 3)
    assert summary["right_events_before_divergence"] == sum(len(case.trace.events) for case in cases) / 4
    written_events = sum(len(case.trace.events) for case in cases) - (4 if view == "compact" else 0)
    assert summary["next_events"] == written_events  # compact does not write the start of the module


def test_next_event_texts_stop_after_the_event(cases: list[RunCase], tokenizer: Any) -> None:
    """Check that the limits of each task allow the whole event: cut the real text as the limits do."""
    for view in LOSSLESS:
        oracle = Oracle(cases, view, tokenizer)
        scoring.evaluate_traces(cases, view, oracle, CONFIG, 0)
        limits = {task.key: task.prompt for task in oracle.tasks}

        def shorten(key: str, text: str) -> str:
            ids = tokenizer(text)["input_ids"][:limits[key].max_new_tokens]
            lines = limits[key].max_new_lines
            short = str(tokenizer.decode(ids))
            return short if lines is None else "".join(short.splitlines(keepends=True)[:lines])

        summary = evaluated(Oracle(cases, view, tokenizer, shorten, stop="lines"), cases, view)[2]
        assert summary["next_event"] == {"exact": 1, "control": 1, "state": 1}, view


def test_wrong_value_is_a_divergence_at_its_event(cases: list[RunCase], tokenizer: Any) -> None:
    """Write 22 in place of 21 in the loop: the state of one event is wrong, and all others are right."""
    oracle = Oracle(cases, "compact", tokenizer, lambda key, text: text.replace("total=21", "total=22"))
    traces, events, summary = evaluated(oracle, cases, "compact")
    real = cases[0].trace.events
    index = next(number for number, event in enumerate(real) if ("total", "21") in event.changes)
    assert (traces[0].exact, traces[0].output, traces[0].divergence, traces[0].end) == (False, True, index, "whole")
    assert summary["trace_exact"] == 3 / 4 and summary["output"] == 1
    wrong = [score for score in events if not score.match.exact]
    assert {score.index for score in wrong if score.name == "loop#0"} == {index}
    assert all(score.match == EventMatch(control=True, state=False, exact=False) for score in wrong)


def test_wrong_line_is_wrong_control_flow(cases: list[RunCase], tokenizer: Any) -> None:
    oracle = Oracle(cases[:1], "compact", tokenizer, lambda key, text: text.replace("\n4\n", "\n2\n", 1))
    traces, events, _ = evaluated(oracle, cases[:1], "compact")
    assert not traces[0].exact and traces[0].divergence is not None
    wrong = [score.match for score in events if not score.match.exact]
    assert wrong and all(not match.control and match.state for match in wrong)


def test_malformed_and_truncated_texts_are_counted(cases: list[RunCase], tokenizer: Any) -> None:
    half = Oracle(cases, "compact", tokenizer, lambda key, text: text[:len(text) // 2], stop="tokens")
    traces, _, summary = evaluated(half, cases, "compact")
    assert all(score.end == "tokens" and not score.exact for score in traces) and summary["trace_exact"] == 0
    assert all(0 < score.right_events == score.divergence < score.events for score in traces)
    assert summary["lines"]["precision"] == 1 and 0 < summary["lines"]["recall"] < 1
    nonsense = Oracle(cases, "compact", tokenizer, lambda key, text: "\n}{ ")
    traces, events, summary = evaluated(nonsense, cases, "compact")
    assert report.ends(traces) == {"malformed: expected a line number or a mark": 4}
    assert summary["next_event_not_written"] == len(events) and summary["next_event"]["exact"] == 0
    nothing = Oracle(cases, "compact", tokenizer, lambda key, text: "")
    traces, _, summary = evaluated(nothing, cases, "compact")
    assert [score.divergence for score in traces] == [0] * 4 and summary["lines"]["precision"] is None


def test_extra_text_after_the_end_is_malformed(cases: list[RunCase], tokenizer: Any) -> None:
    oracle = Oracle(cases, "frames", tokenizer, lambda key, text: text + "more")
    traces, _, _ = evaluated(oracle, cases, "frames")
    assert all(not score.exact and score.end == "malformed" and score.output for score in traces)


def test_right_text_without_an_end_token_is_not_exact(cases: list[RunCase], tokenizer: Any) -> None:
    traces, _, _ = evaluated(Oracle(cases, "compact", tokenizer, stop="tokens"), cases, "compact")
    assert [score.exact for score in traces] == [False] * 4 and all(score.output for score in traces)


def test_digit_that_changes_the_event_before_is_no_event(cases: list[RunCase], tokenizer: Any) -> None:
    parts = scoring.texts_of(cases[0], "compact")
    text = "".join(parts[:4]) + "7\n" + "".join(parts[4:])
    score = scoring.score_event(cases[0], 3, text, "compact")
    assert not score.written and not score.match.control


def test_traces_longer_than_the_context_count_as_wrong(cases: list[RunCase], tokenizer: Any) -> None:
    lengths = {case.name: len(tokenizer(render(case.trace, "compact"))["input_ids"]) for case in cases}
    context = sorted(lengths.values())[-2] + 2  # all but the longest fit, one of them exactly
    oracle = Oracle(cases, "compact", tokenizer, context=context)
    traces, events, summary = evaluated(oracle, cases, "compact")
    longest = max(lengths, key=lengths.__getitem__)
    assert [score.name for score in traces if not score.fits] == [longest]
    assert summary["trace_exact"] == 3 / 4 and summary["trace_exact_of_fitting"] == 1 and summary["fit"] == 3
    assert longest not in {score.name for score in events} | {task.key for task in oracle.tasks}
    assert report.ends(traces) == {"whole": 3, "not asked": 1}
    assert all(len(task.prompt.ids) < context for task in oracle.tasks)


def test_groups_by_length_and_feature_add_up(cases: list[RunCase], tokenizer: Any) -> None:
    traces, events, _ = evaluated(Oracle(cases, "compact", tokenizer), cases, "compact")
    lengths = report.by_length(traces, events)
    assert sum(group["traces"] for group in lengths.values()) == 4
    assert sum(group["next_events"] for group in lengths.values()) == len(events)
    features = report.by_feature(traces, events)
    assert {name: group["traces"] for name, group in features.items()} == {
        "loops": 1, "lists": 1, "functions": 1, "strings": 1}


def test_view_that_is_not_lossless_is_refused(cases: list[RunCase], tokenizer: Any) -> None:
    with pytest.raises(ConfigError, match="snoop is not lossless"):
        scoring.evaluate_traces(cases, "snoop", Oracle(cases, "snoop", tokenizer), CONFIG, 0)


def test_direct_outputs(cases: list[RunCase], tokenizer: Any) -> None:
    found = scoring.direct_outputs(Oracle(cases, "io", tokenizer), cases)
    assert found == {case.name: case.trace.stdout for case in cases}
    score = scoring.score_outputs(cases, found)
    assert (score.right, score.cases) == (3, 3)
    no_end = Oracle(cases, "io", tokenizer, lambda key, text: text.replace("[end]", "[en"))
    assert scoring.direct_outputs(no_end, cases) == {}
    limited = Oracle(cases, "io", tokenizer)
    scoring.direct_outputs(limited, cases, max_new_tokens=3)
    assert {task.prompt.max_new_tokens for task in limited.tasks} == {3}


@pytest.mark.parametrize("text, expected", [
    ("42\n[end] ok\n", "42\n"), ("[end] ok\n", ""), ("a\n\nb\n[end] exception\n", "a\n\nb\n"), ("42\n", None), ("", None)])
def test_direct_output(text: str, expected: str | None) -> None:
    assert scoring.direct_output(text) == expected


def test_baselines_do_not_run_anything() -> None:
    """Score four outputs: two are equal, one is the input, and one is its first word."""
    codes = {"print(7)": "", "print(3 + 4)": "5 6", "print(input())": "5 6", "print(input()[0])": "5 6", "x = 1": "1"}
    made = [case_of(replace(statecode.trace(code, stdin=stdin), program_id=code)) for code, stdin in codes.items()]
    assert {name: (score.right, score.cases) for name, score in scoring.baselines(made).items()} == {
        "constant: the most frequent output": (2, 4), "copy the input": (1, 4),
        "copy the first word of the input": (1, 4), "copy the last word of the input": (0, 4),
    }


def test_report_has_every_table(cases: list[RunCase], tokenizer: Any) -> None:
    traces, events, _ = evaluated(Oracle(cases, "compact", tokenizer), cases, "compact")
    record = report.as_record(traces, events, scoring.baselines(cases))
    assert json.loads(json.dumps(record)) == record
    text = report.markdown(record, {"model": "oracle"}, Counter(timeout=2))
    assert "4 runs, of which 0 have a trace that does not fit in the context; 2 not used (timeout)." in text
    assert "| the model's trace | 100.0 | 100.0 | 100.0 / 100.0 / 100.0 | 100.0 / 100.0 / 100.0 |" in text
    for title in ("Next event", "By number of events", "By feature"):
        assert f"## {title}" in text
    crux = report.cruxeval_markdown({"outputs": {"copy": {"right": 7, "valid": 9, "rows": 40}}, "inputs": {}})
    assert "| output | copy | 17.5 | 7 | 9 | 40 |" in crux


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> Path:
    """Return a checkpoint folder of a random model with the tokenizer of these tests."""
    folder = tmp_path_factory.mktemp("model")
    model = family_model("llama", max_seq_len=2048)
    model.resize_token_embeddings(len(tokenizer))
    model.save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    return folder


def run_script(*flags: str) -> int:
    return exit_code_of(lambda: script("eval/interpret.py")["main"](list(flags)))


def test_script_writes_results_and_continues(model_folder: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "new" / "result.json"
    flags = ["--model", str(model_folder), "--view", "compact", "--data", "generated:6", "--next-events", "2",
             "--max-new-tokens", "20", "--threads", "1", "--out", str(out)]
    assert run_script(*flags) == 0
    printed = capsys.readouterr().out
    result = json.loads(out.read_text())
    assert out.with_suffix(".md").read_text().strip() == printed.strip()
    assert "## A written trace beside the real one" in printed and "| first difference |" in printed
    assert result["model"]["traces"] == 6 and len(result["cases"]) == 6 and result["settings"]["data"] == "generated:6"
    assert result["output"] == result["model"]["output"] is not None
    assert result["provenance"]["seed"] == 0 and len(result["outputs"]) == 4 and result["model"]["fit"] > 3
    texts = out.with_suffix(".jsonl").read_text()
    lines = texts.splitlines(keepends=True)
    out.with_suffix(".jsonl").write_text("".join(lines[:-3]))  # as if it had been interrupted
    assert run_script(*flags) == 0, capsys.readouterr().err
    assert sorted(out.with_suffix(".jsonl").read_text().splitlines()) == sorted(texts.splitlines())
    again = json.loads(out.read_text())
    assert {**again, "provenance": 0} == {**result, "provenance": 0}
    capsys.readouterr()
    assert run_script(*flags, "--view", "frames") == 2
    assert re.fullmatch(r"error: --out: .* delete it or choose another --out\n", capsys.readouterr().err)


def test_script_on_cruxeval(model_folder: Path, tmp_path: Path, statecode_data: Path, capsys: Any) -> None:
    """Predict by a trace, and directly with two models: a random model is right on nothing."""
    out = tmp_path / "crux.json"
    flags = ["--model", str(model_folder), "--view", "compact", "--data", "cruxeval", "--programs", "2", "--direct",
             "--cruxeval-path", str(statecode_data / "cruxeval"), "--next-events", "0", "--threads", "1",
             "--direct-model", str(model_folder), "--max-new-tokens", "9", "--out", str(out)]
    assert run_script(*flags) == 0
    rates = json.loads(out.read_text())["cruxeval"]
    assert {name: rate["right"] for name, rate in rates["outputs"].items() if "copy" not in name} == {
        "constant: the most frequent output": 1, f"{model_folder}, by its trace": 0, f"{model_folder}, without a trace": 0,
        f"{model_folder}, from two examples": 0,
    }
    assert set(rates["inputs"]) == {"constant: the most frequent input", "copy the output",
                                    f"{model_folder}, from two examples"}
    assert "## CRUXEval, checked by runs" in capsys.readouterr().out


def test_script_on_one_program(model_folder: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("print(int(input()) + 1)\n")
    (tmp_path / "input.txt").write_text("41\n")
    out = tmp_path / "one.json"
    assert run_script("--model", str(model_folder), "--view", "io", "--data", str(program), "--stdin",
                      str(tmp_path / "input.txt"), "--threads", "1", "--out", str(out)) == 0
    result = json.loads(out.read_text())
    assert result["model"] is None and result["output"] == 0
    assert result["outputs"][f"{model_folder}, without a trace"] == {"right": 0, "cases": 1}


@pytest.mark.parametrize("flags, message", [
    (["--view", "snoop"], "the view snoop is not lossless: a trace cannot be read from its texts; those that are: compact"),
    (["--view", "steps"], "the view steps is not lossless"),
    (["--view", "other"], "unknown view 'other'"),
    ([], "the view snoop is not lossless"),
    (["--view", "compact", "--data", "nothing"], "nothing"),
    (["--view", "compact", "--data", "missing.py"], "missing.py: cannot be read"),
    (["--view", "compact", "--data", "x.jsonl", "--direct"], "--direct needs --data cruxeval"),
    (["--view", "compact", "--stdin", "x"], "--stdin is the input of --data PROGRAM.py"),
    (["--view", "compact", "--data", "generated:3", "--corpus", "x"], "--corpus is the corpus of --data held-out"),
    (["--view", "compact", "--programs", "0"], "--programs must be positive"),
    (["--view", "compact", "--next-events", "-1"], "--next-events must not be negative"),
    (["--view", "compact", "--corpus", "missing"], "missing"),
    (["--view", "compact", "--data", "cruxeval", "--cruxeval-path", "missing"], "missing: no such file or folder"),
    (["--view", "compact", "--model", "missing"], "missing"),
])
def test_mistakes_are_one_line(
    flags: list[str], message: str, model_folder: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_script("--model", str(model_folder), "--out", "out.json", *flags) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1 and error.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


def test_help_needs_no_torch() -> None:
    code = "import runpy, sys; sys.argv = ['interpret.py', '--help']\ntry: runpy.run_path('eval/interpret.py', " \
           "run_name='__main__')\nexcept SystemExit: pass\nassert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "PROGRAM.py" in done.stdout, done.stderr
