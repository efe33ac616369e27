"""Test the texts of a run."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import datasets  # noqa: E402

from statecode.corpus.build import build  # noqa: E402
from statecode.corpus.reader import read  # noqa: E402
from statecode.corpus.splits import SPLITS  # noqa: E402
from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling.texts import Texts, check_corpus, fingerprint, identify, load_texts  # noqa: E402
from statecode.views import VIEWS, render  # noqa: E402
from tests.support.dataset_project import make_corpus, programs  # noqa: E402
from tests.support.modeling_samples import write_corpus  # noqa: E402


def test_texts_are_read_from_a_folder_of_json_lines(tmp_path: Path) -> None:
    texts = load_texts(str(write_corpus(tmp_path / "corpus", train=3, validation=2, test=1)))
    assert [len(texts.split(name)) for name in ("train", "validation", "test")] == [3, 2, 1]
    assert fingerprint(texts.split("train")) != fingerprint(texts.split("test"))
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])


def test_the_identity_of_json_lines_follows_size_and_time_of_the_files(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", train=3, validation=2, test=1)
    before = identify(str(corpus), "snoop")
    assert before == identify(str(corpus), "code") and (before.view, before.view_version) == (None, None)
    os.utime(corpus / "validation.jsonl", ns=(5, 5))
    later = identify(str(corpus), "snoop")
    (corpus / "test.jsonl").unlink()
    assert len({each.corpus_key for each in (before, later, identify(str(corpus), "snoop"))}) == 3


def test_the_identity_of_a_corpus_follows_the_view_and_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.dataset.builder.load_dataset", None)  # no texts are rendered
    snoop, compact = identify("embedded", "snoop"), identify("embedded", "compact")
    assert (snoop.view, snoop.view_version) == ("snoop", VIEWS["snoop"].version)
    assert snoop == identify("embedded", "snoop") and snoop.corpus_key != compact.corpus_key
    changed = dataclasses.replace(VIEWS["snoop"], version=7)
    monkeypatch.setattr("statecode.modeling.texts.VIEWS", {"snoop": changed})
    newer = identify("embedded", "snoop")
    assert newer.view_version == 7 and newer.corpus_key != snoop.corpus_key
    with pytest.raises(ConfigError, match="^embedded has no texts under --config events"):
        identify("embedded", "events")


def test_the_identity_of_a_hub_dataset_follows_its_downloaded_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "datasets--owner--name").mkdir()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    rows = datasets.Dataset.from_dict({"text": ["a", "b"]})
    found = {"train": rows}
    monkeypatch.setattr("datasets.load_dataset", lambda corpus, config: datasets.DatasetDict(found))
    before = identify("owner/name", "snoop")
    assert before == identify("owner/name", "snoop") and before.view is None
    found["train"] = datasets.Dataset.from_dict({"text": ["c"]})
    assert identify("owner/name", "snoop") != before


@pytest.mark.parametrize("line, message", [
    ("{nonsense", r"train.jsonl:2: invalid JSON"),
    (json.dumps({"code": "x"}), r'train.jsonl:2: no "text" field that is a string \(found: code\)'),
    (json.dumps([1]), r"train.jsonl:2: no .* \(found: list\)"),
])
def test_invalid_lines_are_errors_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "train.jsonl").write_text(json.dumps({"text": "fine"}) + "\n" + line + "\n")
    with pytest.raises(CorpusError, match=message):
        load_texts(str(tmp_path))


def test_an_unknown_view_lists_the_views_that_have_texts() -> None:
    for check in (check_corpus, identify, load_texts):
        with pytest.raises(ConfigError, match="^unknown view 'compakt'; embedded has these as texts: ") as caught:
            check("embedded", "compakt")
        assert "events" not in str(caught.value) and "compact" in str(caught.value)


def test_a_missing_split_has_a_remedy(tmp_path: Path) -> None:
    for corpus, remedy in (
        (str(write_corpus(tmp_path / "lines", train=1)), f"write {tmp_path}/lines/dev.jsonl, with a text per line"),
        ("embedded", "build it again with a --split that contains dev, and programs of more problems"),
        ("owner/name", "choose a dataset that has one, or save its texts as FOLDER/dev.jsonl"),
    ):
        with pytest.raises(CorpusError, match=rf"^{corpus} has no dev split \(found: train\); {remedy}$"):
            Texts(corpus, "snoop", {"train": ["a"], "dev": []}).split("dev")


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


def test_the_splits_of_a_corpus_are_checked_before_it_is_read(tmp_path: Path) -> None:
    corpus = str(tmp_path / "corpus")
    build(programs(), corpus, workers=1, split="60,0,40", progress=False)
    check_corpus(corpus, "compact", ("train", "test"))
    with pytest.raises(CorpusError, match=r"has no validation split \(found: train, test\); build it again with a --split"):
        check_corpus(corpus, "compact", SPLITS)


def test_missing_corpora_and_splits_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder: .*nothing; pass a corpus folder"):
        load_texts(str(tmp_path / "nothing"))
    with pytest.raises(CorpusError, match="no such folder: .*nothing; pass a corpus folder"):
        identify(str(tmp_path / "nothing"), "snoop")
    (tmp_path / "test.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(CorpusError, match=r"has no train split \(found: test\)"):
        load_texts(str(tmp_path)).split("train")
