"""The rows of the dataset, independent of the library `datasets`: the columns of each config and the tables of a shard.

    snoop     one row per run: the scalar columns, and `text`, the output of snoop
    events    one row per run with every column of the corpus, events as structures
    code      as snoop, but `text` is the source of the program
    steps     several rows per run: the scalar columns without code and stdin, `row_index` in the run, and the fields
              of the view

Only `events` has the columns expected_output, stdout and stderr. Each further view in `statecode.views.VIEWS` is a
config too: a view with text has the columns of `snoop`, another view has rows as in `steps`. Row k is the same run in
all configs with one row per run.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from statecode import views
from statecode.corpus.columns import from_table, with_added_columns
from statecode.corpus.manifest import hash_of_modules
from statecode.corpus.rows import SCALARS, SCHEMA
from statecode.errors import ConfigError, CorpusError, StatecodeError, one_line
from statecode.records import Trace

DEFAULT_CONFIG = "snoop"
EVENTS_CONFIG = "events"

ROWS_PER_TABLE = 32           # runs read at once; the text of one run of 10,000 events can take several megabytes
CHARACTERS_PER_TABLE = 2**25  # a table is yielded when its text has at least this many characters
_CHARACTERS_PER_VIEW_ROW = 100  # assumed number of characters in a row of a view

_EVENTS_ONLY = frozenset({"expected_output", "stdout", "stderr"})
_TEXT_CONFIG_COLUMNS = tuple(name for name in SCALARS if name not in _EVENTS_ONLY)
# code and stdin would be repeated in every row of a run
_ROW_CONFIG_COLUMNS = tuple(name for name in _TEXT_CONFIG_COLUMNS if name not in ("code", "stdin"))
_TYPES = {str: pa.string(), int: pa.int32(), bool: pa.bool_(), float: pa.float64()}

# The modules that affect a row of a given corpus. Tracing is not among them: its results are in the corpus.
_MODULES_OF_ROWS = (
    "records.py", "frame_follower.py", "text.py", "views", "corpus", "dataset/rows.py", "dataset/builder.py",
)


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
        ConfigError: unknown config, or its view has raised an error; the message contains the run.
    """
    schema = schema_of(config)
    for runs in _runs(shard, list(SCALARS if config == "code" else SCHEMA.names)):
        for table in _with_view(runs, shard, config, schema):
            yield table.select(schema.names).cast(schema)


def _runs(shard: str | os.PathLike[str], columns: list[str]) -> Iterator[pa.Table]:
    """Yield these columns of the shard in tables of at most ROWS_PER_TABLE runs."""
    with _damage_reported(shard), pq.ParquetFile(shard) as file:
        for batch in file.iter_batches(ROWS_PER_TABLE, columns=columns):
            yield with_added_columns(pa.Table.from_batches([batch]))


def _traces(runs: pa.Table, shard: str | os.PathLike[str]) -> Iterator[Trace]:
    with _damage_reported(shard):
        yield from from_table(runs)


@contextmanager
def _damage_reported(shard: str | os.PathLike[str]) -> Iterator[None]:
    """Raise CorpusError for an error that a damaged shard causes in the block, which renders no view."""
    try:
        yield
    except (pa.ArrowException, KeyError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorpusError(f"{shard}: not a readable shard ({reason}); delete it and build the corpus again") from error


@contextmanager
def _view_errors_reported(config: str, run: str) -> Iterator[None]:
    """Raise ConfigError, with the names of the view and of the run, for an error that the view causes in the block."""
    try:
        yield
    except StatecodeError:
        raise
    except Exception as error:  # the view may be code from outside of the package
        raise ConfigError(f"the view {config} cannot render {run}: {one_line(error)}") from error


def _with_view(
    runs: pa.Table, shard: str | os.PathLike[str], config: str, schema: pa.Schema
) -> Iterator[pa.Table]:
    """Yield the rows of a config for these runs, in tables of bounded size."""
    if config == EVENTS_CONFIG:
        yield runs
    elif config == "code":  # a column of the corpus; the events are not needed
        yield runs.append_column("text", runs.column("code"))
    elif has_text(config):
        yield from _with_texts(runs, _traces(runs, shard), config)
    else:
        own = [field for field in schema if field.name not in _ROW_CONFIG_COLUMNS]
        yield from _with_rows(runs, _traces(runs, shard), config, own)


def _with_texts(runs: pa.Table, traces: Iterable[Trace], config: str) -> Iterator[pa.Table]:
    """Yield the runs with the column `text`, rendered as the view `config`."""
    texts: list[str] = []
    start = characters = 0
    field = pa.field("text", pa.string())
    for number, trace in enumerate(traces):
        with _view_errors_reported(config, _name_of_run(runs, number)):
            texts.append(views.render(trace, config))
            characters += len(texts[-1])
        if characters >= CHARACTERS_PER_TABLE or start + len(texts) == len(runs):
            part = runs.slice(start, len(texts))
            yield part.append_column(field, _array(texts, field, config, part, range(len(texts))))
            start, characters, texts = start + len(texts), 0, []


def _with_rows(
    runs: pa.Table, traces: Iterable[Trace], config: str, own: Sequence[pa.Field]
) -> Iterator[pa.Table]:
    """Yield the rows of the view `config`; `own` are the fields of the view, which follow the columns of the run."""
    columns: dict[str, list[Any]] = {field.name: [] for field in own}
    origins: list[int] = []  # for each row, the index of its run
    for number, trace in enumerate(traces):
        with _view_errors_reported(config, _name_of_run(runs, number)):
            for index, row in enumerate(views.rows(trace, config)):
                complete = {"row_index": index, **row}
                for name, values in columns.items():
                    values.append(complete[name])
                origins.append(number)
        if _CHARACTERS_PER_VIEW_ROW * len(origins) >= CHARACTERS_PER_TABLE or number + 1 == len(runs):
            table = runs.select(_ROW_CONFIG_COLUMNS).take(pa.array(origins, pa.int64()))
            for field in own:
                table = table.append_column(field, _array(columns[field.name], field, config, runs, origins))
            yield table
            columns, origins = {field.name: [] for field in own}, []


def _array(values: Sequence[Any], field: pa.Field, config: str, runs: pa.Table, origins: Sequence[int]) -> pa.Array:
    """Return the values of a view as an array; `origins` are the indices of their runs.

    Raises:
        ConfigError: a value does not have the type of the field, or is a text with a lone surrogate.
    """
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        for value, origin in zip(values, origins):
            with _view_errors_reported(config, f"{_name_of_run(runs, origin)}, {field.name}"):
                pa.array([value], field.type)
        raise


def _name_of_run(runs: pa.Table, number: int) -> str:
    """Return PROGRAM_ID#INPUT_INDEX of a row."""
    return f"{runs.column('program_id')[number].as_py()}#{runs.column('input_index')[number].as_py()}"


@functools.cache  # cached: an edit of the files does not change the code that this process has loaded
def code_hash() -> str:
    """Return a hash, in hex, of the modules that read and render rows. It is a part of the cache key of `datasets`."""
    return hash_of_modules(_MODULES_OF_ROWS)
