"""Corpora: folders of Parquet shards with one row per program and input, built so that nothing finished is ever lost.

    build.build(programs, DIR)   trace programs into a folder; resumes
    read(DIR)                    the traces, as records
    rows, columns                a trace as a row, many as a table
    statistics, plots            what a corpus holds
"""

from statecode.corpus.reader import read

__all__ = ["read"]
