"""Test pre-training in two processes: the losses of one process, resumption on another number of them, and stops."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = [pytest.mark.torch, pytest.mark.one_python]

from statecode.modeling.metrics_log import read_metrics  # noqa: E402
from tests.support import dataset_project  # noqa: E402
from tests.support.modeling_samples import write_corpus  # noqa: E402
from tests.support.ranks import Ranks  # noqa: E402
from tests.support.training_ranks import pretrain, pretrain_on_a_full_disk  # noqa: E402

STEPS = 10
SMALL = ["--layers", "2", "--width", "32", "--heads", "2", "--vocab-size", "320", "--digits", "merged", "--dropout", "0",
         "--batch-rows", "4", "--micro-batch-rows", "1", "--total-steps", str(STEPS), "--learning-rate", "3e-3",
         "--threads", "1", "--precision", "fp32"]
SHARDED = {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("texts") / "corpus")


def flags(corpus: Path, run: Path, *added: str, preset: str = "tiny") -> list[str]:
    """Return the arguments of a run of STEPS steps; of a flag that occurs twice, the last one counts."""
    return ["--preset", preset, "--corpus", str(corpus), "--output-dir", str(run), *SMALL, "--max-seq-len", "48",
            "--evaluate-every", "4", "--save-every", "1000", *added]


def assert_same_training(run: Path, whole: Path, rel: float = 1e-5) -> None:
    """Assert that two runs have the same steps and tokens, and up to rounding the same losses and gradients."""
    for kind in ("train", "evaluation"):
        ours, theirs = ([record for record in read_metrics(folder) if record["kind"] == kind] for folder in (run, whole))
        assert [record["step"] for record in ours] == [record["step"] for record in theirs] and ours
        assert [record["tokens"] for record in ours] == [record["tokens"] for record in theirs]
        for name in ("loss", "gradient_norm")[:1 if kind == "evaluation" else 2]:
            assert [record[name] for record in ours] == pytest.approx([record[name] for record in theirs], rel=rel)


@pytest.mark.parametrize("preset, added, environment", [
    ("tiny", ["--family", "llama", "--optimizer", "muon"], {}),
    ("bert-tiny", [], {}),
    ("tiny", ["--optimizer", "adamw"], SHARDED),
    ("tiny", ["--optimizer", "adamw", "--family", "llama", "--checkpoint-activations"], SHARDED),
    ("tiny", ["--optimizer", "adamw", "--precision", "bf16"], SHARDED),
    ("bert-tiny", [], SHARDED),
])
def test_two_processes_have_the_losses_of_one_process(
    ranks: Ranks, corpus: Path, tmp_path: Path, preset: str, added: list[str], environment: dict[str, str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    ranks.succeed(pretrain, flags(corpus, one, *added, preset=preset))
    ranks.succeed(pretrain, flags(corpus, two, *added, preset=preset), ranks=2, environment=environment)
    assert_same_training(two, one, rel=3e-3 if "bf16" in added else 2e-4)


@pytest.mark.parametrize("before, after, environments", [
    (1, 2, ({}, {})), (2, 1, ({}, {})), (1, 2, ({}, SHARDED)), (2, 1, (SHARDED, {})),
])
def test_a_run_is_resumed_by_another_number_of_processes(
    ranks: Ranks, corpus: Path, tmp_path: Path, before: int, after: int, environments: tuple[dict[str, str], ...]
) -> None:
    """Stop a run, in which a process of several receives SIGTERM, and compare the global batches and the losses."""
    added, stopped = ["--optimizer", "adamw", "--log-every", "1"], 5 if before == 1 else 6
    whole, run = tmp_path / "whole", tmp_path / "run"
    ranks.succeed(pretrain, flags(corpus, whole, *added), None, str(tmp_path / "order-whole"))
    ended = ranks.run(pretrain, flags(corpus, run, *added), [before - 1, 4, signal.SIGTERM],
                      str(tmp_path / "order-before"), ranks=before, environment=environments[0])
    assert ended.codes == [130] * before, ended.outputs
    assert [path.name for path in (run / "checkpoints").glob("step-*[1-9]")] == [f"step-{stopped:07d}"]
    ranks.succeed(pretrain, flags(corpus, run, *added), None, str(tmp_path / "order-after"), ranks=after,
                  environment=environments[1])
    assert_same_training(run, whole)
    order = (tmp_path / "order-whole-0").read_text()
    for rank in range(2):
        parts = [tmp_path / f"order-{part}-{min(rank, count - 1)}" for part, count in
                 (("before", before), ("after", after))]
        assert "".join(part.read_text() for part in parts) == order


def test_windows_with_the_loss_on_the_trace_are_interrupted_and_resumed(ranks: Ranks, tmp_path: Path) -> None:
    made = dataset_project.make_corpus(tmp_path / "corpus")
    added = ["--config", "compact", "--long-documents", "windows", "--loss-on", "trace", "--max-seq-len", "96",
             "--optimizer", "muon", "--save-every", "3"]
    one, two = tmp_path / "one", tmp_path / "two"
    ranks.succeed(pretrain, flags(made, one, *added))
    ended = ranks.run(pretrain, flags(made, two, *added), [1, 2, signal.SIGKILL], ranks=2)
    assert ended.codes in ([-9, -9], [1, -9]), ended.outputs  # the other one notices it, or is killed before
    ended = ranks.run(pretrain, flags(made, two, *added), [0, 6, signal.SIGTERM], ranks=2)
    assert ended.codes == [130, 130], ended.outputs
    ranks.succeed(pretrain, flags(made, two, *added), ranks=2)
    assert_same_training(two, one, rel=2e-4)


@pytest.mark.parametrize("log_every", ["1", "1000"])
def test_two_processes_stop_within_two_steps_of_a_signal(
    ranks: Ranks, corpus: Path, tmp_path: Path, log_every: str
) -> None:
    """Send a signal to one process in the fourth step: it is exchanged after this step and known after the fifth."""
    run = tmp_path / "run"
    ended = ranks.run(pretrain, flags(corpus, run, "--log-every", log_every, "--evaluate-every", "1000"),
                      [1, 3, signal.SIGTERM], ranks=2)
    assert ended.codes == [130, 130], ended.outputs
    assert "stopped after step 5 with a checkpoint; the same command resumes the run" in ended.outputs[0]
    assert (run / "checkpoints" / "step-0000005").is_dir()


def test_a_full_disk_ends_both_processes_and_leaves_the_previous_checkpoint(
    ranks: Ranks, corpus: Path, tmp_path: Path
) -> None:
    arguments = flags(corpus, tmp_path / "run", "--save-every", "2")
    ended = ranks.run(pretrain_on_a_full_disk, arguments, 2, ranks=2)
    assert ended.codes == [2, 2], ended.outputs
    assert "error: cannot write the checkpoint of step 4" in ended.outputs[0]
    assert "Traceback" not in "".join(ended.outputs)
    ranks.succeed(pretrain, flags(corpus, tmp_path / "whole"))
    ranks.succeed(pretrain, arguments, ranks=2)
    assert_same_training(tmp_path / "run", tmp_path / "whole", rel=2e-4)
