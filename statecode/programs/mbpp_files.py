"""Read the rows of MBPP and MBPP+ from a local file or folder, else from the Hugging Face Hub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ProgramError
from statecode.programs.jsonl import read_rows

DATA_VARIABLE = "STATECODE_DATA"
"""The environment variable that names a folder of data sets, with mbpp/mbpp.jsonl and mbppplus/MbppPlus.jsonl.gz."""


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
    for file in _files(dataset, path):
        if file.suffix == ".parquet":
            yield from _parquet_rows(file)
        else:
            yield from ((f"{file}:{number}", row) for number, row in read_rows(file))


def _files(dataset: DatasetFiles, path: str | Path | None) -> list[Path]:
    if path is not None:
        return _local(dataset, Path(path))
    folder = Path(os.environ.get(DATA_VARIABLE) or os.devnull, dataset.name)
    return (folder.is_dir() and _first_match(folder, dataset.local_files)) or _from_hub(dataset)


def _local(dataset: DatasetFiles, path: Path) -> list[Path]:
    if path.is_file():
        if path.name.endswith((".jsonl", ".jsonl.gz", ".parquet")):
            return [path]
        raise ProgramError(f"{path}: expected a .jsonl, .jsonl.gz or .parquet file of {dataset.name}")
    if not path.is_dir():
        raise ProgramError(f"{path}: no such file or folder; expected a copy of {dataset.name}")
    files = _first_match(path, dataset.local_files)
    if not files:
        patterns = ", ".join(dataset.local_files)
        raise ProgramError(f"{path}: no file of {dataset.name} in this folder (looked for {patterns})")
    return files


def _first_match(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = (sorted(folder.glob(pattern)) for pattern in patterns)
    return next((files for files in found if files), [])


def _from_hub(dataset: DatasetFiles) -> list[Path]:
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
    return files


def _parquet_rows(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(file)
    except (OSError, pyarrow.ArrowException) as error:
        raise ProgramError(f"{file}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    yield from ((f"{file}: row {number}", row) for number, row in enumerate(table.to_pylist(), 1))
