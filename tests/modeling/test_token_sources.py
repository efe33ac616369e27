"""Test the token sources: when texts are read, when token files are written again, and tokens of another run."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError, CorpusError, InputError  # noqa: E402
from statecode.modeling import token_files  # noqa: E402
from statecode.modeling.configs import DataConfig, Objective, SourceConfig  # noqa: E402
from statecode.modeling.documents import Documents  # noqa: E402
from statecode.modeling.texts import CorpusIdentity, fingerprint, identify  # noqa: E402
from statecode.modeling.token_sources import SPLITS_READ, TokenSource, open_token_source  # noqa: E402
from statecode.modeling.token_sources.tokenised_texts import TokenisedTexts  # noqa: E402
from statecode.modeling.tokenizer_hash import tokenizer_sha256  # noqa: E402
from statecode.modeling.tokenizers import encode  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from tests.support.corpus_samples import generated_splits, two_splits  # noqa: E402
from tests.support.modeling_samples import sample_texts, tokenizer_for, write_corpus  # noqa: E402

TOKENIZER = tokenizer_for(Objective.CAUSAL)
HASHES = {"train_sha256": fingerprint(sample_texts(9)), "validation_sha256": fingerprint(sample_texts(4, first=9))}
IDENTITY = CorpusIdentity("key", None, None)
MODULE = "statecode.modeling.token_sources.tokenised_texts"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", train=9, validation=4)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a token cache for one test."""
    monkeypatch.setenv("STATECODE_TOKEN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each later reading of texts adds the name of the corpus."""
    from statecode.modeling.texts import load_texts

    names: list[str] = []
    monkeypatch.setattr(f"{MODULE}.load_texts", lambda corpus, config: (names.append(corpus), load_texts(corpus, config))[1])
    return names


def source_of(corpus: Path | str, folder: Path, **data) -> TokenSource:
    return open_token_source(SourceConfig(corpus=str(corpus)), DataConfig(**data), folder / "tokens")


def prepared(corpus: Path | str, folder: Path, **data) -> TokenSource:
    """Return the token source of a corpus after all steps of a run."""
    source = source_of(corpus, folder, **data)
    source.settings()
    source.prepare(TOKENIZER)
    return source


def token_ids(source: TokenSource, split: str) -> list[list[int]]:
    documents = source.documents(split)
    return [documents[i].tolist() for i in range(len(documents))]


def test_texts_are_tokenised_once_and_then_not_read(corpus: Path, read: list[str], tmp_path: Path) -> None:
    first = prepared(corpus, tmp_path)
    assert isinstance(first, TokenisedTexts) and read == [str(corpus)]
    assert token_ids(first, "train") == encode(TOKENIZER, sample_texts(9))
    assert token_ids(first, "validation") == encode(TOKENIZER, sample_texts(4, first=9))
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "tokens").iterdir()}
    second = prepared(corpus, tmp_path)
    assert first.settings() == second.settings() == HASHES
    assert token_ids(second, "train") == token_ids(first, "train") and read == [str(corpus)]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "tokens").iterdir()} == written


@pytest.mark.parametrize("older", [False, True])
def test_the_same_texts_in_changed_files_are_read_but_not_tokenised_again(
    corpus: Path, read: list[str], own_cache: Path, tmp_path: Path, older: bool
) -> None:
    """Change the modification time of a file, or use token files of an older version, without identity of the corpus."""
    prepared(corpus, tmp_path)
    shutil.rmtree(own_cache)
    if older:
        for path in (tmp_path / "tokens").glob("*.json"):
            stored = json.loads(path.read_text())
            path.write_text(json.dumps({name: stored[name] for name in stored.keys() - asdict(IDENTITY).keys()}))
    else:
        os.utime(corpus / "train.jsonl", ns=(1, 1))
    before = (tmp_path / "tokens" / "train.tokens").stat().st_mtime_ns
    del read[:]
    assert prepared(corpus, tmp_path).settings() == HASHES and read == [str(corpus)]
    assert (tmp_path / "tokens" / "train.tokens").stat().st_mtime_ns == before
    del read[:]
    assert prepared(corpus, tmp_path).settings() == HASHES and read == []


def test_runs_share_the_tokens_and_the_tokenizer_of_a_corpus(
    corpus: Path, read: list[str], own_cache: Path, tmp_path: Path
) -> None:
    trained = source_of(corpus, tmp_path / "first").make_tokenizer(Objective.CAUSAL)
    first = prepared(corpus, tmp_path / "first")
    del read[:]
    again = source_of(corpus, tmp_path / "second").make_tokenizer(Objective.CAUSAL)
    assert tokenizer_sha256(again) == tokenizer_sha256(trained)
    second = prepared(corpus, tmp_path / "second")
    assert read == [] and second.settings() == first.settings() == HASHES
    shutil.rmtree(own_cache)
    shutil.rmtree(tmp_path / "first")
    assert token_ids(second, "train") == encode(TOKENIZER, sample_texts(9))
    assert prepared(corpus, tmp_path / "second").settings() == HASHES and read == []


def test_the_tokens_of_a_run_are_copied_to_another_file_system(corpus: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("os.link", lambda *paths: (_ for _ in ()).throw(OSError(errno.EXDEV, "another file system")))
    assert token_ids(prepared(corpus, tmp_path), "train") == encode(TOKENIZER, sample_texts(9))
    assert not list((tmp_path / "tokens").glob(".*"))


def test_other_texts_with_equal_sizes_and_times_have_entries_of_their_own(corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(corpus, other)
    (other / "train.jsonl").write_text((corpus / "train.jsonl").read_text().replace("total", "other"))
    for folder in (corpus, other):
        for path in folder.iterdir():
            os.utime(path, ns=(1, 1))
    texts = [text.replace("total", "other") for text in sample_texts(9)]
    assert token_ids(prepared(corpus, tmp_path / "first"), "train") == encode(TOKENIZER, sample_texts(9))
    assert token_ids(prepared(other, tmp_path / "second"), "train") == encode(TOKENIZER, texts)


def test_a_cache_that_cannot_be_written_is_an_error_of_one_line(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    source = SourceConfig(corpus=str(corpus), token_cache=str(tmp_path / "file"))
    with pytest.raises(ConfigError, match=f"^--token-cache {tmp_path}/file cannot be written .*; choose another"):
        open_token_source(source, DataConfig(), tmp_path / "run").settings()


def test_other_texts_are_tokenised_again(corpus: Path, tmp_path: Path) -> None:
    prepared(corpus, tmp_path)
    other = write_corpus(tmp_path / "other", train=2, validation=1)
    source = prepared(other, tmp_path)
    assert token_ids(source, "train") == encode(TOKENIZER, sample_texts(2))
    assert source.settings()["train_sha256"] == fingerprint(sample_texts(2))


def test_another_tokenizer_and_another_document_tokens_are_tokenised_again(corpus: Path, tmp_path: Path) -> None:
    prepared(corpus, tmp_path)
    assert token_ids(prepared(corpus, tmp_path, document_tokens=8), "train") == [
        ids[:8] for ids in encode(TOKENIZER, sample_texts(9))]
    bert = source_of(corpus, tmp_path)
    bert.prepare(tokenizer_for(Objective.MASKED))
    assert token_ids(bert, "train") == encode(tokenizer_for(Objective.MASKED), sample_texts(9))


def test_a_tokenizer_is_trained_on_the_train_split(corpus: Path, tmp_path: Path) -> None:
    tokenizer = source_of(corpus, tmp_path, vocab_size=300, digits="merged").make_tokenizer(Objective.MASKED)
    assert len(tokenizer) == 300 and tokenizer.mask_token == "[MASK]"


def test_the_version_of_the_view_is_a_setting_and_is_stored_with_the_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Describe the tokens of the shipped corpus without rendering its texts."""
    monkeypatch.setattr(f"{MODULE}.load_texts", lambda corpus, config: pytest.fail("texts were read"))
    source = source_of("embedded", tmp_path)
    identity = identify("embedded", "snoop")
    assert (identity.view, identity.view_version) == ("snoop", 1)
    for split in SPLITS_READ:
        token_files.write_token_files(
            tmp_path / "tokens" / split, ["x"], TOKENIZER, {
                "texts_sha256": split, "tokenizer_sha256": "t", "document_tokens": None, "view": "snoop",
                "corpus_key": identity.corpus_key, "view_version": 1})
    assert source.settings() == {"train_sha256": "train", "validation_sha256": "validation", "view_version": 1}
    assert source_of(tmp_path, tmp_path / "other").settings() == source.settings() | {"view": "snoop"}


def test_the_tokens_of_a_run_are_read_without_its_corpus(corpus: Path, read: list[str], tmp_path: Path) -> None:
    run = tmp_path / "run"
    first = prepared(corpus, run)
    save_tokenizer(TOKENIZER, run)
    corpus.rename(tmp_path / "elsewhere")
    del read[:]
    source = prepared(run, tmp_path / "other")
    assert token_ids(source, "train") == token_ids(first, "train") and read == []
    assert source.settings() == HASHES | {"view": None, "view_version": None}
    assert len(source.make_tokenizer(Objective.CAUSAL)) == 320
    assert not (tmp_path / "other").exists()


def test_tokens_of_a_run_that_do_not_fit_are_refused_in_one_line(corpus: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    prepared(corpus, run, document_tokens=8)
    source_of(run, tmp_path, document_tokens=8).prepare(TOKENIZER)
    with pytest.raises(ConfigError, match="run has only the first 8 tokens of each document; pass --document-tokens 8"):
        source_of(run, tmp_path).prepare(TOKENIZER)
    with pytest.raises(ConfigError, match="are those of another tokenizer; pass --tokenizer .*run with --init scratch"):
        source_of(run, tmp_path, document_tokens=8).prepare(tokenizer_for(Objective.MASKED))
    with pytest.raises(ConfigError, match="^--corpus .*run is the --output-dir; choose another --output-dir$"):
        source_of(run, run)
    (run / "tokens" / "validation.json").unlink()
    with pytest.raises(CorpusError, match="no complete token files at .*validation"):
        source_of(run, tmp_path).settings()


def test_the_tokens_of_a_run_with_another_loss_are_refused(corpus: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    prepared(corpus, run)
    with pytest.raises(ConfigError, match="run has the tokens of --loss-on all --long-documents cut; pass these flags"):
        source_of(run, tmp_path / "other", loss_on="trace").prepare(TOKENIZER)


def test_a_mixture_reads_each_corpus(corpus: Path, read: list[str], tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other", train=3, validation=2)
    source = prepared(f"{corpus}:0.75,{other}:0.25", tmp_path)
    assert token_ids(source, "train") == encode(TOKENIZER, sample_texts(9) + sample_texts(3))
    assert source.documents("train").shares == (Fraction(3, 4), Fraction(1, 4))
    del read[:]
    again = prepared(f"{corpus}:3,{other}:1", tmp_path)
    assert again.settings() == source.settings() and again.documents("train").shares == (Fraction(3, 4), Fraction(1, 4))
    assert read == [] and set(source.settings()) == {"train_sha256", "validation_sha256"}


@pytest.mark.parametrize("corpora, message", [
    ("embedded:0.5,embedded:0.5", "a corpus is named twice"),
    ("embedded:1,nowhere:0", "a share is 0; leave out that corpus"),
    ("embedded:0.3333333,nowhere:0.5", "the shares have too many digits"),
    ("embedded:0.5,nowhere:0.5", "no such folder: nowhere"),
])
def test_an_invalid_mixture_is_an_error_of_one_line(corpora: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message) as caught:
        source_of(corpora, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_mixture_with_the_output_folder_is_refused(corpus: Path, tmp_path: Path) -> None:
    source = source_of(corpus, tmp_path / "run")
    source.settings(), source.prepare(TOKENIZER)
    for mixture in (f"{tmp_path / 'run'}:0.5,{corpus}:0.5", f"{corpus}:0.5,{tmp_path / 'run'}:0.5"):
        with pytest.raises(ConfigError, match="run is the --output-dir; choose another --output-dir$"):
            source_of(mixture, tmp_path / "run")


def test_a_run_on_a_mixture_is_no_corpus(corpus: Path, tmp_path: Path) -> None:
    mixture = source_of(f"{corpus}:0.5,{write_corpus(tmp_path / 'other', 3, 2)}:0.5", tmp_path / "run")
    mixture.settings(), mixture.prepare(TOKENIZER)
    with pytest.raises(ConfigError, match="^--corpus .*run is a run on a mixture of corpora, .*; pass the --corpus of"):
        source_of(tmp_path / "run", tmp_path / "other_run")


def test_windows_that_are_longer_than_a_sequence_are_refused(tmp_path: Path) -> None:
    corpus = two_splits(tmp_path / "corpus")

    def windows_of(path: Path, folder: Path, context_tokens: int) -> TokenSource:
        return open_token_source(SourceConfig(corpus=str(path), config="compact"), DataConfig(
            long_documents="windows", context_tokens=context_tokens), folder / "tokens")

    source = windows_of(corpus, tmp_path / "run", 64)
    source.settings(), source.prepare(TOKENIZER)
    assert 16 < source.documents("train").lengths.max() <= 62
    for fitting in (64, 100):
        windows_of(tmp_path / "run", tmp_path / "new", fitting).prepare(TOKENIZER)
    with pytest.raises(ConfigError, match="run has windows of up to 62 tokens, .* of 63; pass --context-tokens 64, or"):
        windows_of(tmp_path / "run", tmp_path / "new", 63).prepare(TOKENIZER)


def test_the_tokens_of_a_run_without_values_are_refused(tmp_path: Path) -> None:
    corpus = generated_splits(tmp_path / "corpus")

    def tokens_of(path: Path, folder: Path, unit: str) -> TokenSource:
        source = open_token_source(SourceConfig(corpus=str(path), config="compact"), DataConfig(mask_unit=unit), folder / "tokens")
        source.settings(), source.prepare(TOKENIZER)
        return source

    def values_of(documents: Documents) -> list[list[bool]]:
        return [documents.in_value(number, 0, int(length)).tolist() for number, length in enumerate(documents.lengths)]

    documents = {unit: tokens_of(corpus, tmp_path / unit, unit).documents("train") for unit in ("token", "value")}
    assert tokens_of(tmp_path / "value", tmp_path / "new", "token").settings()
    values = values_of(documents["value"])
    assert sum(map(sum, values)) > 20
    assert values_of(tokens_of(tmp_path / "value", tmp_path / "new", "value").documents("train")) == values
    mixture = f"{corpus}:0.5,{tmp_path / 'value'}:0.5"
    assert values_of(tokens_of(mixture, tmp_path / "mixture", "value").documents("train")) == 2 * values
    with pytest.raises(ConfigError, match="token has tokens without the values of the trace; pass --mask-unit token, or"):
        tokens_of(tmp_path / "token", tmp_path / "new", "value")
