"""Test fine-tuning on a generation task with runs of the CoNaLa script: resumed runs, and overfitting a few rows."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.torch

torch = pytest.importorskip("torch")

from statecode.entry import exit_code_of  # noqa: E402
from statecode.evaluation.comparison.run_summaries import read_summary  # noqa: E402
from statecode.tasks.conala.data import Example, in_dev, load_conala  # noqa: E402

SCRIPT = ROOT / "train" / "finetune_conala.py"
STEPS, ROWS = 120, 6


def command(folder: Path, data: Path, *more: object) -> list[str]:
    """Return the command line of a run that overfits six rows.

    It keeps the last weights: those with the lowest loss on dev, which has other rows, would not be overfitted.
    """
    fixed = ["--init", "scratch", "--preset", "tiny", "--threads", 1, "--total-steps", STEPS, "--batch-rows", ROWS,
             "--learning-rate", 3e-3, "--evaluate-every", 40, "--save-every", 10, "--final-weights", "last",
             "--max-new-tokens", 48, "--precision", "fp32"]
    return [sys.executable, str(SCRIPT), "--output-dir", str(folder), "--conala", str(data), *map(str, [*fixed, *more])]


def row_of(one: Example, question: int) -> dict[str, Any]:
    return {"question_id": question, "intent": one.intent, "rewritten_intent": None, "snippet": one.snippet}


@pytest.fixture(scope="module")
def data(statecode_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with six real rows in train, two in dev, and the same six in test with other question ids."""
    real = load_conala(statecode_data / "conala")
    chosen = [one for one in real.train if len(one.snippet) < 60][:ROWS]
    folder = tmp_path_factory.mktemp("conala")
    train = [row_of(one, one.question_id) for one in (*chosen, *real.dev[:2])]
    assert not any(in_dev(one.question_id) for one in chosen)
    (folder / "conala-train.json").write_text(json.dumps(train))
    (folder / "conala-test.json").write_text(json.dumps([row_of(one, -1 - place) for place, one in enumerate(chosen)]))
    return folder


@pytest.fixture(scope="module")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "whole"
    done = subprocess.run(command(folder, data), capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    assert "BLEU-4 100.00 (CoNaLa)" in done.stdout and done.stdout.count("\n") == 1
    return folder


def records(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [record for record in map(json.loads, lines) if record["kind"] == kind]


@pytest.mark.one_python
def test_a_few_rows_are_overfitted(finished: Path) -> None:
    result = json.loads((finished / "task.json").read_text())
    scores = result["scores"]
    assert scores["exact_match"] == scores["exact_match_tokens"] == scores["parses"] == 100
    assert scores["bleu_conala"] == pytest.approx(100) and scores["bleu_sacrebleu"] == pytest.approx(100)
    assert result["test"]["loss"] < 0.1 and result["data"]["test_rows"] == ROWS
    predictions = [json.loads(line) for line in (finished / "predictions.jsonl").read_text().splitlines()]
    assert [row["prediction"] for row in predictions] == [row["target"] for row in predictions]
    assert {row["stop"] for row in predictions} == {"end"} and all(row["exact"] for row in predictions)


@pytest.mark.one_python
def test_the_test_loss_is_that_of_an_independent_computation(finished: Path, data: Path) -> None:
    """Compute the loss with transformers alone: one row at a time, without masks, batches or labels of statecode."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, tokenizer = AutoModelForCausalLM.from_pretrained(finished), AutoTokenizer.from_pretrained(finished)
    model.eval()
    nats, last, tokens, size = 0.0, 0.0, 0, 0
    for row in json.loads((data / "conala-test.json").read_text()):
        prompt = [tokenizer.bos_token_id] + tokenizer(f"# {row['intent']}\n")["input_ids"]
        answer = tokenizer(row["snippet"])["input_ids"] + [tokenizer.eos_token_id]
        with torch.no_grad():
            logs = model(torch.tensor([prompt + answer])).logits[0].log_softmax(-1)
        last = -sum(float(logs[len(prompt) - 1 + place, token]) for place, token in enumerate(answer))
        nats += last
        tokens, size = tokens + len(answer), size + len(row["snippet"].encode())
    test = json.loads((finished / "task.json").read_text())["test"]
    assert (test["tokens"], test["text_bytes"]) == (tokens, size)
    assert test["nll_nats"] == pytest.approx(nats, rel=1e-3)
    assert test["bits_per_byte"] == pytest.approx(nats / 0.6931471805599453 / size, rel=1e-3)
    assert test["perplexity_per_byte"] == pytest.approx(2.718281828459045 ** (nats / size), rel=1e-3)
    rows = [json.loads(line) for line in (finished / "predictions.jsonl").read_text().splitlines()]
    assert [row["target_bytes"] for row in rows] == [len(row["target"].encode()) for row in rows]
    assert sum(row["nll_nats"] for row in rows) == pytest.approx(nats, rel=1e-3)
    assert rows[-1]["nll_nats"] == pytest.approx(last, rel=1e-3) and sum(row["tokens"] for row in rows) == tokens


@pytest.mark.one_python
def test_a_killed_run_resumes_with_the_same_losses(finished: Path, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = subprocess.Popen(command(folder, data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while not (folder / "checkpoints" / "step-0000020").is_dir():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and not (folder / "task.json").exists()
    assert records(folder, "train")[-1]["step"] < STEPS
    done = subprocess.run(command(folder, data), capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    for kind in ("train", "evaluation"):
        losses = [(record["step"], record["loss"]) for record in records(folder, kind)]
        assert losses == [(record["step"], record["loss"]) for record in records(finished, kind)]
    before, after = (json.loads((run / "task.json").read_text())["test"] for run in (finished, folder))
    assert before == after


@pytest.mark.one_python
def test_init_from_a_finished_run(finished: Path, data: Path, tmp_path: Path) -> None:
    """Check that --init RUN loads weights and tokenizer: the first dev loss equals the last one of RUN."""
    main = runpy.run_path(str(SCRIPT))["main"]
    flags = ["--init", finished, "--conala", data, "--output-dir", tmp_path / "next", "--total-steps", 1,
             "--threads", 1, "--max-new-tokens", 4, "--precision", "fp32"]
    assert exit_code_of(lambda: main([str(flag) for flag in flags])) == 0
    first = records(tmp_path / "next", "evaluation")[0]
    assert first["loss"] == pytest.approx(records(finished, "evaluation")[-1]["loss"], rel=1e-5)
    one, other = read_summary(finished), read_summary(tmp_path / "next")
    assert one.evaluation_set == other.evaluation_set and other.init == str(finished)


@pytest.mark.one_python
def test_bad_input_is_an_error_of_one_line(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from transformers import BertConfig, BertForMaskedLM

    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertForMaskedLM(BertConfig(vocab_size=400, **shape)).save_pretrained(tmp_path / "bert")
    main = runpy.run_path(str(SCRIPT))["main"]
    capsys.readouterr()
    for arguments, message in (
        (["--init", tmp_path / "bert"], "CoNaLa generation needs a causal one"),
        (["--preset", "bert-tiny"], "CoNaLa generation needs a causal one"),
        (["--init", tmp_path / "nowhere"], "no such folder"),
        (["--preset", "huge"], "unknown preset 'huge'; known: tiny, mini"),
        (["--preset", "tiny", "--init", tmp_path / "bert"], "has its own shape"),
        (["--preset", "tiny", "--conala", tmp_path], "no conala-train.json in it"),
        (["--preset", "tiny", "--tokenizer", tmp_path], "no tokenizer in the folder"),
        (["--beams", 0], "--beams must be positive"),
    ):
        command = ["--output-dir", tmp_path / "run", "--conala", data, *arguments]
        assert exit_code_of(lambda: main([str(part) for part in command])) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ") and message in error and error.strip().count("\n") == 0, error
