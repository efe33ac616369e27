"""CoNaLa v1.1: an intent in English and the Python snippet that does it. Standard library only.

Yin et al., Learning to Mine Aligned Code and Natural Language Pairs from Stack Overflow, MSR 2018.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from statecode.errors import InputError

HUB_ID = "neulab/conala"
HUB_REVISION = "fbc749f1c537e5c3834e93b15784302e331debe2"  # the curated files as read here
FILE_NAMES = {  # the corpus' own archive names them so, the Hub the other way
    "train": ("conala-train.json", "conala-paired-train.json"),
    "test": ("conala-test.json", "conala-paired-test.json"),
}
FIELDS = ("question_id", "intent", "rewritten_intent", "snippet")
DEV_SHARE = 0.1  # of train's questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One intent with its snippet."""

    row: int          # 0-based place in the file it was read from
    question_id: int  # of the Stack Overflow question; several rows can share one
    intent: str       # rewritten_intent where there is one, else the question's title; one line
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was read and what was dropped, for the record beside a result."""

    source: str
    train_rows: int
    test_rows: int
    duplicates_dropped: int           # exact duplicates in train, all four fields equal
    train_examples: int               # after duplicates and the dev slice are out
    dev_examples: int
    dev_questions: int
    rows_without_rewritten_intent: int
    snippets_in_both: tuple[str, ...]  # stand in train (dev included) and in test, under different questions

    def as_dict(self) -> dict[str, Any]:
        """Give the fields as JSON can hold them."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conala:
    """The examples by their use: `train` to fit, `dev` to choose, `test` to report once."""

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]
    report: Report


def load_conala(folder: str | Path | None = None, dev_share: float = DEV_SHARE) -> Conala:
    """Read CoNaLa from `folder`, else from STATECODE_DATA's `conala/`, else from the Hub.

    Raises:
        InputError: no files there and no Hub, a row that is not CoNaLa's, or a question in both splits.
    """
    source, files = find_files(folder)
    return split_rows(read_rows(files["train"]), read_rows(files["test"]), source, dev_share)


def find_files(folder: str | Path | None = None) -> tuple[str, dict[str, Path]]:
    """Locate the train and the test file, downloading them from the Hub where no folder is known; name the source."""
    data = os.environ.get("STATECODE_DATA")
    if folder is None and data and (Path(data) / "conala").is_dir():
        folder = Path(data) / "conala"
    if folder is None:
        return f"{HUB_ID} at {HUB_REVISION[:12]}", _from_hub()
    return str(folder), _in_folder(Path(folder))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file that is one JSON array or has one JSON object a line.

    Raises:
        InputError: invalid JSON (file and line), or a row that lacks one of FIELDS (file and row).
    """
    text = _read_text(path)
    rows = _parse(text, path, 1) if text.lstrip().startswith("[") else [
        _parse(line, path, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    if not rows:
        raise InputError(f"{path}: no rows; expected CoNaLa's, as on the Hub at {HUB_ID}")
    for number, row in enumerate(rows, 1):
        _check_row(row, f"{path}: row {number}")
    return rows


def split_rows(
    train_rows: list[dict[str, Any]], test_rows: list[dict[str, Any]], source: str, dev_share: float = DEV_SHARE
) -> Conala:
    """Drop train's exact duplicates, cut the dev slice by question, and report both.

    Raises:
        InputError: a question stands in both splits, as in the older 2,063 / 500 split.
    """
    shared = {row["question_id"] for row in train_rows} & {row["question_id"] for row in test_rows}
    if shared:
        raise InputError(f"{source}: {len(shared)} questions stand in train and in test, such as {min(shared)}; "
                         f"that is not CoNaLa v1.1, whose splits share none. Take {HUB_ID} from the Hub.")
    kept = _without_duplicates(train_rows)
    train = tuple(example for example in kept if not in_dev(example.question_id, dev_share))
    dev = tuple(example for example in kept if in_dev(example.question_id, dev_share))
    test = tuple(_example(number, row) for number, row in enumerate(test_rows))
    report = Report(
        source=source,
        train_rows=len(train_rows),
        test_rows=len(test_rows),
        duplicates_dropped=len(train_rows) - len(kept),
        train_examples=len(train),
        dev_examples=len(dev),
        dev_questions=len({example.question_id for example in dev}),
        rows_without_rewritten_intent=sum(not row["rewritten_intent"] for row in [*train_rows, *test_rows]),
        snippets_in_both=_shared_snippets(kept, test),
    )
    return Conala(train=train, dev=dev, test=test, report=report)


def in_dev(question_id: int, dev_share: float = DEV_SHARE) -> bool:
    """Whether a question of train belongs to the dev slice: by a hash, so that it is the same on every machine."""
    digest = hashlib.sha256(f"conala-dev:{question_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < dev_share * 2**64


def _in_folder(folder: Path) -> dict[str, Path]:
    files = {}
    for split, names in FILE_NAMES.items():
        found = [folder / name for name in names if (folder / name).is_file()]
        if not found:
            what = "no such folder" if not folder.is_dir() else f"no {names[0]} in it"
            raise InputError(f"{folder}: {what}. --conala takes a folder with {FILE_NAMES['train'][0]} and "
                             f"{FILE_NAMES['test'][0]}; without it they come from the Hub ({HUB_ID}).")
        files[split] = found[0]
    return files


def _from_hub() -> dict[str, Path]:
    from huggingface_hub import hf_hub_download  # slow to import, and not needed with a folder

    try:
        return {
            split: Path(hf_hub_download(HUB_ID, f"data/{names[1]}", repo_type="dataset", revision=HUB_REVISION))
            for split, names in FILE_NAMES.items()
        }
    except (OSError, ValueError) as error:  # offline, not cached, not reachable: what the Hub's client raises
        raise InputError(
            f"no CoNaLa: {HUB_ID} could not be had from the Hub ({type(error).__name__}). Go online, or pass --conala "
            f"FOLDER with {FILE_NAMES['train'][0]} and {FILE_NAMES['test'][0]} (from conala-corpus.github.io)."
        ) from error


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; expected CoNaLa's JSON") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error


def _parse(text: str, path: Path, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{first_line + error.lineno - 1}: invalid JSON: {error.msg}. "
                         "Expected one array, or one object a line.") from error


def _check_row(row: Any, place: str) -> None:
    if not isinstance(row, dict):
        raise InputError(f"{place}: expected an object with {', '.join(FIELDS)}; found {type(row).__name__}")
    for name in FIELDS:
        if name not in row and name != "rewritten_intent":
            raise InputError(f'{place}: no "{name}" (found: {", ".join(row)})')
    row.setdefault("rewritten_intent", None)
    if not isinstance(row["snippet"], str) or not isinstance(row["rewritten_intent"] or row["intent"], str):
        raise InputError(f"{place}: intent and snippet must be texts")


def _without_duplicates(rows: Iterable[dict[str, Any]]) -> list[Example]:
    seen: Counter[tuple[Any, ...]] = Counter()
    kept = []
    for number, row in enumerate(rows):
        key = tuple(row[name] for name in FIELDS)
        if not seen[key]:
            kept.append(_example(number, row))
        seen[key] += 1
    return kept


def _example(number: int, row: dict[str, Any]) -> Example:
    intent = " ".join((row["rewritten_intent"] or row["intent"]).splitlines())
    return Example(row=number, question_id=row["question_id"], intent=intent, snippet=row["snippet"])


def _shared_snippets(left: Iterable[Example], right: Iterable[Example]) -> tuple[str, ...]:
    shared = {example.snippet for example in left} & {example.snippet for example in right}
    return tuple(sorted(shared))
