"""What the rows of the dataset are, without `datasets`: the columns of each config and the tables of a shard.

    snoop     one row per run: the scalar columns, code, stdin, and `text`, what snoop says about the run
    events    one row per run with every column of the corpus, events as structures
    code      as snoop, but `text` is the source of the program

and one more config for each further view in `statecode.views.VIEWS`. Row k of every config is the same run.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from statecode import views
from statecode.corpus.columns import completed, from_table
from statecode.corpus.manifest import hash_of_modules
from statecode.corpus.rows import SCALARS, SCHEMA
from statecode.errors import ConfigError, CorpusError

DEFAULT_CONFIG = "snoop"
EVENTS_CONFIG = "events"
CONFIGS = (DEFAULT_CONFIG, EVENTS_CONFIG, *(view for view in views.VIEWS if view != DEFAULT_CONFIG))

ROWS_PER_TABLE = 32  # rendered at once: a run of 10,000 events can make some megabytes of text

_NOT_BESIDE_TEXT = frozenset({"expected_output", "stdout", "stderr"})
_BESIDE_TEXT = tuple(name for name in SCALARS if name not in _NOT_BESIDE_TEXT)

# What decides the bytes of a row once its corpus stands. Tracing does not: what it gave is in the corpus.
_DECIDING = ("records.py", "views", "corpus", "dataset_rows.py", "builder.py")


def check_config(config: str) -> str:
    """Give the name back, or raise ConfigError with the names that there are."""
    if config not in CONFIGS:
        raise ConfigError(f"unknown config {config!r}; known: {', '.join(CONFIGS)}")
    return config


def schema_of(config: str) -> pa.Schema:
    """The columns of a config, scalars first; `text` or `events` is the last."""
    if check_config(config) == EVENTS_CONFIG:
        return SCHEMA
    return pa.schema([SCHEMA.field(name) for name in _BESIDE_TEXT]).append(pa.field("text", pa.string()))


def tables(shard: str | os.PathLike[str], config: str) -> Iterator[pa.Table]:
    """Read a finished shard in pieces and give its rows as the config has them.

    Raises:
        CorpusError: the file is no shard of a corpus, or is damaged.
    """
    schema = schema_of(config)
    needed = list(SCALARS if config == "code" else SCHEMA.names)
    try:
        with pq.ParquetFile(shard) as file:
            for batch in file.iter_batches(ROWS_PER_TABLE, columns=needed):
                piece = completed(pa.Table.from_batches([batch]))
                if "text" in schema.names:
                    piece = piece.append_column("text", _texts(piece, config))
                yield piece.select(schema.names).cast(schema)
    except (pa.ArrowException, KeyError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorpusError(f"{shard}: not a readable shard ({reason}); delete it and build the corpus again") from error


def _texts(rows: pa.Table, config: str) -> pa.ChunkedArray | pa.Array:
    if config == "code":  # the column is there: no need to read the events
        return rows.column("code")
    return pa.array((views.render(trace, config) for trace in from_table(rows)), pa.string())


@functools.cache  # what is loaded now: an edit while this process runs does not change what it renders
def code_hash() -> str:
    """A hash over the modules that read and render rows; with the corpus' own it keys the cache of `datasets`."""
    return hash_of_modules(_DECIDING)
