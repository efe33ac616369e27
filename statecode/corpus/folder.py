"""The files of a corpus: where they lie, and how a shard gets there whole or not at all.

    DIR/manifest.json               what decides the bytes, then counts
    DIR/data/train-00000.parquet    the rows
    DIR/ledger/train-00000.jsonl    what kept the programs from the machine, and what each row's run cost

A shard is finished when its Parquet file exists. Its two files appear together: both are written under a temporary
name, brought to disk, and renamed to `.ready`, the Parquet file last; from then on the shard counts as written,
and whoever opens the folder next completes the renaming if the power went away in between.
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
        """A shard's rows."""
        return self.path / "data" / f"{name}.parquet"

    def ledger(self, name: str) -> Path:
        """A shard's ledger."""
        return self.path / "ledger" / f"{name}.jsonl"

    def finished(self, split: str | None = None) -> list[str]:
        """The names of the finished shards of one split or of all, train first, in order."""
        names = [path.stem for path in self.path.glob("data/*-*.parquet")]
        order = {name: index for index, name in enumerate(SPLITS)}
        kept = [name for name in names if _split_of(name) in ([split] if split else SPLITS)]
        return sorted(kept, key=lambda name: (order[_split_of(name)], name))

    def create(self) -> None:
        """Make the folders.

        Raises:
            CorpusError: not possible there.
        """
        try:
            for folder in _PARTS:
                (self.path / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CorpusError(f"{self}: cannot be created ({error.strerror}); choose another --out") from None

    def check_output_folder(self) -> None:
        """Make sure that the folder is absent, empty or a corpus.

        Raises:
            CorpusError: it holds something else.
        """
        if self.path.exists() and not self.path.is_dir():
            raise CorpusError(f"{self}: is a file, not a folder; choose another --out")
        if self.path.is_dir() and not self.manifest.exists() and not self._is_abandoned_build():
            raise CorpusError(f"{self}: holds files but no manifest.json, so it is no corpus; choose another --out")

    def _is_abandoned_build(self) -> bool:
        """Tell whether all that is here is what a build that was ended before its manifest leaves."""
        return all(
            path.match(".manifest.json.*.tmp") or path.name in _PARTS and path.is_dir() and not any(path.iterdir())
            for path in self.path.iterdir()
        )

    def write_error_message(self, what: str, error: OSError) -> str:
        """What to tell where a file of a build cannot be written."""
        return (
            f"{self}: cannot write {what} ({os.strerror(error.errno or 0)}); finished shards are kept: "
            "make room and run the same command again"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other builds out. The lock ends with the process, however that ends, and leaves no file.

        Raises:
            CorpusError: another process builds here.
        """
        handle = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CorpusError(f"{self}: another build is at work here; wait for it, or end it") from None
            yield
        finally:
            os.close(handle)

    def publish(self, name: str, rows: Path, ledger: Path) -> None:
        """Rename the finished temporary files of a shard to its two files and replace those that exist."""
        for path in (rows, ledger):
            sync(path)
        replace(ledger, _ready(self.ledger(name)))
        replace(rows, _ready(self.data(name)))
        self._complete(name)

    def recover(self) -> None:
        """Complete shards that were ready and delete what was not, as a killed build leaves them."""
        for path in self.path.glob("data/*.parquet.ready"):
            self._complete(path.name.removesuffix(".parquet.ready"))
        for pattern in ("*/.*.tmp", "ledger/*.ready", ".*.tmp"):
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    def _complete(self, name: str) -> None:
        for path in (self.ledger(name), self.data(name)):
            with suppress(FileNotFoundError):  # done before the power went
                replace(_ready(path), path)


def _ready(path: Path) -> Path:
    return path.with_name(path.name + ".ready")


def _split_of(name: str) -> str:
    return name.rpartition("-")[0]
