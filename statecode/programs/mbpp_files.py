"""The rows of MBPP and MBPP+: from a local file or folder, else from the Hugging Face Hub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ProgramError
from statecode.programs.jsonl import read_rows

DATA_VARIABLE = "STATECODE_DATA"  # a folder of data sets: mbpp/mbpp.jsonl, mbppplus/MbppPlus.jsonl.gz


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where one of the two data sets may be found."""

    name: str                      # also the folder's name below STATECODE_DATA
    hub_id: str
    hub_files: str                 # pattern of its Parquet files on the Hub
    local_files: tuple[str, ...]   # patterns below a local folder; the first that fits something is read


MBPP = Home(
    name="mbpp",
    hub_id="google-research-datasets/mbpp",
    hub_files="full/*.parquet",
    local_files=("mbpp.jsonl", "mbpp.jsonl.gz", "mbpp/mbpp.jsonl", "full/*.parquet", "*.parquet"),
)
MBPP_PLUS = Home(
    name="mbppplus",
    hub_id="evalplus/mbppplus",
    hub_files="data/*.parquet",
    local_files=("MbppPlus*.jsonl.gz", "MbppPlus*.jsonl", "mbppplus/MbppPlus*.jsonl.gz", "data/*.parquet", "*.parquet"),
)


def rows(home: Home, path: str | Path | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row with the place where it stands, such as "mbpp.jsonl:17".

    Args:
        home: which data set.
        path: a file or folder; without it the folder named by STATECODE_DATA, where it has the data set, else the Hub.

    Raises:
        ProgramError: nothing there that can be read, or the Hub cannot be reached.
    """
    for file in _files(home, path):
        if file.suffix == ".parquet":
            yield from _parquet_rows(file)
        else:
            yield from ((f"{file}:{number}", row) for number, row in read_rows(file))


def _files(home: Home, path: str | Path | None) -> list[Path]:
    if path is not None:
        return _local(home, Path(path))
    folder = Path(os.environ.get(DATA_VARIABLE) or os.devnull, home.name)
    return (folder.is_dir() and _matching(folder, home.local_files)) or _from_hub(home)


def _local(home: Home, path: Path) -> list[Path]:
    if path.is_file():
        if path.name.endswith((".jsonl", ".jsonl.gz", ".parquet")):
            return [path]
        raise ProgramError(f"{path}: expected a .jsonl, .jsonl.gz or .parquet file of {home.name}")
    if not path.is_dir():
        raise ProgramError(f"{path}: no such file or folder; expected a copy of {home.name}")
    files = _matching(path, home.local_files)
    if not files:
        raise ProgramError(f"{path}: no file of {home.name} in this folder (looked for {', '.join(home.local_files)})")
    return files


def _matching(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = (sorted(folder.glob(pattern)) for pattern in patterns)
    return next((files for files in found if files), [])


def _from_hub(home: Home) -> list[Path]:
    import huggingface_hub

    try:
        folder = huggingface_hub.snapshot_download(home.hub_id, repo_type="dataset", allow_patterns=[home.hub_files])
        reason = f"it has no {home.hub_files}"
    except Exception as error:  # which classes these are depends on its version: its own, requests', httpx's
        folder, reason = os.devnull, (str(error).splitlines() or [type(error).__name__])[0]
    files = _matching(Path(folder), [home.hub_files])
    if not files:
        raise ProgramError(
            f"{home.hub_id}: cannot be fetched from the Hub: {reason}. "
            f"Give a local copy as {home.name}_path, or below the folder that {DATA_VARIABLE} names"
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
