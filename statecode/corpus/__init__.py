"""Corpora: folders of Parquet shards with one row per run.

An interrupted build can be resumed; it keeps every finished shard.

    build.build(programs, DIR)   trace programs into a folder, or resume a build
    read(DIR)                    read the traces as records
    rows, columns                convert one trace to a row, many traces to a table
    statistics, plots            count and draw the contents of a corpus
"""

from statecode.corpus.reader import read

__all__ = ["read"]
