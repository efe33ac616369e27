"""The texts of a run, read from a statecode corpus, a folder of JSON Lines files, or a dataset on the Hub."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError
from statecode.modeling.hub_names import missing_reason, not_found_message
from statecode.views import VIEWS


@dataclass(frozen=True)
class Texts:
    """The texts of each split, in a fixed order."""

    corpus: str
    config: str
    splits: dict[str, Sequence[str]]

    def split(self, name: str) -> Sequence[str]:
        """Return the texts of one split.

        Raises:
            CorpusError: the split is missing or empty; the message lists the other splits.
        """
        if not len(self.splits.get(name, ())):
            raise CorpusError(missing_split_message(self.corpus, name, [
                split for split, texts in self.splits.items() if len(texts)]))
        return self.splits[name]


@dataclass(frozen=True)
class CorpusIdentity:
    """The identity of the texts of a corpus, known without reading the texts."""

    corpus_key: str           # hex digest; changes whenever the texts may change
    view: str | None          # view of a statecode corpus; None: other texts
    view_version: int | None  # version of the view; see views.View


def missing_split_message(corpus: str, name: str, found: Sequence[str]) -> str:
    """Return the error message for a split that a corpus lacks.

    Args:
        found: the splits that the corpus has.
    """
    if _has_jsonl(corpus):
        remedy = f"write {Path(corpus) / name}.jsonl, with a text per line"
    elif _is_local(corpus):
        remedy = f"build it again with a --split that contains {name}, and programs of more problems"
    else:
        remedy = f"choose a dataset that has one, or save its texts as FOLDER/{name}.jsonl"
    return f"{corpus} has no {name} split (found: {', '.join(found) or 'nothing'}); {remedy}"


def check_corpus(corpus: str, config: str, splits: Sequence[str] = ()) -> None:
    """Check that there is a corpus that has texts in this config, as far as this is known before texts are read.

    Args:
        splits: splits that the corpus must have; they are not checked for a Hub id.

    Raises:
        CorpusError: there is no such folder or Hub id, the folder contains no finished corpus, or it lacks a split.
        ConfigError: the corpus has no such config, or the config has no texts.
    """
    if _has_jsonl(corpus):
        _check_splits(corpus, splits, [split for split in SPLITS if (Path(corpus) / f"{split}.jsonl").is_file()])
    elif _is_local(corpus):
        from statecode.dataset.source import find_source

        _check_view(corpus, config)
        rows = find_source(data_dir=None if corpus == "embedded" else corpus, programs=None, cache_dir="")
        found = CorpusFolder(rows.folder)
        _check_splits(corpus, splits, [split for split in SPLITS if found.finished(split)])
    else:
        _check_hub_id(corpus)


def _check_splits(corpus: str, splits: Sequence[str], found: Sequence[str]) -> None:
    """Raise CorpusError for the first of `splits` that is not in `found`."""
    for split in splits:
        if split not in found:
            raise CorpusError(missing_split_message(corpus, split, found))


def identify(corpus: str, config: str) -> CorpusIdentity:
    """Return the identity of the texts that `load_texts` returns for the same arguments.

    The key depends on the size and modification time of files, and for a statecode corpus on the code that renders its
    texts; for a Hub id on the version of the downloaded data.

    Raises:
        CorpusError: the folder is missing or contains no corpus.
        ConfigError: the corpus has no such config, or the config has no texts.
    """
    if _has_jsonl(corpus):
        paths = [Path(corpus) / f"{split}.jsonl" for split in SPLITS]
        stats = [path.stat() if path.is_file() else None for path in paths]
        return CorpusIdentity(_hash_of(*(stat and (stat.st_size, stat.st_mtime_ns) for stat in stats)), None, None)
    if _is_local(corpus):
        return _identify_view(corpus, config)
    data = _load_from_hub(corpus, config)
    return CorpusIdentity(_hash_of(*((split, rows._fingerprint) for split, rows in data.items())), None, None)


def trace_shards(corpus: str, split: str) -> list[str]:
    """Return the paths of the shards of a split of a statecode corpus.

    Raises:
        CorpusError: the folder contains no finished corpus, or the split is missing; the message lists the others.
    """
    from statecode.dataset.source import find_source

    found = find_source(data_dir=None if corpus == "embedded" else corpus, programs=None, cache_dir="").shards()
    if split not in found:
        raise CorpusError(missing_split_message(corpus, split, list(found)))
    return found[split]


def load_texts(corpus: str, config: str = "snoop") -> Texts:
    """Load the texts of a corpus.

    This call reads JSON Lines files completely. The texts of a dataset are read from disk when they are accessed.

    Args:
        corpus: `embedded`, a corpus folder, a folder of {train,validation,test}.jsonl whose rows have a string `text`,
            or a Hub id.
        config: the view or other config of the corpus; ignored for JSON Lines files.

    Raises:
        CorpusError: the folder is missing or contains no corpus, or a row of a JSON Lines file is not valid.
        ConfigError: the corpus has no such config, or the config has no texts.
    """
    if _has_jsonl(corpus):
        return Texts(corpus, config, {split: _read_jsonl(Path(corpus) / f"{split}.jsonl") for split in SPLITS})
    data = _load_with_builder(corpus, config) if _is_local(corpus) else _load_from_hub(corpus, config)
    for rows in data.values():
        check_has_text(rows.column_names, corpus, config)
    return Texts(corpus, config, {split: TextColumn(data[split]) for split in SPLITS if split in data})


def check_has_text(columns: Sequence[str], corpus: str, config: str) -> None:
    """Check that a config has texts: language models cannot be trained on configs of structured rows.

    Raises:
        ConfigError: `columns` does not contain `text`; the message lists the views that are texts.
    """
    if "text" not in columns:
        raise ConfigError(f"{corpus} has no texts under --config {config}; pass one that has: {_text_views()}")


class TextColumn(Sequence[str]):
    """The `text` column of a dataset, read from disk in slices."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows.select_columns(["text"])

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]["text"]

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), 1000):
            yield from self[start:start + 1000]


def fingerprint(texts: Sequence[str]) -> str:
    """Return the SHA-256 of all texts and their lengths, in order, as hexadecimal digits."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def _has_jsonl(corpus: str) -> bool:
    """Return True if `corpus` is a folder with JSON Lines files of texts."""
    return corpus != "embedded" and any((Path(corpus) / f"{split}.jsonl").is_file() for split in SPLITS)


def _is_local(corpus: str) -> bool:
    """Return True if `corpus` is the shipped corpus or a folder."""
    return corpus == "embedded" or Path(corpus).is_dir()


def _hash_of(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()


def _read_jsonl(path: Path) -> list[str]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        return [_parse_text(line, path, number) for number, line in enumerate(lines, 1) if line.strip()]


def _parse_text(line: str, path: Path, number: int) -> str:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path}:{number}: invalid JSON: {error.msg}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        found = ", ".join(row) if isinstance(row, dict) else type(row).__name__
        raise CorpusError(f'{path}:{number}: no "text" field that is a string (found: {found})')
    return row["text"]


def _load_with_builder(corpus: str, config: str) -> Any:
    from statecode.dataset.builder import load_dataset

    _check_view(corpus, config)  # rendering the texts takes long: check first
    return load_dataset(config, data_dir=None if corpus == "embedded" else corpus)


def _identify_view(corpus: str, config: str) -> CorpusIdentity:
    """Return the identity of the texts of a statecode corpus."""
    from statecode.dataset.rows import code_hash
    from statecode.dataset.source import find_source

    _check_view(corpus, config)
    rows = find_source(data_dir=None if corpus == "embedded" else corpus, programs=None, cache_dir="")
    version = VIEWS[config].version
    return CorpusIdentity(_hash_of(rows.key, code_hash(), config, version), config, version)


def _check_view(corpus: str, config: str) -> None:
    """Raise ConfigError if a statecode corpus has no such config, or the config has no texts."""
    from statecode.dataset.rows import config_names, schema_of

    if config not in config_names():
        raise ConfigError(f"unknown view {config!r}; {corpus} has these as texts: {_text_views()}")
    check_has_text(schema_of(config).names, corpus, config)


def _check_hub_id(corpus: str) -> None:
    """Raise CorpusError if there is no dataset of this name on the Hub or in its local cache."""
    reason = f"no such folder: {corpus}" if "/" not in corpus else missing_reason(corpus, "dataset")
    if reason:
        raise CorpusError(f"{reason}; pass a corpus folder, embedded, or a Hub id such as owner/name")


def _text_views() -> str:
    return ", ".join(name for name, view in VIEWS.items() if view.is_text)


def _load_from_hub(corpus: str, config: str) -> Any:
    import datasets

    from statecode.dataset.builder import no_bars_in_logs

    _check_hub_id(corpus)
    # datasets 3 asks whether it may execute the script of a dataset; later versions never execute one.
    options: dict[str, Any] = {"trust_remote_code": False} if datasets.__version__.startswith("3.") else {}
    try:
        with no_bars_in_logs():
            return datasets.load_dataset(corpus, config, **options)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the dataset is a script
        raise CorpusError(not_found_message(corpus, error)) from error
