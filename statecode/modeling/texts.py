"""The texts that a run reads: a statecode corpus, a folder of JSON lines, or a data set of the Hub."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError
from statecode.modeling.hub_names import misnamed, not_found
from statecode.views import VIEWS


@dataclass(frozen=True)
class Texts:
    """The documents of each split, in a fixed order; the same texts have the same fingerprint, wherever they lie."""

    corpus: str
    config: str
    splits: dict[str, Sequence[str]]

    def split(self, name: str) -> Sequence[str]:
        """The documents of one split.

        Raises:
            CorpusError: there is no such split, or it is empty.
        """
        if not len(self.splits.get(name, ())):
            found = ", ".join(split for split, texts in self.splits.items() if len(texts)) or "nothing"
            raise CorpusError(f"{self.corpus} has no {name} split (found: {found})")
        return self.splits[name]


def load_texts(corpus: str, config: str = "snoop") -> Texts:
    """Open a corpus: `embedded`, a corpus folder, a folder of {train,validation,test}.jsonl, or a Hub id.

    The rows of JSON lines have a `text`. Nothing is read before a split is asked for.

    Raises:
        CorpusError: the folder is missing or holds neither.
        ConfigError: the corpus has no such config.
    """
    folder = Path(corpus)
    if corpus != "embedded" and folder.is_dir() and any((folder / f"{split}.jsonl").is_file() for split in SPLITS):
        return Texts(corpus, config, {split: _read_jsonl(folder / f"{split}.jsonl") for split in SPLITS})
    data = _from_builder(corpus, config) if corpus == "embedded" or folder.is_dir() else _from_hub(corpus, config)
    for rows in data.values():
        check_has_text(rows.column_names, corpus, config)
    return Texts(corpus, config, {split: Column(data[split]) for split in SPLITS if split in data})


def check_has_text(columns: Sequence[str], corpus: str, config: str) -> None:
    """Refuse a config of structured rows, which no language model reads.

    Raises:
        ConfigError: there is no column `text`.
    """
    if "text" not in columns:
        having = ", ".join(name for name, view in VIEWS.items() if view.is_text)
        raise ConfigError(f"{corpus} has no texts under --config {config}; pass one that has: {having}")


class Column(Sequence[str]):
    """The `text` column of a data set, read from disk in slices."""

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
    """SHA-256 over the texts in order, each with its length."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def _read_jsonl(path: Path) -> list[str]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        return [_text_of(line, path, number) for number, line in enumerate(lines, 1) if line.strip()]


def _text_of(line: str, path: Path, number: int) -> str:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path}:{number}: invalid JSON: {error.msg}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        found = ", ".join(row) if isinstance(row, dict) else type(row).__name__
        raise CorpusError(f'{path}:{number}: no "text" field that is a string (found: {found})')
    return row["text"]


def _from_builder(corpus: str, config: str) -> Any:
    from statecode.dataset.builder import load_dataset
    from statecode.dataset.rows import check_config, schema_of

    check_has_text(schema_of(check_config(config)).names, corpus, config)  # before anything is rendered
    return load_dataset(config, data_dir=None if corpus == "embedded" else corpus)


def _from_hub(corpus: str, config: str) -> Any:
    import datasets

    if reason := misnamed(corpus) or ("/" not in corpus and f"no such folder: {corpus}"):
        raise CorpusError(f"{reason}; give a corpus folder, embedded, or a Hub id such as owner/name")
    try:
        return datasets.load_dataset(corpus, config)
    except (OSError, ValueError) as error:
        raise CorpusError(not_found(corpus, error)) from error
