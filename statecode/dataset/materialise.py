"""Write the configs of a corpus as Parquet files that `datasets` loads without the package statecode.

The package contains such files for the shipped corpus; `statecode/.huggingface.yaml` lists them. Called in the
project's root without the package, load_dataset("statecode") reads the folder `statecode/` as a dataset with these
files. The config `events` needs no files of its own, because its rows are the shards of the corpus. The metadata of a
file contain the view and its version, under the keys VIEW_KEY and VERSION_KEY; a file of `events` has none. Run this
command after a new build of the shipped corpus:

    python -m statecode.dataset.materialise
    python -m statecode.dataset.materialise --corpus corpora/mbpp --configs snoop,events --out hub/
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from statecode.dataset import rows as dataset_rows
from statecode.dataset import source as dataset_source
from statecode.entry import ArgumentParser, exit_code_of
from statecode.files import PACKAGE_FOLDER
from statecode.terminal import print_line

SHIPPED = PACKAGE_FOLDER / "data" / "hub"
SHIPPED_CONFIGS = ("snoop", "code")

VIEW_KEY = b"statecode.view"
VERSION_KEY = b"statecode.view_version"  # `View.version` as decimal digits

_ZSTD_LEVEL = 19  # slow but small: the files are written once and shipped with every copy


def materialise(corpus: str | os.PathLike[str], out: Path, configs: Sequence[str] = SHIPPED_CONFIGS) -> list[Path]:
    """Write one file per shard, such as train-00000.parquet, to each folder OUT/CONFIG and return their paths.

    An existing folder OUT/CONFIG is replaced.

    Raises:
        ConfigError: an unknown config.
        CorpusError: `corpus` is not a finished corpus.
    """
    for config in configs:
        dataset_rows.check_config(config)
    source = dataset_source.find_source(data_dir=corpus, programs=None, cache_dir="")
    shards = [Path(shard) for files in source.shards().values() for shard in files]
    return [file for config in configs for file in _write_config(config, shards, out / config)]


def _write_config(config: str, shards: Sequence[Path], folder: Path) -> list[Path]:
    temporary = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for shard in shards:
        tables = [dataset_rows.schema_of(config).empty_table(), *dataset_rows.tables(shard, config)]
        rows = pa.concat_tables(tables).replace_schema_metadata(_metadata(config))
        pq.write_table(rows, temporary / shard.name, compression="zstd", compression_level=_ZSTD_LEVEL)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(temporary, folder)
    return [folder / shard.name for shard in shards]


def _metadata(config: str) -> dict[bytes, bytes] | None:
    view = dataset_rows.view_of(config)
    return None if view is None else {VIEW_KEY: view.name.encode(), VERSION_KEY: str(view.version).encode()}


def main(argv: Sequence[str] | None = None) -> None:
    """Write the configs that `argv` selects and print the size of each file.

    Raises:
        ConfigError, CorpusError: see `materialise`.
    """
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shipped = dataset_source.EMBEDDED_CORPUS
    parser.add_argument("--corpus", type=Path, default=shipped, help="default: the corpus that comes with statecode")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="gets one folder per config; default: the package")
    configs = ",".join(SHIPPED_CONFIGS)
    parser.add_argument("--configs", default=configs, help="comma-separated names; default: %(default)s")
    args = parser.parse_args(argv)
    for file in materialise(args.corpus, args.out, args.configs.split(",")):
        print_line(f"{file.stat().st_size:>10,d} bytes  {os.path.relpath(file)}")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
