"""Corpora: folders of Parquet shards with one row per run.

An interrupted build can be resumed: the next build keeps every finished shard.

    build.build(programs, DIR)   trace programs into a folder, or resume a build
    read(DIR)                    read the traces as records
    rows                         convert one trace to a row and back
    columns                      convert many traces to a table and back
    statistics                   count the contents of a corpus
    plots                        draw the statistics
"""

from statecode.corpus.reader import read

__all__ = ["read"]
