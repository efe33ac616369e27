"""Test the rows of the tasks of lm-evaluation-harness, and the tasks themselves in an environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from statecode.evaluation.interpreter.cases import name_of_run
from statecode.evaluation.lm_eval_rows import ROWS, TASKS_FOLDER, held_out_traces, make_rows
from statecode.views import render
from tests.support.make_environments import NoEnvironment, make, requirements
from tests.support.paths import ROOT

FOLDER = ROOT / TASKS_FOLDER


def test_the_rows_are_those_of_the_command() -> None:
    rows = [json.loads(line) for line in (FOLDER / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    traces = list(held_out_traces())
    assert rows == list(make_rows(traces))[:ROWS] and len(rows) > 40
    texts = {name_of_run(trace.program_id, trace.input_index): trace for trace in traces}
    for row in rows:
        trace = texts[row["name"]]
        assert render(trace, "compact").startswith(row["trace_prompt"] + row["trace"]) and row["trace"].strip()
        whole = row["output_prompt"] + row["output"]
        assert render(trace, "io").startswith(whole.rstrip("\n")) and "[stdout]" not in row["output"]


@pytest.mark.long
@pytest.mark.torch
@pytest.mark.one_python
def test_the_tasks_run_in_the_harness(tmp_path: Path) -> None:
    """Run both tasks on four rows with a model that has learned the first row alone: one of four is right."""
    pytest.importorskip("torch")
    rows = [json.loads(line) for line in (FOLDER / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    save_model_of([rows[0]["output_prompt"] + rows[0]["output"] + "\n[end] ok\n",
                   rows[0]["trace_prompt"] + rows[0]["trace"] + "\n"], tmp_path / "model")
    python = harness()
    command = [
        str(python), "-m", "lm_eval", "--include_path", str(FOLDER), "--tasks", "statecode_output,statecode_trace",
        "--model", "hf", "--model_args", f"pretrained={tmp_path / 'model'}", "--device", "cpu", "--limit", "4",
        "--batch_size", "2", "--output_path", str(tmp_path / "results"),
    ]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    path, = (tmp_path / "results").rglob("*.json")
    results = json.loads(path.read_text())["results"]
    assert results["statecode_output"]["exact_match,none"] == results["statecode_trace"]["acc,none"] == 1 / 4


def save_model_of(texts: list[str], folder: Path) -> None:
    """Train a small model on texts until each of their tokens is the most likely one, and save it with its tokenizer."""
    import torch

    from statecode.modeling.configs import ModelShape, Objective
    from statecode.modeling.models import build_model
    from statecode.modeling.tokenizers import encode, save_tokenizer, train_tokenizer

    tokenizer = train_tokenizer(texts, 400, Objective.CAUSAL)
    model = build_model(ModelShape(family="gpt2", layers=2, width=64, heads=2, max_seq_len=2048), tokenizer, 0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    documents = [torch.tensor([ids]) for ids in encode(tokenizer, texts)]
    for _ in range(1000):
        wrong = 0
        for ids_1T in documents:
            output = model(input_ids=ids_1T, labels=ids_1T)
            output.loss.backward()
            wrong += int((output.logits[0, 20:-1].argmax(-1) != ids_1T[0, 21:]).sum())  # the first tokens are ambiguous
        if not wrong:
            break
        optimizer.step()
        optimizer.zero_grad()
    assert not wrong
    model.save_pretrained(folder)
    save_tokenizer(tokenizer, folder)


def harness() -> Path:
    """Return the interpreter of an environment with lm-evaluation-harness; skip or fail the test if there is none."""
    torch = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch==")]
    wanted = ["-c", str(ROOT / "constraints.txt"), *torch, "lm-eval[hf]==0.4.13", *requirements("train")]
    try:
        return make("lm-eval", sys.executable, wanted)
    except NoEnvironment as reason:
        if os.environ.get("STATECODE_OFFLINE"):
            pytest.skip(str(reason))
        pytest.fail(f"{reason}; set STATECODE_OFFLINE=1 to skip these tests")
