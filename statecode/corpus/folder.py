"""The files of a corpus, and the steps that publish a shard completely or not at all.

    DIR/manifest.json               the settings that determine the bytes, and counts
    DIR/data/train-00000.parquet    the rows of a shard
    DIR/ledger/train-00000.jsonl    the isolation of the shard's programs, and the cost of each run

A shard is finished when its Parquet file exists. Its two files appear together: both are written under temporary
names and synced to disk, then renamed to `.ready`, the Parquet file last. From then on the shard counts as written. If
the process or the machine stops before the final renames, the next build in the folder completes them (`recover`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from statecode.corpus.splits import SPLITS
from statecode.errors import CorpusError
from statecode.files import replace, sync

_PARTS = ("data", "ledger")


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

    def finished(self, split: str | None = None) -> list[str]:
        """Return the names of the finished shards of one split or of all: train, validation, test, each in order."""
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
        """Check that a build may write to this path: it is absent, empty or a corpus.

        Raises:
            CorpusError: it is a file, or a folder with other contents.
        """
        if self.path.exists() and not self.path.is_dir():
            raise CorpusError(f"{self}: is a file, not a folder; choose another --out")
        if self.path.is_dir() and not self.manifest.exists() and not self._is_abandoned_build():
            raise CorpusError(f"{self}: holds files but no manifest.json, so it is not a corpus; choose another --out")

    def _is_abandoned_build(self) -> bool:
        """Return True if the folder has only the contents that a build leaves when it stops before the manifest."""
        return all(
            path.match(".manifest.json.*.tmp") or path.name in _PARTS and path.is_dir() and not any(path.iterdir())
            for path in self.path.iterdir()
        )

    def write_error_message(self, name: str, error: OSError) -> str:
        """Return the error message for a file of a build, or a shard, that cannot be written."""
        return (
            f"{self}: cannot write {name} ({os.strerror(error.errno or 0)}); finished shards are kept: "
            "make room and run the same command again"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold an exclusive lock on the folder. The system releases it when the process ends; no lock file remains.

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
        """Sync the temporary files of a shard to disk and rename them to its two files; replace existing files."""
        for path in (rows, ledger):
            sync(path)
        replace(ledger, _ready(self.ledger(name)))
        replace(rows, _ready(self.data(name)))
        self._complete(name)

    def recover(self) -> None:
        """Complete the shards that a killed build left ready, and remove its other temporary files."""
        for path in self.path.glob("data/*.parquet.ready"):
            self._complete(path.name.removesuffix(".parquet.ready"))
        for pattern in ("*/.*.tmp", "ledger/*.ready", ".*.tmp"):
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    def _complete(self, name: str) -> None:
        """Rename the `.ready` files of a shard to their final names."""
        for path in (self.ledger(name), self.data(name)):
            with suppress(FileNotFoundError):  # renamed before the build was interrupted
                replace(_ready(path), path)


def _ready(path: Path) -> Path:
    return path.with_name(path.name + ".ready")


def _split_of(name: str) -> str:
    return name.rpartition("-")[0]
