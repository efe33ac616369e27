"""Test the texts of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.corpus.reader import read  # noqa: E402
from statecode.corpus.splits import SPLITS  # noqa: E402
from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling.texts import fingerprint, load_texts  # noqa: E402
from statecode.views import VIEWS, render  # noqa: E402
from tests.support.dataset_project import make_corpus  # noqa: E402
from tests.support.modeling_samples import write_corpus  # noqa: E402


def test_texts_are_read_from_a_folder_of_json_lines(tmp_path: Path) -> None:
    texts = load_texts(str(write_corpus(tmp_path / "corpus", train=3, validation=2, test=1)))
    assert [len(texts.split(name)) for name in ("train", "validation", "test")] == [3, 2, 1]
    assert fingerprint(texts.split("train")) != fingerprint(texts.split("test"))
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])


@pytest.mark.parametrize("line, message", [
    ("{nonsense", r"train.jsonl:2: invalid JSON"),
    (json.dumps({"code": "x"}), r'train.jsonl:2: no "text" field that is a string \(found: code\)'),
    (json.dumps([1]), r"train.jsonl:2: no .* \(found: list\)"),
])
def test_invalid_lines_are_errors_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "train.jsonl").write_text(json.dumps({"text": "fine"}) + "\n" + line + "\n")
    with pytest.raises(CorpusError, match=message):
        load_texts(str(tmp_path))


@pytest.mark.parametrize("config", ["events", "steps"])
def test_configs_of_rows_have_no_texts(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.builder.load_dataset", None)  # the error comes before any rendering
    with pytest.raises(ConfigError, match=f"^embedded has no texts under --config {config}; pass one that has: .*snoop"):
        load_texts("embedded", config)


@pytest.mark.parametrize("view", [name for name, view in VIEWS.items() if view.is_text])
def test_every_view_that_is_a_text_can_be_loaded(
    view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Load texts with `--config VIEW` and compare them with the rendered view."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    folder = make_corpus(tmp_path / "corpus")
    texts = load_texts(str(folder), view)
    for split in SPLITS:
        assert list(texts.split(split)) == [render(trace, view) for trace in read(folder, split)]


def test_missing_corpora_and_splits_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder: .*nothing; pass a corpus folder"):
        load_texts(str(tmp_path / "nothing"))
    (tmp_path / "test.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(CorpusError, match=r"has no train split \(found: test\)"):
        load_texts(str(tmp_path)).split("train")
