"""Add a token source from outside of the package, and pre-train on it without any text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import numpy as np  # noqa: E402
from transformers import PreTrainedTokenizerBase  # noqa: E402

from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling.configs import DataConfig, Objective, SourceConfig  # noqa: E402
from statecode.modeling.documents import Documents, DocumentsInfo  # noqa: E402
from statecode.modeling.metrics_log import read_metrics  # noqa: E402
from statecode.modeling.run_folder import read_run  # noqa: E402
from statecode.modeling.token_sources import TOKEN_SOURCES, TokenSourceFactory  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from tests.support.modeling_samples import script, tokenizer_for  # noqa: E402


class Counting:
    """Documents that count from a number to the next multiple of `period`, as `--corpus counting:PERIOD`."""

    def __init__(self, period: int) -> None:
        self.period = period

    def settings(self) -> dict[str, Any]:
        """Return the hashes of the splits; here names that identify them."""
        return {f"{split}_sha256": f"counting {self.period}: {split}" for split in ("train", "validation")}

    def make_tokenizer(self, objective: Objective) -> PreTrainedTokenizerBase:
        """Raise ConfigError, because there are no texts."""
        raise ConfigError("counting has no texts; pass --tokenizer")

    def prepare(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Do nothing: the tokens are computed."""

    def documents(self, split: str) -> Documents:
        """Return the documents of a split."""
        first = {"train": 1, "validation": 3}[split]
        parts = [np.arange(number % self.period, self.period) + 20 for number in range(first, first + 40)]
        lengths = [len(part) for part in parts]
        info = DocumentsInfo(
            texts_sha256=self.settings()[f"{split}_sha256"], tokenizer_sha256="none", documents=40, document_tokens=None,
            text_tokens=sum(lengths), text_bytes=0, token_dtype="uint16")
        return Documents(info, np.concatenate(parts), np.cumsum([0] + lengths))


def counting(source: SourceConfig, data: DataConfig, folder: Path) -> Counting | None:
    name, _, period = source.corpus.partition(":")
    return Counting(int(period)) if name == "counting" else None


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Register the token source, and let each attempt to read texts fail."""
    monkeypatch.setattr("statecode.modeling.token_sources.tokenised_texts.load_texts",
                        lambda *_: pytest.fail("texts were read"))
    TOKEN_SOURCES.register(TokenSourceFactory(name="counting", create=counting))
    yield
    if "counting" in TOKEN_SOURCES:
        TOKEN_SOURCES.unregister("counting")


def train(corpus: str, folder: Path, *flags: str) -> list[float]:
    """Train for 10 steps and return the loss of each step."""
    script("train/pretrain.py")["main"]([
        "--preset", "tiny", "--corpus", corpus, "--output-dir", str(folder), "--layers", "1", "--width", "16",
        "--heads", "1", "--max-seq-len", "32", "--batch-rows", "4", "--total-steps", "10", "--evaluate-every", "10",
        "--save-every", "4", "--keep-checkpoints", "9", "--threads", "1", "--learning-rate", "3e-2", *flags])
    return [record["loss"] for record in read_metrics(folder) if record["kind"] == "train"]


def test_a_new_token_source_trains_and_resumes_without_texts(tmp_path: Path) -> None:
    tokenizer, folder = tmp_path / "bpe", tmp_path / "run"
    save_tokenizer(tokenizer_for(Objective.CAUSAL), tokenizer)
    losses = train("counting:12", folder, "--tokenizer", str(tokenizer))
    assert len(losses) == 10 and losses[-1] < 0.6 * losses[0]
    assert read_run(folder)["settings"]["validation_sha256"] == "counting 12: validation"
    (folder / "result.json").unlink()
    shutil.rmtree(folder / "checkpoints" / "step-0000010")
    shutil.rmtree(folder / "checkpoints" / "step-0000008")
    assert train("counting:12", folder, "--tokenizer", str(tokenizer)) == losses
    with pytest.raises(ConfigError, match="contains a run with other settings: corpus was counting:12, is counting:13"):
        train("counting:13", folder, "--tokenizer", str(tokenizer))


def test_a_corpus_that_no_source_accepts_is_a_corpus_of_texts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^counting has no texts; pass --tokenizer$"):
        train("counting:12", tmp_path / "run")
    TOKEN_SOURCES.unregister("counting")
    with pytest.raises(CorpusError, match="counting:12"):
        train("counting:12", tmp_path / "other")


SHA256 = {"train_sha256": "a", "validation_sha256": "b"}


@pytest.mark.parametrize("settings, message", [
    (None, "must return a dict, not NoneType"),
    ({}, "must contain train_sha256, a hash of the split"),
    ({"train_sha256": "a", "validation_sha256": ""}, "must contain validation_sha256, a hash of the split"),
    (SHA256 | {"seed": 3, "corpus": "x"}, r"contains settings of the run: corpus, seed; rename them"),
    (SHA256 | {"counting": {"threads": 1}}, r"contains settings of the run: threads; rename them"),
    (SHA256 | {"loop": {}}, r"contains settings of the run: loop; rename them"),
])
def test_settings_that_do_not_identify_the_documents_are_refused(
    settings: Any, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Counting, "settings", lambda self: settings)
    with pytest.raises(ConfigError, match=rf"^the token source Counting: settings\(\) {message}$"):
        train("counting:12", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_token_source_without_a_method_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Counting, "make_tokenizer")
    with pytest.raises(ConfigError, match="^the token source counting: Counting has no method make_tokenizer$"):
        train("counting:12", tmp_path / "run")


@pytest.mark.parametrize("command", [
    ["train/tokenizer.py", "--output-dir", "new"], ["eval/perplexity.py", "no-model"]], ids=["tokenizer", "perplexity"])
def test_scripts_that_need_texts_refuse_tokens(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = script(command[0])["main"]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"^--corpus counting:3 has tokens only \(counting\), which train/pretrain.py"):
        main([*command[1:], "--corpus", "counting:3"])
