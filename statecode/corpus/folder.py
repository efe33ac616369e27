"""The files of a corpus, and the steps that publish a shard completely or not at all.

    DIR/manifest.json               the settings that determine the bytes, and counts
    DIR/data/train-00000.parquet    the rows of a shard
    DIR/ledger/train-00000.jsonl    the isolation of the shard's programs, and the cost of each run
    DIR/behaviour.jsonl             the mutants that were compared with their parents, see `statecode.corpus.mutants`

A shard is finished when its Parquet file exists under its final name. Its ledger contains the size and the checksum of
this file; `statecode.corpus.integrity` compares them. Both files of a shard are written under temporary
names and synced to disk. Then they are renamed to `.ready`, and after that to their final names, each time the Parquet
file last. If the process or the machine stops when both files are `.ready`, the next build in the folder completes the
final renames (`recover`). If it stops earlier, the next build removes the files.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from statecode.corpus.splits import SPLITS
from statecode.errors import CorpusError
from statecode.files import refuse_links, replace, sync
from statecode.input_files import open_file, snapshot_root

_PARTS = ("data", "ledger")
BEHAVIOUR = "behaviour.jsonl"


class CorpusFolder:
    """The paths of one corpus."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.manifest = self.path / "manifest.json"

    def __str__(self) -> str:
        return str(self.path)

    def data(self, name: str) -> Path:
        """Return the path of the Parquet file of a shard."""
        return self.path / "data" / f"{name}.parquet"

    def ledger(self, name: str) -> Path:
        """Return the path of the ledger of a shard."""
        return self.path / "ledger" / f"{name}.jsonl"

    def open(self, path: Path) -> BinaryIO:
        """Open a file of the corpus for reading. Links that lead out of the folder are not followed.

        Raises:
            OSError: the file cannot be opened, or is not a regular file of this folder.
        """
        return open_file(path, snapshot_root(self.path))

    def finished(self, split: str | None = None) -> list[str]:
        """Return the names of the finished shards of a split; of all splits if `split` is None.

        The order is train, validation, test; within a split, the order of the numbers.
        """
        names = [path.stem for path in self.path.glob("data/*-*.parquet")]
        order = {name: index for index, name in enumerate(SPLITS)}
        kept = [name for name in names if _split_of(name) in ([split] if split else SPLITS)]
        return sorted(kept, key=lambda name: (order[_split_of(name)], name))

    def create(self) -> None:
        """Create the folders of the corpus where they do not exist.

        Raises:
            CorpusError: a folder cannot be created.
        """
        try:
            for folder in _PARTS:
                (self.path / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CorpusError(f"{self}: cannot be created ({error.strerror}); choose another --out") from None

    def check_output_folder(self) -> None:
        """Check that a build may write to this path: it does not exist, is an empty folder, or is a corpus.

        Raises:
            CorpusError: the path is a file, or a folder with other contents or with a link.
        """
        if self.path.exists() and not self.path.is_dir():
            raise CorpusError(f"{self}: is a file, not a folder; choose another --out")
        if self.path.is_dir() and not self.manifest.exists() and not self._is_abandoned_build():
            raise CorpusError(f"{self}: holds files but no manifest.json, so it is not a corpus; choose another --out")
        try:
            refuse_links(self.path)
        except OSError as error:
            raise CorpusError(f"{error.strerror}; choose another --out") from None

    def _is_abandoned_build(self) -> bool:
        """Return True if the folder has only the contents that a build leaves when it stops before the manifest."""
        return all(
            path.match(".manifest.json.*.tmp") or path.name == BEHAVIOUR
            or path.name in _PARTS and path.is_dir() and not any(path.iterdir())
            for path in self.path.iterdir()
        )

    def write_error_message(self, name: str, error: OSError) -> str:
        """Return the error message for the shard or file with this name, which a build cannot write."""
        return (
            f"{self}: cannot write {name} ({os.strerror(error.errno or 0)}); finished shards are kept: "
            "make room and run the same command again"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold an exclusive lock on the folder during the block.

        The system releases the lock if the process ends earlier. There is no lock file.

        Raises:
            CorpusError: another process is building this corpus.
        """
        handle = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CorpusError(f"{self}: another build is at work here; wait for it or stop it") from None
            yield
        finally:
            os.close(handle)

    def publish(self, name: str, rows: Path, ledger: Path) -> None:
        """Sync the two temporary files of a shard to disk and rename them to their final names; replace existing files.

        Args:
            name: name of the shard.
            rows, ledger: paths of the temporary files.
        """
        for path in (rows, ledger):
            sync(path)
        replace(ledger, _ready(self.ledger(name)))
        replace(rows, _ready(self.data(name)))
        self._complete(name)

    def recover(self) -> None:
        """Complete the shards that a killed build left ready, and remove its other temporary files.

        Raises:
            CorpusError: a file cannot be renamed or removed, such as a folder with the name of one.
        """
        try:
            self._recover()
        except OSError as error:
            raise CorpusError(f"{error.filename}: cannot be renamed or removed ({error.strerror}); remove it") from None

    def _recover(self) -> None:
        for path in self.path.glob("data/*.parquet.ready"):
            self._complete(path.name.removesuffix(".parquet.ready"))
        for pattern in ("data/.*.tmp", "ledger/.*.tmp", "ledger/*.ready", ".*.tmp"):
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    def _complete(self, name: str) -> None:
        """Rename the `.ready` files of a shard to their final names."""
        for path in (self.ledger(name), self.data(name)):
            with suppress(FileNotFoundError):  # renamed already when the build was interrupted
                replace(_ready(path), path)


def _ready(path: Path) -> Path:
    return path.with_name(path.name + ".ready")


def _split_of(name: str) -> str:
    return name.rpartition("-")[0]
