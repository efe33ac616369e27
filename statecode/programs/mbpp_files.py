"""Read the rows of MBPP and MBPP+ from a local file or folder, else from the Hugging Face Hub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ProgramError, one_line
from statecode.input_files import open_parquet, snapshot_root
from statecode.programs.jsonl import read_rows

DATA_VARIABLE = "STATECODE_DATA"
"""The environment variable that names a folder of data sets, with mbpp/mbpp.jsonl and mbppplus/MbppPlus.jsonl.gz."""
_BATCH_ROWS = 16  # in memory at a time: a value that is stored once can be the value of each row


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFiles:
    """The places of one data set, on the Hub and in local folders."""

    name: str                      # also the name of its folder below STATECODE_DATA
    hub_id: str
    hub_files: str                 # glob pattern of its Parquet files on the Hub
    local_files: tuple[str, ...]   # glob patterns below a local folder; the first one with a match is read


MBPP = DatasetFiles(
    name="mbpp",
    hub_id="google-research-datasets/mbpp",
    hub_files="full/*.parquet",
    local_files=("mbpp.jsonl", "mbpp.jsonl.gz", "mbpp/mbpp.jsonl", "full/*.parquet", "*.parquet"),
)
MBPP_PLUS = DatasetFiles(
    name="mbppplus",
    hub_id="evalplus/mbppplus",
    hub_files="data/*.parquet",
    local_files=("MbppPlus*.jsonl.gz", "MbppPlus*.jsonl", "mbppplus/MbppPlus*.jsonl.gz", "data/*.parquet", "*.parquet"),
)


def rows(dataset: DatasetFiles, path: str | Path | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row of a data set with its position, such as "mbpp.jsonl:17".

    Args:
        dataset: the data set.
        path: file or folder. By default the folder below STATECODE_DATA is read if it has the data set, else the Hub.

    Raises:
        ProgramError: no file can be read, or the Hub cannot be reached.
    """
    files, folder = _files(dataset, path)
    for file in files:
        if file.suffix == ".parquet":
            yield from _parquet_rows(file, folder)
        else:
            yield from ((f"{file}:{number}", row) for number, row in read_rows(file, folder))


def _files(dataset: DatasetFiles, path: str | Path | None) -> tuple[list[Path], Path | None]:
    """Return the files of a data set, and the folder in which their links may lead; None if `path` is a file."""
    if path is not None and not Path(path).is_dir():
        return [_named_file(dataset, Path(path))], None
    folder = Path(path or Path(os.environ.get(DATA_VARIABLE) or os.devnull, dataset.name))
    files = _files_in(dataset, folder) if path is not None else _first_match(folder, dataset.local_files)
    if not files:
        folder, files = _from_hub(dataset)
    return files, snapshot_root(folder)


def _named_file(dataset: DatasetFiles, path: Path) -> Path:
    if not path.exists():
        raise ProgramError(f"{path}: no such file or folder; expected a copy of {dataset.name}")
    if not path.name.endswith((".jsonl", ".jsonl.gz", ".parquet")):
        raise ProgramError(f"{path}: expected a .jsonl, .jsonl.gz or .parquet file of {dataset.name}")
    return path


def _files_in(dataset: DatasetFiles, path: Path) -> list[Path]:
    files = _first_match(path, dataset.local_files)
    if not files:
        patterns = ", ".join(dataset.local_files)
        raise ProgramError(f"{path}: no file of {dataset.name} in this folder (looked for {patterns})")
    return files


def _first_match(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = (sorted(folder.glob(pattern)) for pattern in patterns)
    return next((files for files in found if files), [])


def _from_hub(dataset: DatasetFiles) -> tuple[Path, list[Path]]:
    """Return the folder and the files of a data set from the Hub, or from its cache."""
    import huggingface_hub

    try:
        folder = huggingface_hub.snapshot_download(
            dataset.hub_id, repo_type="dataset", allow_patterns=[dataset.hub_files]
        )
        reason = f"it has no {dataset.hub_files}"
    except Exception as error:  # of huggingface_hub, `requests` or httpx, depending on the version
        folder, reason = os.devnull, (str(error).splitlines() or [type(error).__name__])[0]
    files = _first_match(Path(folder), [dataset.hub_files])
    if not files:
        raise ProgramError(
            f"{dataset.hub_id}: cannot be fetched from the Hub: {reason}. "
            f"Pass a local copy with --{dataset.name}-path (in Python {dataset.name}_path=), or put it into the folder "
            f"that {DATA_VARIABLE} names"
        )
    return Path(folder), files


def _parquet_rows(file: Path, folder: Path | None) -> Iterator[tuple[str, dict[str, Any]]]:
    import pyarrow

    number = 0
    try:
        with open_parquet(file, folder) as table:
            for batch in table.iter_batches(_BATCH_ROWS):
                for number, row in enumerate(batch.to_pylist(), number + 1):
                    yield f"{file}: row {number}", row
    except (OSError, MemoryError, pyarrow.ArrowException) as error:
        raise ProgramError(f"{file}: cannot be read as Parquet: {one_line(error)}") from None
