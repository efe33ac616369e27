"""Test train/pretrain.py and train/tokenizer.py: complete, killed and interrupted runs. See also test_several_processes."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer  # noqa: E402

from statecode.corpus.reader import read  # noqa: E402
from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.evaluation.comparison.groups import group_runs  # noqa: E402
from statecode.evaluation.comparison.run_summaries import read_summary  # noqa: E402
from statecode.modeling import compiling, figures, forward, tokenizers, trainer  # noqa: E402
from statecode.modeling.checkpoints import CheckpointFolder  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.metrics_log import read_metrics  # noqa: E402
from statecode.modeling.run_folder import read_run  # noqa: E402
from statecode.modeling.texts import fingerprint  # noqa: E402
from statecode.modeling.token_files import open_token_files  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from statecode.modeling.tokenizers import decode, encode, train_tokenizer  # noqa: E402
from statecode.views import VIEWS, render  # noqa: E402
from tests.support import dataset_project, training_ranks  # noqa: E402
from tests.support.corpus_samples import generated_splits  # noqa: E402
from tests.support.modeling_samples import (  # noqa: E402
    ROOT,
    sample_texts,
    script,
    small_model,
    tokenizer_for,
    write_corpus,
)
from tests.support.ranks import Ranks  # noqa: E402

STEPS = 60
SMALL = [
    "--layers", "2", "--width", "32", "--heads", "2", "--max-seq-len", "48", "--vocab-size", "320", "--digits", "merged",
    "--dropout", "0.1", "--batch-rows", "4", "--micro-batch-rows", "2", "--total-steps", str(STEPS),
    "--evaluate-every", "25", "--save-every", "8", "--learning-rate", "3e-3", "--threads", "1", "--precision", "fp32",
]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_corpus(tmp_path_factory.mktemp("texts") / "corpus"))


@pytest.fixture(scope="module")
def pretrain():
    """Return the main function of the script, to call it in this process; it measures the peak for a short time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "PRODUCT_S", 0.02)
        yield script("train/pretrain.py")["main"]


@pytest.fixture(scope="module")
def whole_run(corpus: str, pretrain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a training without interruption and return its folder."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    pretrain(["--preset", "tiny", "--corpus", corpus, "--output-dir", str(folder), *SMALL])
    return folder


def command(corpus: str, folder: Path, *flags: str, preset: str = "tiny") -> list[str]:
    return ["train/pretrain.py", "--preset", preset, "--corpus", corpus, "--output-dir", str(folder), *SMALL, *flags]


def start(arguments: list[str]) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def evaluated_view(run: Path, corpus: Path, flags: list[str]) -> str:
    """Return the view of the texts on which eval/perplexity.py evaluates a run."""
    script("eval/perplexity.py")["main"]([
        str(run), "--corpus", str(corpus), "--split", "train", "--documents", "1", "--threads", "1", "--out",
        str(run / "perplexity.json"), *flags])
    return json.loads((run / "perplexity.json").read_text())["config"]


def wait_for_step(folder: Path, step: int, process: subprocess.Popen) -> None:
    """Wait until the process has logged the step."""
    deadline = time.monotonic() + 240
    while not any(record["step"] >= step for record in read_metrics(folder)):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.005)


def losses(folder: Path, kind: str) -> list[tuple[int, float]]:
    return [(record["step"], record["loss"]) for record in read_metrics(folder) if record["kind"] == kind]


def assert_same_weights(one: Path, other: Path) -> None:
    first, second = (AutoModelForCausalLM.from_pretrained(folder).state_dict() for folder in (one, other))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_run_lowers_the_loss_and_saves_a_model_that_transformers_loads(whole_run: Path) -> None:
    assert [step for step, _ in losses(whole_run, "train")] == list(range(1, STEPS + 1))
    assert [step for step, _ in losses(whole_run, "evaluation")] == [0, 25, 50, 60]
    assert losses(whole_run, "evaluation")[-1][1] < 0.7 * losses(whole_run, "evaluation")[0][1]
    tokenizer, model = AutoTokenizer.from_pretrained(whole_run), AutoModelForCausalLM.from_pretrained(whole_run)
    text = sample_texts(1)[0] + "<|endoftext|> é"
    assert decode(tokenizer, encode(tokenizer, [text])[0]) == text
    assert model.config.vocab_size == len(tokenizer) == 320 and model.config.n_positions == 48
    run = read_run(whole_run)
    assert run["settings"]["loop"]["seed"] == run["provenance"]["seed"] == 0
    assert run["data"]["train"]["documents"] == 60 and run["parameters"] == sum(p.numel() for p in model.parameters())


def test_an_evaluation_has_the_bytes_of_the_validation_texts(whole_run: Path) -> None:
    size = sum(len(text.encode()) for text in sample_texts(12, first=60))
    for record in (record for record in read_metrics(whole_run) if record["kind"] == "evaluation"):
        assert record["text_bytes"] == size and record["nll_nats"] == pytest.approx(record["loss"] * record["tokens"])
        assert record["bits_per_byte"] == pytest.approx(record["nll_nats"] / math.log(2) / size)


def test_each_step_has_the_memory_and_the_time_that_is_left(whole_run: Path) -> None:
    steps = [record for record in read_metrics(whole_run) if record["kind"] == "train"]
    assert all(record["peak_memory_bytes"] > 10_000_000 and record["left_s"] >= 0 for record in steps)
    assert steps[-1]["left_s"] == 0 < steps[5]["left_s"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a corpus of runs."""
    return str(generated_splits(tmp_path_factory.mktemp("runs_of_programs") / "corpus"))


def test_bits_per_byte_are_those_of_the_scored_tokens(runs: str, pretrain, tmp_path: Path) -> None:
    """Train on windows of documents that are cut, with a loss on the trace alone, and with a sample of all sequences."""
    flags = ["--config", "compact", "--loss-on", "trace", "--long-documents", "windows", "--document-tokens", "100",
             "--total-steps", "1"]
    pretrain(command(runs, tmp_path / "run", *flags)[1:])
    pretrain(command(runs, tmp_path / "sample", *flags, "--evaluate-rows", "3")[1:])
    found = open_token_files(tmp_path / "run" / "tokens" / "validation")
    tokenizer, size, tokens = AutoTokenizer.from_pretrained(tmp_path / "run"), 0, 0
    for number in range(len(found)):
        marked = found.scored.marked(number, 0, len(found[number]) + 1)
        size += sum(len(decode(tokenizer, [token]).encode()) for token in found[number][marked[:-1]])  # ASCII
        tokens += int(marked.sum())
    record, sample = ([record for record in read_metrics(tmp_path / name) if record["kind"] == "evaluation"][-1]
                      for name in ("run", "sample"))
    assert (record["tokens"], record["text_bytes"]) == (tokens, size)
    assert 0 < sample["text_bytes"] < size and 0 < sample["tokens"] < tokens
    assert record["bits_per_byte"] == pytest.approx(record["loss"] * tokens / math.log(2) / size)


def test_bert_masks_whole_values_also_after_a_resume(runs: str, pretrain, tmp_path: Path, monkeypatch) -> None:
    flags = ["--config", "compact", "--mask-unit", "value", "--dropout", "0", "--total-steps", "12", "--save-every", "5"]
    pretrain(command(runs, tmp_path / "whole", *flags, preset="bert-tiny")[1:])
    after_steps = trainer.Trainer.after_steps

    def killed(self, metrics) -> None:
        after_steps(self, metrics)
        if metrics.step == 7:
            raise SystemExit

    with monkeypatch.context() as killing, pytest.raises(SystemExit):
        killing.setattr(trainer.Trainer, "after_steps", killed)
        pretrain(command(runs, tmp_path / "killed", *flags, preset="bert-tiny")[1:])
    pretrain(command(runs, tmp_path / "killed", *flags, preset="bert-tiny")[1:])
    pretrain(command(runs, tmp_path / "token", *flags, "--mask-unit", "token", preset="bert-tiny")[1:])
    for kind in ("train", "evaluation"):
        assert losses(tmp_path / "killed", kind) == losses(tmp_path / "whole", kind) != losses(tmp_path / "token", kind)
    assert read_run(tmp_path / "whole")["settings"]["data"]["mask_unit"] == "value"
    assert read_metrics(tmp_path / "whole")[0]["bits_per_byte"] is None
    with pytest.raises(ConfigError, match="--mask-unit value against token"):
        group_runs([read_summary(tmp_path / "whole"), read_summary(tmp_path / "token")])
    with pytest.raises(ConfigError, match="other settings: mask_unit was value, is token"):
        pretrain(command(runs, tmp_path / "whole", *flags, "--mask-unit", "token", preset="bert-tiny")[1:])
    with pytest.raises(ConfigError, match="^--mask-unit value: only for masked models; tiny predicts the next token$"):
        pretrain(command(runs, tmp_path / "causal", *flags)[1:])


def test_the_saved_model_has_the_logged_loss(whole_run: Path, corpus: str, tmp_path: Path) -> None:
    script("eval/perplexity.py")["main"]([
        str(whole_run), "--corpus", corpus, "--split", "validation", "--stride-tokens", "48", "--threads", "1",
        "--out", str(tmp_path / "result.json")])
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["loss"] == pytest.approx(min(loss for _, loss in losses(whole_run, "evaluation")), rel=1e-5)


def test_a_tokenizer_has_one_hash(whole_run: Path, corpus: str, tmp_path: Path) -> None:
    """Find the same hash in run.json, in the summary for comparisons, and in the result of eval/perplexity.py."""
    script("eval/perplexity.py")["main"]([
        str(whole_run), "--corpus", corpus, "--split", "test", "--threads", "1", "--out", str(tmp_path / "result.json")])
    measured = json.loads((tmp_path / "result.json").read_text())["tokenizer_sha256"]
    assert read_summary(whole_run).evaluation_set.tokenizer_sha256 == measured
    assert read_run(whole_run)["data"]["train"]["tokenizer_sha256"] == measured


@pytest.mark.parametrize("view", ["compact", "frames"])
def test_a_run_trains_on_the_view_that_config_names(view: str, pretrain, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    made = dataset_project.make_corpus(tmp_path / "corpus")
    pretrain(command(str(made), tmp_path / "run", "--config", view, "--total-steps", "20")[1:])
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "run")
    text = render(next(read(made, "train")), view)
    assert decode(tokenizer, encode(tokenizer, [text])[0]) == text
    first, *_, last = losses(tmp_path / "run", "evaluation")
    assert last[1] < first[1] - 0.3
    stored = json.loads((tmp_path / "run" / "checkpoints" / "step-0000020" / "state.json").read_text())["settings"]
    assert (stored["source"]["config"], stored["view_version"]) == (view, VIEWS[view].version)
    assert evaluated_view(tmp_path / "run", made, []) == view and "note:" not in capsys.readouterr().err
    assert evaluated_view(tmp_path / "run", made, ["--config", "code"]) == "code"
    assert capsys.readouterr().err.startswith(f"note: {tmp_path / 'run'} was trained on the view {view} and is evaluated on")
    monkeypatch.setattr("statecode.modeling.texts.VIEWS", {view: dataclasses.replace(VIEWS[view], version=9)})
    with pytest.raises(ConfigError, match="other settings: view_version was ., is 9; choose another --output-dir"):
        pretrain(command(str(made), tmp_path / "run", "--config", view, "--total-steps", "20")[1:])


def test_a_repeated_command_reports_that_the_run_is_finished(whole_run: Path, corpus: str, pretrain, capsys) -> None:
    before = (whole_run / "metrics.jsonl").read_bytes()
    pretrain(command(corpus, whole_run)[1:])
    assert "is finished; --resume restart trains it again" in capsys.readouterr().err
    assert (whole_run / "metrics.jsonl").read_bytes() == before


def test_a_resumed_run_reads_no_texts(whole_run: Path, corpus: str, pretrain, tmp_path: Path, monkeypatch) -> None:
    shutil.copytree(whole_run, tmp_path / "run")
    (tmp_path / "run" / "result.json").unlink()
    shutil.rmtree(tmp_path / "run" / "checkpoints" / f"step-{STEPS:07d}")
    monkeypatch.setattr("statecode.modeling.token_sources.tokenised_texts.load_texts", None)
    monkeypatch.setattr("statecode.modeling.token_sources.tokenised_texts.fingerprint", None)
    pretrain(command(corpus, tmp_path / "run")[1:])
    assert losses(tmp_path / "run", "train") == losses(whole_run, "train")
    assert_same_weights(tmp_path / "run", whole_run)


def test_a_run_trains_on_the_tokens_of_another_run(whole_run: Path, pretrain, tmp_path: Path) -> None:
    pretrain(command(str(whole_run), tmp_path / "run", "--document-tokens", "1024")[1:])
    assert losses(tmp_path / "run", "evaluation") == losses(whole_run, "evaluation")
    evaluations = [[record["bits_per_byte"] for record in read_metrics(folder) if record["kind"] == "evaluation"]
                   for folder in (tmp_path / "run", whole_run)]
    assert evaluations[0] == evaluations[1]
    assert read_summary(tmp_path / "run").evaluation_set == read_summary(whole_run).evaluation_set
    assert read_summary(tmp_path / "run").corpus == str(whole_run)  # not the view of --config, which was not read
    assert not (tmp_path / "run" / "tokens").exists()


def test_other_settings_in_the_same_folder_are_refused(whole_run: Path, corpus: str, pretrain) -> None:
    with pytest.raises(ConfigError, match="other settings: seed was 0, is 1; choose another --output-dir"):
        pretrain(command(corpus, whole_run, "--seed", "1")[1:])


@pytest.mark.one_python
def test_a_killed_run_resumes_with_the_same_losses(whole_run: Path, corpus: str, pretrain, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = start(command(corpus, folder))
    wait_for_step(folder, 13, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (folder / "result.json").exists() and 13 <= len(losses(folder, "train")) < STEPS
    pretrain(command(corpus, folder)[1:])
    assert losses(folder, "train") == losses(whole_run, "train")
    assert losses(folder, "evaluation") == losses(whole_run, "evaluation")
    assert_same_weights(folder, whole_run)


@pytest.mark.one_python
def test_ctrl_c_saves_a_checkpoint_from_which_the_run_resumes(whole_run: Path, corpus: str, pretrain, tmp_path: Path) -> None:
    folder = tmp_path / "interrupted"
    process = start(command(corpus, folder, "--save-every", "1000"))
    wait_for_step(folder, 5, process)
    process.send_signal(signal.SIGINT)
    output = process.communicate()[0]
    assert process.returncode == 130 and "interrupted; what was finished is kept" in output
    assert "with a checkpoint; the same command resumes the run" in output
    assert "Traceback" not in output
    last = len(losses(folder, "train"))
    assert (folder / "checkpoints" / f"step-{last:07d}").is_dir()
    pretrain(command(corpus, folder)[1:])
    assert losses(folder, "train") == losses(whole_run, "train")


@pytest.mark.one_python
@pytest.mark.parametrize("preset, flags", [
    ("tiny", ["--optimizer", "adamw"]), ("tiny", ["--optimizer", "muon"]),
    ("tiny", ["--optimizer", "adamw", "--family", "llama", "--checkpoint-activations"]),
    ("tiny", ["--optimizer", "muon", "--family", "llama", "--schedule", "wsd"]),
    ("bert-tiny", ["--optimizer", "muon"]), ("bert-tiny", ["--precision", "bf16"]),
])
def test_a_run_of_each_kind_that_is_killed_in_any_step_resumes_with_the_same_losses(
    ranks: Ranks, corpus: str, tmp_path: Path, preset: str, flags: list[str]
) -> None:
    """Kill a run on flat batches in two random steps with SIGKILL, from the last checkpoint before them."""
    flags = ["--dropout", "0", "--total-steps", "10", "--evaluate-every", "5", "--save-every", "3", *flags]
    ranks.succeed(training_ranks.pretrain, command(corpus, tmp_path / "whole", *flags, preset=preset)[1:])
    killed = command(corpus, tmp_path / "killed", *flags, preset=preset)[1:]
    for step in sorted(random.Random(repr(flags)).sample(range(1, 10), 2)):
        assert ranks.run(training_ranks.pretrain, killed, [0, step, signal.SIGKILL]).codes == [-signal.SIGKILL]
    ranks.succeed(training_ranks.pretrain, killed)
    for kind in ("train", "evaluation"):
        assert losses(tmp_path / "killed", kind) == losses(tmp_path / "whole", kind)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_resumed_run_is_compiled_if_and_only_if_it_was_before(
    corpus: str, pretrain, tmp_path: Path, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_steps, compilations, shortest_s = trainer.Trainer.after_steps, [], {True: 0.0, False: 1e9}

    def killed_after_2(self, metrics) -> None:
        after_steps(self, metrics)
        if metrics.step == 2:
            raise SystemExit

    monkeypatch.setattr(trainer, "compile_blocks", compilations.append)
    flags = command(corpus, tmp_path / "run", "--total-steps", "4", "--save-every", "1")[1:]
    monkeypatch.setitem(compiling.SHORTEST_RUN_S, "cpu", shortest_s[compiled])
    with monkeypatch.context() as killing, pytest.raises(SystemExit):
        killing.setattr(trainer.Trainer, "after_steps", killed_after_2)
        pretrain(flags)
    monkeypatch.setitem(compiling.SHORTEST_RUN_S, "cpu", shortest_s[not compiled])
    pretrain(flags)
    assert len(compilations) == (2 if compiled else 0)
    assert read_run(tmp_path / "run")["compiled"] is compiled


DECIDE_TO_COMPILE = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from statecode.modeling import launch
from statecode.modeling.run_folder import RunFolder, read_run
from statecode.modeling.trainer import Trainer

accelerator = launch.make_accelerator("fp32", 1)
inputs = SimpleNamespace(accelerator=accelerator, run=RunFolder(Path(sys.argv[1])), batches=SimpleNamespace(at=id),
                         loop=SimpleNamespace(compile="auto", total_steps=1))
peak_time_s = [1e9, 0.0][accelerator.process_index]
decision = Trainer._is_compiled_run(SimpleNamespace(
    inputs=inputs, progress=SimpleNamespace(step=0), peak_time_of=lambda batch: peak_time_s))
os.write(1, f"{accelerator.process_index} {decision}\\n".encode())
accelerator.wait_for_everyone()
"""


@pytest.mark.one_python
def test_the_first_process_decides_for_all_whether_to_compile(tmp_path: Path) -> None:
    (tmp_path / "decide.py").write_text(DECIDE_TO_COMPILE)
    (tmp_path / "run.json").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--rdzv_backend", "c10d",
         "--rdzv_endpoint", "127.0.0.1:0", str(tmp_path / "decide.py"), str(tmp_path)], capture_output=True, text=True,
        timeout=180, cwd=ROOT, env=ENVIRONMENT | {"ACCELERATE_USE_CPU": "true", "PYTHONPATH": str(ROOT)})
    assert sorted(done.stdout.splitlines()) == ["0 True", "1 True"], done.stderr


REPORT_HASHING = """
import os, runpy, sys
from statecode.modeling import texts

hash_texts = texts.fingerprint

def reporting(split):
    os.write(1, f"hashed {len(split)} texts on rank {os.environ['RANK']}\\n".encode())
    return hash_texts(split)

texts.fingerprint = reporting
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.one_python
def test_two_processes_hash_the_texts_once(corpus: str, tmp_path: Path) -> None:
    (tmp_path / "report.py").write_text(REPORT_HASHING)
    arguments = ["-m", "torch.distributed.run", "--nproc_per_node", "2", "--rdzv_backend", "c10d", "--rdzv_endpoint",
                 "127.0.0.1:0", str(tmp_path / "report.py"), *command(corpus, tmp_path / "run", "--total-steps", "1")]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT | {
        "ACCELERATE_USE_CPU": "true", "STATECODE_TOKEN_CACHE": str(tmp_path / "cache")})
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == ["hashed 12 texts on rank 0", "hashed 60 texts on rank 0"]
    assert read_run(tmp_path / "run")["data"]["train"]["texts_sha256"] == fingerprint(sample_texts(60))


def test_a_mixture_is_trained_and_resumed_with_the_same_losses(corpus: str, pretrain, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other", train=9, validation=3)
    flags = command(f"{corpus}:0.75,{other}:0.25", tmp_path / "run", "--total-steps", "16")[1:]
    pretrain(flags)
    whole = losses(tmp_path / "run", "train")
    assert read_run(tmp_path / "run")["data"]["train"]["documents"] == 69
    (tmp_path / "run" / "result.json").unlink()
    shutil.rmtree(tmp_path / "run" / "checkpoints" / "step-0000016")
    pretrain(flags)
    assert losses(tmp_path / "run", "train") == whole and len(whole) == 16
    with pytest.raises(ConfigError, match="other settings: corpus was"):
        pretrain(command(f"{corpus}:0.5,{other}:0.5", tmp_path / "run", "--total-steps", "16")[1:])


def test_bert_is_trained_from_scratch_and_from_a_finished_run(corpus: str, pretrain, tmp_path: Path) -> None:
    flags = ["--total-steps", "30", "--evaluate-every", "30"]
    pretrain(command(corpus, tmp_path / "bert", *flags, preset="bert-tiny")[1:])
    first = losses(tmp_path / "bert", "evaluation")
    assert first[-1][1] < 0.9 * first[0][1]
    assert AutoModelForMaskedLM.from_pretrained(tmp_path / "bert").config.model_type == "bert"
    assert AutoTokenizer.from_pretrained(tmp_path / "bert").mask_token == "[MASK]"
    pretrain(["--preset", "bert-tiny", "--corpus", corpus, "--init", str(tmp_path / "bert"), "--output-dir",
              str(tmp_path / "more"), "--total-steps", "2", "--batch-rows", "4", "--threads", "1"])
    assert losses(tmp_path / "more", "evaluation")[0][1] == pytest.approx(first[-1][1], rel=1e-4)


def test_without_packing_the_loss_counts_the_same_tokens(corpus: str, pretrain, whole_run, tmp_path: Path) -> None:
    flags = ["--no-packing", "--total-steps", "1", "--dropout", "0"]
    pretrain(command(corpus, tmp_path / "run", *flags)[1:])
    first = [record for record in read_metrics(tmp_path / "run") if record["kind"] == "evaluation"][0]
    packed = [record for record in read_metrics(whole_run) if record["kind"] == "evaluation"][0]
    assert first["tokens"] == packed["tokens"] and first["loss"] == pytest.approx(packed["loss"], rel=1e-5)
    assert first["bits_per_byte"] is None or first["bits_per_byte"] == pytest.approx(packed["bits_per_byte"], rel=1e-5)


def test_a_run_uses_a_tokenizer_that_was_trained_before(corpus: str, pretrain, tmp_path: Path, capsys) -> None:
    make = script("train/tokenizer.py")["main"]
    make(["--corpus", corpus, "--vocab-size", "300", "--digits", "merged", "--output-dir", str(tmp_path / "bpe")])
    assert "bytes per token" in capsys.readouterr().out
    pretrain(command(corpus, tmp_path / "run", "--tokenizer", str(tmp_path / "bpe"), "--total-steps", "1")[1:])
    assert len(AutoTokenizer.from_pretrained(tmp_path / "run")) == 300
    with pytest.raises(ConfigError, match="is not empty; choose another --output-dir"):
        make(["--corpus", corpus, "--output-dir", str(tmp_path / "bpe")])


def test_a_loss_that_is_not_finite_is_an_error_of_one_line(corpus: str, pretrain, tmp_path: Path, monkeypatch) -> None:
    loss_of = forward.ScoringModel.forward
    steps = []

    def not_finite_in_step_7(scoring, batch):
        steps.extend([batch] if scoring.training else [])  # two micro-batches per step
        return loss_of(scoring, batch) * (float("nan") if len(steps) in (13, 14) else 1.0)

    with monkeypatch.context() as broken, pytest.raises(ConfigError, match="the validation loss of step 0 is nan: the weights"):
        broken.setattr(forward.ScoringModel, "forward", lambda scoring, batch: loss_of(scoring, batch) * float("nan"))
        pretrain(command(corpus, tmp_path / "run")[1:])
    monkeypatch.setattr(forward.ScoringModel, "forward", not_finite_in_step_7)
    saved = tmp_path / "run" / "not-finite-0000007.safetensors"
    message = f"the loss or the gradient of step 7 is not finite; its batch is in {saved}. Lower --learning-rate and pass --resume restart"
    with pytest.raises(ConfigError, match=f"^{message}$"):
        pretrain(command(corpus, tmp_path / "run", "--log-every", "5", "--save-every", "100")[1:])
    batch = load_file(saved)
    seen = torch.cat([steps[index].input_ids_BT.flatten() for index in (12, 13)])
    assert sorted(batch["input_ids_BT"].flatten().tolist()) == sorted(seen.tolist())  # the rows are equally long
    assert CheckpointFolder(tmp_path / "run" / "checkpoints", keep=9).steps() == [0]


@pytest.mark.parametrize("flags, error, message", [
    (["--context-tokens", "49"], ConfigError, "--context-tokens 49 is longer than the 48 positions of the model"),
    (["--seed", "999999999999"], ConfigError, r"--seed must lie in \[0, 2147483648\); got 999999999999"),
    (["--seed", "-1"], ConfigError, r"--seed must lie in \[0, 2147483648\); got -1"),
    (["--tracker", "nosuch"], ConfigError, "unknown tracker 'nosuch'; known: tensorboard, trackio, wandb"),
    (["--corpus", "/nowhere/at/all"], CorpusError, "no such folder: /nowhere/at/all"),
    (["--tokenizer", "/nowhere/at/all"], ConfigError, "no tokenizer: no such folder: /nowhere/at/all; pass a finished run"),
])
def test_invalid_input_is_an_error_of_one_line_and_the_folder_remains_usable(
    corpus: str, pretrain, tmp_path: Path, flags: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        pretrain(command(corpus, tmp_path / "run", *flags)[1:])
    assert "\n" not in str(caught.value)
    if "--tokenizer" not in flags:
        pretrain(command(corpus, tmp_path / "run", "--total-steps", "1")[1:])


def test_checkpoints_that_do_not_match_the_run_are_refused(corpus: str, pretrain, tmp_path: Path) -> None:
    bert, gpt2 = tmp_path / "bert", tmp_path / "gpt2"
    small_model(Objective.MASKED).save_pretrained(bert)
    small_model(Objective.CAUSAL).save_pretrained(gpt2)
    save_tokenizer(tokenizer_for(Objective.MASKED), bert)
    save_tokenizer(tokenizer_for(Objective.CAUSAL), gpt2)
    for init, flags, message in (
        (bert, [], r"bert is a masked language model \(bert\), .*; pass a --preset of its kind, such as bert-tiny$"),
        (gpt2, ["--context-tokens", "65"], "--context-tokens 65 is longer than the 64 positions"),
        (tmp_path / "none", [], "no such folder"),
    ):
        with pytest.raises(ConfigError, match=message):
            pretrain(["--preset", "tiny", "--corpus", corpus, "--init", str(init), "--output-dir",
                      str(tmp_path / "run"), *flags])


def test_a_tokenizer_with_another_vocabulary_than_the_checkpoint_is_refused(
    corpus: str, pretrain, whole_run: Path, tmp_path: Path
) -> None:
    texts = sample_texts(40)[20:]
    save_tokenizer(train_tokenizer(texts, 310, Objective.CAUSAL, "merged"), tmp_path / "other")
    save_tokenizer(tokenizers.load_tokenizer(str(whole_run)), tmp_path / "same")
    message = f"^--tokenizer {tmp_path}/other has another vocabulary than {whole_run}, whose weights .*; leave out --tokenizer$"
    flags = ["--init", str(whole_run), "--tokenizer"]
    with pytest.raises(ConfigError, match=message):
        pretrain(["--preset", "tiny", "--corpus", corpus, "--output-dir", str(tmp_path / "run"), *flags, str(tmp_path / "other")])
    with pytest.raises(ConfigError, match=message):
        script("eval/perplexity.py")["main"]([
            str(whole_run), "--corpus", corpus, "--tokenizer", str(tmp_path / "other"), "--threads", "1"])
    assert tokenizers.load_tokenizer_for(str(whole_run), str(tmp_path / "same")).get_vocab()
    assert len(tokenizers.load_tokenizer_for("scratch", str(tmp_path / "other"))) == 310


def test_a_corpus_without_a_train_split_is_refused(pretrain, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", train=0)
    with pytest.raises(CorpusError, match="has no train split .*; write .*train.jsonl, with a text per line$"):
        pretrain(command(str(corpus), tmp_path / "run")[1:])


@pytest.mark.parametrize("fault, message", [
    ("empty", "it has no tokenizer.json; pass a finished run or a folder that train/tokenizer.py created$"),
    ("damaged", "its files are damaged or of another kind .*; pass a finished run"),
])
def test_an_unusable_tokenizer_is_an_error_with_reason_and_hint(
    corpus: str, pretrain, tmp_path: Path, fault: str, message: str
) -> None:
    (tmp_path / "bpe").mkdir()
    if fault == "damaged":
        save_tokenizer(tokenizer_for(Objective.CAUSAL), tmp_path / "bpe")
        (tmp_path / "bpe" / "tokenizer.json").write_text("{")
    with pytest.raises(ConfigError, match=f"no tokenizer in the folder {tmp_path / 'bpe'}: {message}") as caught:
        pretrain(command(corpus, tmp_path / "run", "--tokenizer", str(tmp_path / "bpe"))[1:])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["train/pretrain.py", "train/tokenizer.py", "train/finetune_conala.py"])
def test_a_file_as_output_dir_is_refused_before_any_work(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    flags = {"train/pretrain.py": ["--preset", "tiny", "--corpus", "/nowhere"], "train/tokenizer.py": ["--corpus", "/x"],
             "train/finetune_conala.py": ["--conala", "/nowhere"]}[path]
    with pytest.raises(ConfigError, match="file is a file, not a folder; choose another --output-dir"):
        script(path)["main"]([*flags, "--output-dir", str(tmp_path / "file")])


@pytest.mark.parametrize("path, flags", [
    ("eval/compare.py", ["/no/run", "--out", "{}"]),
    ("eval/generate.py", ["/no/model", "--out", "{}/x.json"]),
    ("eval/perplexity.py", ["/no/model", "--out", "{}/x.json"]),
])
def test_a_file_as_out_is_refused_before_any_work(path: str, flags: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match="file is a file, not a folder; choose another --out"):
        script(path)["main"]([flag.format(tmp_path / "file") for flag in flags])
    if path != "eval/compare.py":
        with pytest.raises(ConfigError, match="is a folder; name a file"):
            script(path)["main"](["/no/model", "--out", str(tmp_path)])


def test_the_number_of_programs_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--programs must be positive; got 0"):
        script("eval/generate.py")["main"](["/no/model", "--programs", "0", "--out", str(tmp_path / "x.json")])


@pytest.mark.parametrize("path", ["train/pretrain.py", "train/tokenizer.py", "eval/perplexity.py", "eval/generate.py"])
def test_help_contains_an_example_and_the_defaults(path: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        script(path)["main"](["--help"])
    shown = capsys.readouterr().out
    assert caught.value.code == 0 and f"python {path}" in shown and "default" in shown


@pytest.mark.one_python
def test_an_error_on_the_command_line_is_one_line_and_exit_code_2() -> None:
    arguments = ["train/pretrain.py", "--preset", "huge", "--output-dir", "x"]
    failed = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)
    assert failed.returncode == 2 and failed.stdout == ""
    assert failed.stderr.startswith("error: unknown preset 'huge'") and failed.stderr.count("\n") == 1
