"""The `datasets` builder over finished shards, and `load_dataset`, which needs nothing but public API.

    from datasets import load_dataset; import statecode
    load_dataset("statecode")                                    # config snoop of the corpus that comes with statecode
    load_dataset("statecode", "events", data_dir="corpus/")      # a corpus that `statecode build` made
    load_dataset("statecode", programs="mbpp")                   # trace first, resumably, then read

Nothing is rendered twice: Arrow files are kept in the cache of `datasets` under a hash of the code and of the corpus,
so that a changed view or an added shard is never answered with old rows.
"""

# No file is opened here: `datasets` replaces open, os.path and pathlib in a builder's module by versions for URLs.

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

import datasets
import pyarrow as pa

from statecode.dataset import rows, source
from statecode.errors import ConfigError, StatecodeError
from statecode.records import SCHEMA_VERSION

LoadedDataset: TypeAlias = Union[
    datasets.DatasetDict, datasets.Dataset, datasets.IterableDatasetDict, datasets.IterableDataset
]

_DESCRIPTION = "Programs with what every line did to their state."
_FEATURE_FORMAT = datasets.__version__.split(".")[0]  # the info files that 4.x caches cannot be read by 3.x


@dataclass
class Config(datasets.BuilderConfig):
    """A config of the dataset; `data_dir` (inherited) and `programs` say where its rows come from."""

    programs: str | None = None  # as `statecode build --programs` takes it; traced into the cache when first needed
    trust_programs: bool = False          # put nothing but the limits around them
    allow_packages: tuple[str, ...] = ()  # import names beside the standard library that they may use


class Builder(datasets.ArrowBasedBuilder):
    """Reads a corpus, one shard at a time, into one of the configs of `statecode.dataset.rows`."""

    BUILDER_CONFIG_CLASS = Config
    BUILDER_CONFIGS = [Config(name=name, description=_DESCRIPTION) for name in rows.CONFIGS]
    DEFAULT_CONFIG_NAME = rows.DEFAULT_CONFIG

    def __init__(
        self,
        cache_dir: str | None = None,
        *,
        config_name: str | None = None,
        data_dir: str | os.PathLike[str] | None = None,
        data_files: Any = None,
        programs: str | os.PathLike[str] | None = None,
        trust_programs: bool = False,
        allow_packages: Collection[str] = (),
        hash: str | None = None,
        **options: Any,
    ) -> None:
        """Find the corpus; nothing is traced or read yet. `hash` is not used: the builder knows its own.

        Raises:
            ConfigError: an unknown config, or arguments that do not go together.
            CorpusError, ProgramError: data_dir is no finished corpus, or there are no such programs.
        """
        if data_files is not None:
            raise ConfigError("statecode takes data_dir=FOLDER, a corpus that `statecode build` made, not data_files")
        if config_name is not None:
            rows.check_config(config_name)
        self._source = source.find_source(
            data_dir=data_dir,
            programs=programs,
            cache_dir=cache_dir or str(datasets.config.HF_DATASETS_CACHE),
            trust_programs=trust_programs,
            allow_packages=allow_packages,
        )
        self._workers: int | None = None  # that trace, where programs are given
        given = {"programs": self._source.programs, "trust_programs": trust_programs,
                 "allow_packages": self._source.allow_packages}
        options |= {name: value for name, value in given.items() if value}  # None would reach the cache folder's name
        options.setdefault("dataset_name", "statecode")  # names the cache folder
        super().__init__(
            cache_dir=cache_dir,
            config_name=config_name,
            data_dir=None if data_dir is None else str(self._source.folder),
            hash=_cache_key(self._source.key),
            **options,
        )

    def _info(self) -> datasets.DatasetInfo:
        schema = rows.schema_of(self.config.name)
        return datasets.DatasetInfo(description=_DESCRIPTION, features=datasets.Features.from_arrow_schema(schema))

    def download_and_prepare(self, *args: Any, num_proc: int | None = None, **options: Any) -> None:
        """Trace what is not traced yet and write the Arrow files, with `num_proc` processes for each."""
        self._workers = num_proc
        super().download_and_prepare(*args, num_proc=num_proc, **options)

    def _split_generators(self, dl_manager: Any) -> list[datasets.SplitGenerator]:
        shards = self._source.shards(self._workers)
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"shards": files})  # a list: `num_proc` shares it out
            for split, files in shards.items()
        ]

    def _generate_tables(self, shards: list[str]) -> Iterator[tuple[tuple[int, int], pa.Table]]:
        for shard_number, shard in enumerate(shards):
            for table_number, table in enumerate(rows.tables(shard, self.config.name)):
                yield (shard_number, table_number), table

    def _as_dataset(self, split: Any = datasets.Split.TRAIN, in_memory: bool = False) -> datasets.Dataset:
        """As `datasets` does, but where a view has no rows in a split, an empty one: `datasets` refuses it."""
        names = [part.partition("[")[0].strip() for part in str(split).split("+")]
        known = self.info.splits or {}
        if any(name not in known or known[name].num_examples for name in names):
            return super()._as_dataset(split, in_memory)
        features = self.info.features
        return datasets.Dataset.from_dict(
            {name: [] for name in features}, features=features, info=self.info.copy(), split=str(split)
        )


def load_dataset(
    config: str = rows.DEFAULT_CONFIG,
    *,
    split: str | None = None,
    data_dir: str | os.PathLike[str] | None = None,
    programs: str | os.PathLike[str] | None = None,
    trust_programs: bool = False,
    allow_packages: Collection[str] = (),
    streaming: bool = False,
    num_proc: int | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> LoadedDataset:
    """Load the traces as a `datasets` dataset; what `datasets.load_dataset("statecode", ...)` does, in public API.

    Args:
        config: `snoop`, `events` or another view's name (`statecode views` lists them): see `statecode.dataset.rows`.
        split: `train`, `validation`, `test` or a slice such as `train[:10]`; None gives all in a dict.
        data_dir: a corpus that `statecode build` made; None takes the one that comes with statecode.
        programs: trace these first, resumably, into the cache: as `statecode build --programs` takes them.
        trust_programs: put nothing but the limits around `programs`: for those that you vouch for.
        allow_packages: import names beside the standard library that `programs` may use, such as numpy.
        streaming: read the shards while iterating and write nothing.
        num_proc: processes that trace and render; a shard is never shared.
        cache_dir: instead of the cache folder of `datasets`.

    Raises:
        ConfigError: an unknown config, or arguments that do not go together.
        CorpusError, ProgramError: `data_dir` is no finished corpus, or there are no such programs.
        IsolationError: `programs` are untrusted, and the machine cannot hold them.
    """
    if streaming and num_proc is not None:
        raise ConfigError("streaming=True reads one shard after the other; leave num_proc out")
    builder = Builder(
        None if cache_dir is None else os.fspath(cache_dir),
        config_name=config,
        data_dir=data_dir,
        programs=programs,
        trust_programs=trust_programs,
        allow_packages=allow_packages,
    )
    if streaming:
        return builder.as_streaming_dataset(split=split)
    try:
        builder.download_and_prepare(num_proc=num_proc)
    except datasets.exceptions.DatasetGenerationError as error:
        if isinstance(error.__cause__, StatecodeError):
            raise error.__cause__ from None
        raise
    return builder.as_dataset(split=split)


def _cache_key(source_key: str) -> str:
    parts = [rows.code_hash(), source_key, str(SCHEMA_VERSION), _FEATURE_FORMAT]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
