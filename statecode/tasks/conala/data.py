"""Read CoNaLa v1.1: pairs of an intent in English and the Python snippet that implements it.

This module needs only the standard library, and `huggingface_hub` for a download from the Hub.

Source: Yin et al., Learning to Mine Aligned Code and Natural Language Pairs from Stack Overflow, MSR 2018.
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
from statecode.input_files import read_file, snapshot_root

HUB_ID = "neulab/conala"
HUB_REVISION = "fbc749f1c537e5c3834e93b15784302e331debe2"  # the revision of the curated files that this module reads
FILE_NAMES = {  # split -> name in the official archive, name on the Hub
    "train": ("conala-train.json", "conala-paired-train.json"),
    "test": ("conala-test.json", "conala-paired-test.json"),
}
FIELDS = ("question_id", "intent", "rewritten_intent", "snippet")
DEV_SHARE = 0.1  # share of the questions in train that form the dev split


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One pair of CoNaLa: an intent (a request in English) and the Python snippet that implements it."""

    row: int          # 0-based index of the row in its file
    question_id: int  # question on Stack Overflow; several rows can belong to one question
    intent: str       # rewritten_intent if the row has one, else the question's title; on one line
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConalaReport:
    """Counts of the rows that were read and removed, stored with the results."""

    source: str
    train_rows: int
    test_rows: int
    duplicates_dropped: int           # rows of train that equal an earlier row in all four FIELDS
    train_examples: int               # without the duplicates and the dev split
    dev_examples: int
    dev_questions: int
    rows_without_rewritten_intent: int
    snippets_in_both: tuple[str, ...]  # snippets of train (dev included) that also occur in test, for other questions

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-serializable values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conala:
    """The three splits: `train` to fit, `dev` to select a checkpoint, `test` to report results once."""

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]
    report: ConalaReport


def load_conala(folder: str | Path | None = None, dev_share: float = DEV_SHARE) -> Conala:
    """Read CoNaLa from a folder, or download it from the Hub.

    Args:
        folder: contains the two files, each under one of its names in FILE_NAMES. None: the folder `conala/` in
            STATECODE_DATA, or the Hub if this folder does not exist.
        dev_share: share of the questions in train that form the dev split, 0 to 1.

    Raises:
        InputError: the files are missing and cannot be downloaded, a row is invalid, or a question is in both splits.
    """
    source, files = find_files(folder)
    return split_rows(read_rows(files["train"]), read_rows(files["test"]), source, dev_share)


def find_files(folder: str | Path | None = None) -> tuple[str, dict[str, Path]]:
    """Locate the train and the test file; download them from the Hub if `folder` is None and there is no default.

    The default is the folder `conala/` in STATECODE_DATA.

    Returns:
        A description of the source (the folder, or Hub id and revision), and the path of each split's file.

    Raises:
        InputError: a file is missing, or the download failed.
    """
    data = os.environ.get("STATECODE_DATA")
    if folder is None and data and (Path(data) / "conala").is_dir():
        folder = Path(data) / "conala"
    if folder is None:
        return f"{HUB_ID} at {HUB_REVISION[:12]}", _download_files()
    return str(folder), _files_in_folder(Path(folder))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file that contains one JSON array, or one JSON object per line.

    Raises:
        InputError: the file cannot be read, has no rows or is not valid JSON, or a row is not valid. The message
            contains the file, and the number of the line or row if there is one.
    """
    text = _read_text(path)
    rows = _parse_json(text, path, 1) if text.lstrip().startswith("[") else [
        _parse_json(line, path, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    if not rows:
        raise InputError(f"{path}: no rows; expected the rows of CoNaLa, as on the Hub at {HUB_ID}")
    for number, row in enumerate(rows, 1):
        _check_row(row, f"{path}: row {number}")
    return rows


def split_rows(
    train_rows: list[dict[str, Any]], test_rows: list[dict[str, Any]], source: str, dev_share: float = DEV_SHARE
) -> Conala:
    """Remove exact duplicates from the train rows, move some questions to the dev split, and count both.

    Raises:
        InputError: a question is in both splits, as in the older version of CoNaLa with 2,063 and 500 rows.
    """
    shared = {row["question_id"] for row in train_rows} & {row["question_id"] for row in test_rows}
    if shared:
        raise InputError(f"{source}: {len(shared)} questions are in both train and test, such as {min(shared)}; "
                         f"the splits of CoNaLa v1.1 have none in common. Use {HUB_ID} from the Hub.")
    kept = _without_duplicates(train_rows)
    train = tuple(example for example in kept if not in_dev(example.question_id, dev_share))
    dev = tuple(example for example in kept if in_dev(example.question_id, dev_share))
    test = tuple(_make_example(number, row) for number, row in enumerate(test_rows))
    report = ConalaReport(
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
    """Return True if a question of train belongs to the dev split.

    A hash of the question's id decides, so that the dev split is the same on every machine and for any order of rows.
    """
    digest = hashlib.sha256(f"conala-dev:{question_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < dev_share * 2**64


def _files_in_folder(folder: Path) -> dict[str, Path]:
    files = {}
    for split, names in FILE_NAMES.items():
        found = [folder / name for name in names if (folder / name).is_file()]
        if not found:
            reason = "no such folder" if not folder.is_dir() else f"no {names[0]} in it"
            raise InputError(f"{folder}: {reason}. --conala expects a folder with {FILE_NAMES['train'][0]} and "
                             f"{FILE_NAMES['test'][0]}; without it they are downloaded from the Hub ({HUB_ID}).")
        files[split] = found[0]
    return files


def _download_files() -> dict[str, Path]:
    from huggingface_hub import hf_hub_download  # slow to import, and not needed with a folder

    from statecode.modeling.hub_names import first_line, unavailable_reason

    if reason := unavailable_reason(HUB_ID, "dataset"):  # one request; a download retries for half a minute
        raise _download_error(reason)
    try:
        return {
            split: Path(hf_hub_download(HUB_ID, f"data/{names[1]}", repo_type="dataset", revision=HUB_REVISION))
            for split, names in FILE_NAMES.items()
        }
    except (OSError, ValueError) as error:  # raised by the Hub's client if it is offline or cannot reach the server
        raise _download_error(first_line(error)) from error


def _download_error(reason: str) -> InputError:
    return InputError(
        f"CoNaLa is missing: cannot download {HUB_ID}: {reason}. Go online, or pass --conala FOLDER with "
        f"{FILE_NAMES['train'][0]} and {FILE_NAMES['test'][0]} (from conala-corpus.github.io)."
    )


def _read_text(path: Path) -> str:
    try:
        return read_file(path, snapshot_root(path.parent)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; expected a JSON file of CoNaLa") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _parse_json(text: str, path: Path, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{first_line + error.lineno - 1}: invalid JSON: {error.msg}. "
                         "Expected one array, or one object per line.") from error


def _check_row(row: Any, place: str) -> None:
    if not isinstance(row, dict):
        raise InputError(f"{place}: expected an object with {', '.join(FIELDS)}; found {type(row).__name__}")
    for name in FIELDS:
        if name not in row and name != "rewritten_intent":
            raise InputError(f'{place}: no "{name}" (found: {", ".join(row)})')
    row.setdefault("rewritten_intent", None)
    if not isinstance(row["snippet"], str) or not isinstance(row["rewritten_intent"] or row["intent"], str):
        raise InputError(f"{place}: intent and snippet must be strings")


def _without_duplicates(rows: Iterable[dict[str, Any]]) -> list[Example]:
    seen: Counter[tuple[Any, ...]] = Counter()
    kept = []
    for number, row in enumerate(rows):
        key = tuple(row[name] for name in FIELDS)
        if not seen[key]:
            kept.append(_make_example(number, row))
        seen[key] += 1
    return kept


def _make_example(number: int, row: dict[str, Any]) -> Example:
    intent = " ".join((row["rewritten_intent"] or row["intent"]).splitlines())
    return Example(row=number, question_id=row["question_id"], intent=intent, snippet=row["snippet"])


def _shared_snippets(left: Iterable[Example], right: Iterable[Example]) -> tuple[str, ...]:
    shared = {example.snippet for example in left} & {example.snippet for example in right}
    return tuple(sorted(shared))
