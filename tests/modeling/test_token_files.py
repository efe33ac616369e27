"""Test documents on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling import token_files  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.documents import Documents  # noqa: E402
from statecode.modeling.token_files import open_token_files, read_info, write_token_files  # noqa: E402
from statecode.modeling.tokenizers import encode  # noqa: E402
from statecode.modeling.trace_tokens import ShardTokens  # noqa: E402
from tests.support.modeling_samples import sample_texts, tokenizer_for  # noqa: E402

TEXTS = sample_texts(5) + ["", "é漢"]


def written(stem: Path, texts: list[str] = TEXTS, document_tokens: int | None = None) -> Documents:
    """Write the token files of `texts`, and open them."""
    write_token_files(stem, texts, tokenizer_for(Objective.CAUSAL),
                      {"texts_sha256": "a", "tokenizer_sha256": "b", "document_tokens": document_tokens})
    return open_token_files(stem)


@pytest.mark.parametrize("document_tokens", [None, 10])
def test_documents_on_disk_are_those_of_the_tokenizer(tmp_path: Path, document_tokens: int | None) -> None:
    documents = written(tmp_path / "tokens" / "train", document_tokens=document_tokens)
    expected = [ids[:document_tokens] for ids in encode(tokenizer_for(Objective.CAUSAL), TEXTS)]
    assert [documents[i].tolist() for i in range(len(documents))] == expected
    assert documents.info == read_info(tmp_path / "tokens" / "train")
    assert documents.info.text_bytes == sum(len(text.encode()) for text in TEXTS)
    assert documents.info.text_tokens == documents.lengths.sum() == sum(map(len, expected))
    assert sorted(path.name for path in (tmp_path / "tokens").iterdir()) == [
        "train.json", "train.offsets.npy", "train.tokens"]


def test_documents_without_tokens_can_be_opened(tmp_path: Path) -> None:
    documents = written(tmp_path / "train", ["", ""])
    assert len(documents) == 2 and documents[0].tolist() == []


def test_the_type_of_the_token_ids_is_stored(tmp_path: Path) -> None:
    documents = written(tmp_path / "train")
    assert documents.info.token_dtype == "uint16"
    stored = json.loads((tmp_path / "train.json").read_text())
    ids = np.fromfile(tmp_path / "train.tokens", dtype=np.uint16)
    (tmp_path / "train.json").write_text(json.dumps(stored | {"token_dtype": "uint32"}))
    ids.astype(np.uint32).tofile(tmp_path / "train.tokens")
    again = open_token_files(tmp_path / "train")
    assert again.info.token_dtype == "uint32"
    assert again[4].tolist() == encode(tokenizer_for(Objective.CAUSAL), TEXTS)[4]


@pytest.mark.parametrize("fault", ["no description", "no field", "another field", "half of the tokens", "no tokens"])
def test_incomplete_files_and_those_of_other_versions_are_not_opened(tmp_path: Path, fault: str) -> None:
    written(tmp_path / "train")
    description, tokens = tmp_path / "train.json", tmp_path / "train.tokens"
    stored = json.loads(description.read_text())
    if fault == "no description":  # written last
        description.unlink()
    elif fault == "no field":
        description.write_text(json.dumps({name: stored[name] for name in stored if name != "token_dtype"}))
    elif fault == "another field":
        description.write_text(json.dumps(stored | {"surprise": 1}))
    elif fault == "half of the tokens":
        tokens.write_bytes(tokens.read_bytes()[:stored["text_tokens"]])
    else:
        tokens.unlink()
    assert read_info(tmp_path / "train") is None
    with pytest.raises(CorpusError, match="^no complete token files at .*train; start the run that wrote them again$"):
        open_token_files(tmp_path / "train")


def test_files_of_older_versions_have_no_identity_of_the_corpus(tmp_path: Path) -> None:
    written(tmp_path / "train")
    stored = json.loads((tmp_path / "train.json").read_text())
    for name in ("corpus_key", "view", "view_version"):
        del stored[name]
    (tmp_path / "train.json").write_text(json.dumps(stored))
    info = open_token_files(tmp_path / "train").info
    assert (info.corpus_key, info.view, info.view_version) == (None, None, None)


def test_each_file_is_synced_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    named: list[str] = []
    sync, replace = token_files.sync, token_files.replace

    def replace_synced(old: Path, new: Path) -> None:
        assert old in synced
        named.append(new.suffix)
        replace(old, new)

    monkeypatch.setattr(token_files, "sync", lambda path: (synced.append(path), sync(path)))
    monkeypatch.setattr(token_files, "replace", replace_synced)
    token_files.write_token_files(tmp_path / "train", ["a", "b c"], tokenizer_for(Objective.CAUSAL), {
        "texts_sha256": "x", "tokenizer_sha256": "t", "document_tokens": None})
    assert sorted(named) == [".npy", ".tokens"]


def test_the_bits_of_values_are_those_of_all_shards(tmp_path: Path) -> None:
    """Write shards whose numbers of tokens are no multiples of 8, one of them empty."""
    random = np.random.default_rng(0)
    shards, expected = [], []
    for lengths in ([3, 0, 7], [], [1], [13, 9, 5]):
        bits = [random.random(length) < 0.5 for length in lengths]
        expected += bits
        count = np.array(lengths, dtype=np.int64)
        shards.append(ShardTokens(
            np.arange(sum(lengths), dtype=np.uint16), count, np.zeros((0, 2), np.int32), np.zeros_like(count),
            np.concatenate([np.zeros(0, bool), *bits]), 0, len(lengths), []))
    token_files.write_trace_tokens(tmp_path / "train", shards, {
        "texts_sha256": "x", "tokenizer_sha256": "t", "document_tokens": None, "mask_unit": "value"}, "uint16")
    token_files.link_token_files(tmp_path / "train", tmp_path / "run" / "train")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "train.in_value.bits", "train.json", "train.offsets.npy", "train.tokens"]
    documents = open_token_files(tmp_path / "run" / "train")
    assert len(documents) == len(expected) == 7 and documents.scored is None
    for number, bits in enumerate(expected):
        for begin, end in ((0, len(bits)), (-1, len(bits) + 2), (2, 5), (len(bits), len(bits) + 3), (-4, -1)):
            around = [0 <= k < len(bits) and bool(bits[k]) for k in range(begin, end)]
            assert documents.in_value(number, begin, end).tolist() == around


def test_documents_without_known_values_are_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^--mask-unit value: the documents of this corpus have no values; pass"):
        written(tmp_path / "train").in_value(0, 0, 3)
