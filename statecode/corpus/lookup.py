"""Find one row of a corpus without reading the events of the other rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import check_shard
from statecode.corpus.ledger import LedgerEntry, read_ledger
from statecode.corpus.reader import shards_to_read
from statecode.corpus.shards import read_columns, read_row, row_count
from statecode.errors import CorpusError
from statecode.records import Trace


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of a corpus with its ledger entry and position."""

    trace: Trace
    entry: LedgerEntry
    split: str
    number: int  # index of the row in its split, from 0


def find_row(folder: CorpusFolder, row: str, split: str | None = None) -> FoundRow:
    """Find a row by its number or by its program.

    Args:
        row: the index of the row in `split`, or PROGRAM_ID#INPUT_INDEX.
        split: the split to search. By default, an index refers to the first split that has rows, and
            PROGRAM_ID#INPUT_INDEX is searched in all splits.

    Raises:
        CorpusError: there is no such row, or the corpus cannot be read.
        ConfigError: `split` is not the name of a split.
    """
    if row.isdecimal():
        return _by_number(folder, int(row), split)
    program_id, _, index = row.rpartition("#")
    if not program_id or not index.isdecimal():
        raise CorpusError(f"{row}: neither a row's number nor PROGRAM_ID#INPUT_INDEX, such as {_example(folder)}")
    return _by_id(folder, program_id, int(index), split)


def _by_number(folder: CorpusFolder, number: int, split: str | None) -> FoundRow:
    names = shards_to_read(folder, split)
    split = names[0].rpartition("-")[0]
    first = 0
    for name in [name for name in names if name.startswith(f"{split}-")]:
        count = row_count(folder.data(name))
        if number < first + count:
            return _load(folder, name, number - first, split, number)
        first += count
    raise CorpusError(f"{folder}: no row {number} in {split}, which has rows 0 to {first - 1}")


def _by_id(folder: CorpusFolder, program_id: str, input_index: int, split: str | None) -> FoundRow:
    inputs = []
    for name, row, number, owner, index in _ids(folder, split):
        if (owner, index) == (program_id, input_index):
            return _load(folder, name, row, name.rpartition("-")[0], number)
        if owner == program_id:
            inputs.append(index)
    where = f"{folder}{f', split {split}' if split else ''}"
    if inputs:
        raise CorpusError(f"{where}: program {program_id} has no input {input_index}, only 0 to {max(inputs)}")
    close = difflib.get_close_matches(program_id, {owner for _, _, _, owner, _ in _ids(folder, split)}, n=3)
    raise CorpusError(f"{where}: no program {program_id}" + (f"; close: {', '.join(close)}" if close else ""))


def _ids(folder: CorpusFolder, split: str | None) -> Iterator[tuple[str, int, int, str, int]]:
    """Yield (name of the shard, index in the shard, index in the split, program_id, input_index) for every row.

    Both indices count rows from 0. `split` None means all splits.
    """
    counts: dict[str, int] = {}
    for name in shards_to_read(folder, split):
        columns = read_columns(folder.data(name), ("program_id", "input_index"))
        first = counts.get(name.rpartition("-")[0], 0)
        counts[name.rpartition("-")[0]] = first + len(columns["program_id"])
        for row, (program_id, input_index) in enumerate(zip(*columns.values())):
            yield name, row, first + row, program_id, input_index


def _load(folder: CorpusFolder, name: str, row: int, split: str, number: int) -> FoundRow:
    check_shard(folder, name)
    entries = read_ledger(folder.ledger(name))
    if row >= len(entries):
        raise CorpusError(f"{folder.ledger(name)}: no entry of row {row}; run the build again")
    return FoundRow(read_row(folder.data(name), row), entries[row], split, number)


def _example(folder: CorpusFolder) -> str:
    _, _, _, program_id, input_index = next(_ids(folder, None))
    return f"{program_id}#{input_index}"
