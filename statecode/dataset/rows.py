"""The rows of the dataset, independent of the library `datasets`: the columns of each config and the tables of a shard.

    snoop     one row per run: the scalar columns, and `text`, the output of snoop
    events    one row per run with every column of the corpus, events as structures
    code      as snoop, but `text` is the source of the program
    steps     several rows per run: the scalar columns without code and stdin, `row_index` in the run, and the fields
              of the view

Only `events` has the columns expected_output, stdout, stderr and files. Each further view in `statecode.views.VIEWS` is
a config too: a view with text has the columns of `snoop`, another view has rows as in `steps`. Row k is the same run in
all configs with one row per run.

A run that a view cannot render does not stop the others. Its text is empty, or it has no rows, and a warning
`UnrenderedRuns` contains the number of such runs in the shard and the first reason. A text of more than
`views.MAX_CHARACTERS` is such a reason.
"""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from statecode import views
from statecode.corpus.columns import from_table, with_added_columns
from statecode.corpus.manifest import hash_of_modules
from statecode.corpus.rows import SCALARS, SCHEMA
from statecode.corpus.shards import damage_reported, open_shard
from statecode.errors import ConfigError, one_line
from statecode.machine import garbage_collection_paused
from statecode.records import Trace

DEFAULT_CONFIG = "snoop"
EVENTS_CONFIG = "events"

ROWS_PER_TABLE = 32           # runs read at once; the text of one run of 10,000 events can take several megabytes
CHARACTERS_PER_TABLE = 2**25  # a table is yielded when its text has at least this many characters
_CHARACTERS_PER_VIEW_ROW = 100  # assumed number of characters in a row of a view

_EVENTS_ONLY = frozenset({"expected_output", "stdout", "stderr", "files"})
_TEXT_CONFIG_COLUMNS = tuple(name for name in SCALARS if name not in _EVENTS_ONLY)
# code and stdin would be repeated in every row of a run
_ROW_CONFIG_COLUMNS = tuple(name for name in _TEXT_CONFIG_COLUMNS if name not in ("code", "stdin"))
_TYPES = {str: pa.string(), int: pa.int32(), bool: pa.bool_(), float: pa.float64()}

# The modules that affect a row of a given corpus. Tracing is not among them: its results are in the corpus.
_MODULES_OF_ROWS = (
    "records.py", "frame_follower.py", "change_rows.py", "text.py", "source_tree.py", "views", "corpus",
    "dataset/rows.py", "dataset/builder.py",
)


class UnrenderedRuns(UserWarning):
    """A view cannot render some runs of a shard; their texts are empty."""


def config_names() -> tuple[str, ...]:
    """Return the names of all configs: the default one first, then `events`, then each further view."""
    return (DEFAULT_CONFIG, EVENTS_CONFIG, *(view for view in views.VIEWS if view != DEFAULT_CONFIG))


def check_config(config: str) -> str:
    """Return `config` if it is the name of a config.

    Raises:
        ConfigError: unknown config; the message lists the known ones.
    """
    if config not in config_names():
        raise ConfigError(f"unknown config {config!r}; known: {', '.join(config_names())}")
    return config


def view_of(config: str) -> views.View | None:
    """Return the view whose texts or rows a config has; None for `events`.

    Raises:
        ConfigError: unknown config.
    """
    return None if check_config(config) == EVENTS_CONFIG else views.VIEWS.find(config)


def schema_of(config: str) -> pa.Schema:
    """Return the columns of a config: scalars first, then `text`, `events`, or the fields of a view's rows.

    Raises:
        ConfigError: unknown config, or its view cannot be loaded.
    """
    view = view_of(config)
    if view is None:
        return SCHEMA
    if view.is_text:
        return pa.schema([SCHEMA.field(name) for name in _TEXT_CONFIG_COLUMNS]).append(pa.field("text", pa.string()))
    clash = view.functions.fields.keys() & {"row_index", *_ROW_CONFIG_COLUMNS}
    if clash:
        raise ConfigError(f"the view {view.name} has fields with the names of columns: {', '.join(sorted(clash))}")
    own = {"row_index": int, **view.functions.fields}
    fields = [pa.field(name, _TYPES[kind]) for name, kind in own.items()]
    return pa.schema([*(SCHEMA.field(name) for name in _ROW_CONFIG_COLUMNS), *fields])


def has_text(config: str) -> bool:
    """Return True if each row of a config is a run with a column `text`, the input of a language model."""
    view = view_of(config)
    return view is not None and view.is_text


def tables(shard: str | os.PathLike[str], config: str) -> Iterator[pa.Table]:
    """Yield the rows of a config from a finished shard, in tables of bounded size.

    Raises:
        CorpusError: the file is not a shard of a corpus, or is damaged.
        ConfigError: unknown config, or its view cannot be loaded.

    Warns:
        UnrenderedRuns: the view cannot render some runs.
    """
    schema = schema_of(config)
    unrendered: list[str] = []
    total = 0
    for runs in _runs(shard, list(SCALARS if config == "code" else SCHEMA.names)):
        total += len(runs)
        parts = _with_view(runs, shard, config, schema, unrendered)
        while True:
            with garbage_collection_paused():
                table = next(parts, None)
            if table is None:
                break
            yield table.select(schema.names).cast(schema)
    if unrendered:
        warnings.warn(
            f"{shard}: {len(unrendered)} of {total} runs cannot be rendered in the view {config}, so that they have"
            f" {'empty texts' if has_text(config) else 'no rows'}; the first is {unrendered[0]}",
            UnrenderedRuns, stacklevel=2,
        )


def _runs(shard: str | os.PathLike[str], columns: list[str]) -> Iterator[pa.Table]:
    """Yield these columns of the shard in tables of at most ROWS_PER_TABLE runs."""
    with open_shard(Path(shard)) as file:
        for batch in file.iter_batches(ROWS_PER_TABLE, columns=columns):
            yield with_added_columns(pa.Table.from_batches([batch]))


def _traces(runs: pa.Table, shard: str | os.PathLike[str]) -> Iterator[Trace]:
    with damage_reported(shard):
        yield from from_table(runs)


@contextmanager
def _errors_counted(unrendered: list[str], runs: pa.Table, number: int) -> Iterator[None]:
    """Suppress an error that the view causes in the block, and add the name of the run and the reason to the list."""
    try:
        yield
    except Exception as error:  # the view may be code from outside of the package
        unrendered.append(f"{_name_of_run(runs, number)}: {one_line(error)}")


def _with_view(
    runs: pa.Table, shard: str | os.PathLike[str], config: str, schema: pa.Schema, unrendered: list[str]
) -> Iterator[pa.Table]:
    """Yield the rows of a config for these runs, in tables of bounded size.

    Args:
        unrendered: gets the name and the reason of each run that the view cannot render.
    """
    if config == EVENTS_CONFIG:
        yield runs
    elif config == "code":  # a column of the corpus; the events are not needed
        yield runs.append_column("text", runs.column("code"))
    elif has_text(config):
        yield from _with_texts(runs, _traces(runs, shard), config, unrendered)
    else:
        own = pa.schema([field for field in schema if field.name not in _ROW_CONFIG_COLUMNS])
        yield from _with_rows(runs, _traces(runs, shard), config, own, unrendered)


def _with_texts(
    runs: pa.Table, traces: Iterable[Trace], config: str, unrendered: list[str]
) -> Iterator[pa.Table]:
    """Yield the runs with the column `text`, rendered as the view `config`."""
    texts: list[str] = []
    start = characters = 0
    for number, trace in enumerate(traces):
        text = ""
        with _errors_counted(unrendered, runs, number):
            rendered = views.render(trace, config)
            rendered.encode()  # a view from outside of the package may write lone surrogates, which cannot be stored
            text = rendered
        texts.append(text)
        characters += len(text)
        if characters >= CHARACTERS_PER_TABLE or start + len(texts) == len(runs):
            yield runs.slice(start, len(texts)).append_column("text", pa.array(texts, pa.string()))
            start, characters, texts = start + len(texts), 0, []


def _with_rows(
    runs: pa.Table, traces: Iterable[Trace], config: str, own: pa.Schema, unrendered: list[str]
) -> Iterator[pa.Table]:
    """Yield the rows of the view `config`; `own` are the fields of the view, which follow the columns of the run."""
    parts = [own.empty_table()]
    origins: list[int] = []  # for each row, the index of its run
    for number, trace in enumerate(traces):
        with _errors_counted(unrendered, runs, number):
            parts.append(_table_of(views.rows(trace, config), own))
            origins += [number] * len(parts[-1])
        if _CHARACTERS_PER_VIEW_ROW * len(origins) >= CHARACTERS_PER_TABLE or number + 1 == len(runs):
            table = runs.select(_ROW_CONFIG_COLUMNS).take(pa.array(origins, pa.int64()))
            for name, column in zip(own.names, pa.concat_tables(parts).columns):
                table = table.append_column(name, column)
            yield table
            parts, origins = [own.empty_table()], []


def _table_of(rows: Sequence[Mapping[str, Any]], own: pa.Schema) -> pa.Table:
    """Return the rows of one run with their indices; raise an error if a value does not have the type of its field."""
    columns = {name: range(len(rows)) if name == "row_index" else [row[name] for row in rows] for name in own.names}
    return pa.table(columns, own)


def _name_of_run(runs: pa.Table, number: int) -> str:
    """Return PROGRAM_ID#INPUT_INDEX of a row."""
    return f"{runs.column('program_id')[number].as_py()}#{runs.column('input_index')[number].as_py()}"


@functools.cache  # cached: an edit of the files does not change the code that this process has loaded
def code_hash() -> str:
    """Return a hash, in hex, of the modules that read and render rows. It is a part of the cache key of `datasets`."""
    return hash_of_modules(_MODULES_OF_ROWS)
