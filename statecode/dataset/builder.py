"""The `datasets` builder, which reads finished shards, and `load_dataset`, which needs only public API of `datasets`.

    from datasets import load_dataset; import statecode
    load_dataset("statecode")                                    # config snoop of the corpus that comes with statecode
    load_dataset("statecode", "events", data_dir="corpus/")      # a corpus that `statecode build` wrote
    load_dataset("statecode", programs="mbpp")                   # trace the programs (resumable), then read them

Rows are rendered once: `datasets` caches Arrow files under a hash of the code, of the version of the view and of the
corpus. After a change of a view or of the corpus the hash differs, so that old rows are never returned. A view from
outside of the package has to raise its version.
"""

# This module opens no file: `datasets` replaces open, os.path and pathlib in a builder's module by versions for URLs.

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

import datasets
import pyarrow as pa

from statecode.dataset import rows, source
from statecode.errors import ConfigError, StatecodeError
from statecode.progress import progress_bar
from statecode.records import SCHEMA_VERSION

LoadedDataset: TypeAlias = Union[
    datasets.DatasetDict, datasets.Dataset, datasets.IterableDatasetDict, datasets.IterableDataset
]

_DESCRIPTION = "Python programs with the state after every executed line."
_FEATURE_FORMAT = datasets.__version__.split(".")[0]  # in the cache key: `datasets` 3 cannot read files of 4


@dataclass
class Config(datasets.BuilderConfig):
    """A config of the dataset. Its rows come from `data_dir` (inherited), `programs`, or the shipped corpus."""

    programs: str | None = None           # as in `statecode build --programs`; traced into the cache at the first load
    trust_programs: bool = False          # run the programs under the limits only
    allow_packages: tuple[str, ...] = ()  # import names outside the standard library that the programs may use


class _ComputedOnAccess:
    """An attribute of a class, computed at each access.

    `datasets` reads the configs from the class. A list made at import would lack the views that are registered later.
    """

    def __init__(self, compute: Callable[[], Any]) -> None:
        self._compute = compute

    def __get__(self, instance: object | None, owner: type | None = None) -> Any:
        return self._compute()


def _lock_no_file_beside_the_package() -> None:
    """Keep `datasets` 3 from locking the file of `Builder`.

    It creates `statecode.lock` beside the package: in the folder of a checkout, or in a site-packages that the user
    may not write to. Later versions lock only copies of loading scripts.
    """
    lock = getattr(datasets.streaming, "lock_importable_file", None)
    if lock is not None:
        datasets.streaming.lock_importable_file = lambda file: nullcontext() if file == __file__ else lock(file)


_lock_no_file_beside_the_package()


def _configs() -> list[Config]:
    return [Config(name=name, description=_DESCRIPTION) for name in rows.config_names()]


class Builder(datasets.ArrowBasedBuilder):
    """Builder of the configs in `statecode.dataset.rows`; reads a corpus one shard at a time."""

    BUILDER_CONFIG_CLASS = Config
    BUILDER_CONFIGS = _ComputedOnAccess(_configs)
    builder_configs = _ComputedOnAccess(lambda: {config.name: config for config in _configs()})
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
        source_options: Mapping[str, Any] | None = None,
        hash: str | None = None,
        **options: Any,
    ) -> None:
        """Determine the corpus without tracing programs or reading rows.

        Args:
            source_options: options of the source of `programs`; None: those of `options` that a source has.
            hash: ignored; the builder computes the cache key from the code and the corpus.
            options: passed to `datasets.ArrowBasedBuilder`.

        Raises:
            ConfigError: an unknown config, or arguments that cannot be combined.
            CorpusError: `data_dir` is not a finished corpus.
            ProgramError: the programs do not exist.
        """
        if data_files is not None:
            raise ConfigError("statecode takes data_dir=FOLDER, a corpus that `statecode build` wrote, not data_files")
        if config_name is not None:
            rows.check_config(config_name)
        if source_options is None and programs is not None:
            from statecode.programs import option_names  # not needed to read a corpus

            source_options = {name: options.pop(name) for name in option_names() & options.keys()}
        self._source = source.find_source(
            data_dir=data_dir,
            programs=programs,
            cache_dir=cache_dir or str(datasets.config.HF_DATASETS_CACHE),
            trust_programs=trust_programs,
            allow_packages=allow_packages,
            source_options=source_options,
        )
        self._workers: int | None = None  # number of processes that trace `programs`; None: one per core
        self._shows_lines = False         # write lines about the progress, in place of the bars of `datasets`
        own_options = {"programs": self._source.programs, "trust_programs": trust_programs,
                       "allow_packages": self._source.options.allow_packages}
        options |= {name: value for name, value in own_options.items() if value}  # `datasets` adds them to the path
        options.setdefault("dataset_name", "statecode")  # names the cache folder
        super().__init__(
            cache_dir=cache_dir,
            config_name=config_name,
            data_dir=None if data_dir is None else str(self._source.folder),
            hash=_cache_key(self._source.key, config_name or rows.DEFAULT_CONFIG),
            **options,
        )

    def _info(self) -> datasets.DatasetInfo:
        schema = rows.schema_of(self.config.name)
        return datasets.DatasetInfo(description=_DESCRIPTION, features=datasets.Features.from_arrow_schema(schema))

    def download_and_prepare(self, *args: Any, num_proc: int | None = None, **options: Any) -> None:
        """Trace the programs that are not traced yet, then write the Arrow files.

        If stderr is no terminal, the progress is a line per interval, in place of the bars of `datasets`.

        Args:
            num_proc: number of processes of both steps; None: one per core to trace, one to write.
        """
        self._workers = num_proc
        with no_bars_in_logs() as self._shows_lines:
            super().download_and_prepare(*args, num_proc=num_proc, **options)

    def _split_generators(self, dl_manager: Any) -> list[datasets.SplitGenerator]:
        shards = self._source.shards(self._workers)
        return [  # `datasets` divides the list of shards among its processes
            datasets.SplitGenerator(name=split, gen_kwargs={"shards": files})
            for split, files in shards.items()
        ]

    def _generate_tables(self, shards: list[str]) -> Iterator[tuple[tuple[int, int], pa.Table]]:
        with progress_bar(None, f"reading {self.config.name}", "rows", shown=self._shows_lines) as bar:
            for shard_number, shard in enumerate(shards):
                for table_number, table in enumerate(rows.tables(shard, self.config.name)):
                    yield (shard_number, table_number), table
                    bar.update(table.num_rows)

    def _as_dataset(self, split: Any = datasets.Split.TRAIN, in_memory: bool = False) -> datasets.Dataset:
        """Return a split as `datasets` does; for a split without rows, where `datasets` fails, an empty dataset."""
        names = [part.partition("[")[0].strip() for part in str(split).split("+")]
        known = self.info.splits or {}
        if any(name not in known or known[name].num_examples for name in names):
            return super()._as_dataset(split, in_memory)
        features = self.info.features
        return datasets.Dataset.from_dict(
            {name: [] for name in features}, features=features, info=self.info.copy(), split=str(split)
        )


@contextmanager
def no_bars_in_logs() -> Iterator[bool]:
    """Disable the bars of `datasets` if stderr is no terminal: a log would contain each of their updates.

    Yields:
        True if the bars are disabled here; False if stderr is a terminal, or if the user has enabled or disabled them.
    """
    chosen = os.environ.get("HF_DATASETS_DISABLE_PROGRESS_BARS") or datasets.are_progress_bars_disabled()
    if sys.stderr.isatty() or chosen:
        yield False
        return
    datasets.disable_progress_bars()
    try:
        yield True
    finally:
        datasets.enable_progress_bars()


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
    **options: Any,
) -> LoadedDataset:
    """Load the traces as a `datasets` dataset, like `datasets.load_dataset("statecode", ...)` but without the hook.

    Args:
        config: `snoop`, `events` or the name of another view (listed by `statecode views`), see
            `statecode.dataset.rows`.
        split: `train`, `validation`, `test` or a slice such as `train[:10]`; None returns a dict of all splits.
        data_dir: a corpus that `statecode build` wrote; None reads the corpus that comes with statecode.
        programs: programs to trace into the cache first, as `statecode build --programs` accepts them. The next call
            continues an interrupted one.
        trust_programs: run `programs` under the limits only, without the other layers of the sandbox.
        allow_packages: import names outside the standard library that `programs` may use, such as numpy.
        streaming: read the shards during the iteration and write no files.
        num_proc: number of processes that trace and render; each shard is processed by one of them. None: one per
            core to trace, one to render.
        cache_dir: replaces the cache folder of `datasets`.
        options: options of the source of `programs`, such as code_field="solution", see
            `statecode.programs.load_programs`.

    Raises:
        ConfigError: an unknown config or option, or arguments that cannot be combined.
        CorpusError: `data_dir` is not a finished corpus.
        ProgramError: the programs do not exist.
        IsolationError: `programs` are untrusted and this machine cannot isolate them.
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
        source_options=options,
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


def _cache_key(source_key: str, config: str) -> str:
    view = rows.view_of(config)
    version = "" if view is None else str(view.version)  # the hash of the code does not cover a registered view
    parts = [rows.code_hash(), version, source_key, str(SCHEMA_VERSION), _FEATURE_FORMAT]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
