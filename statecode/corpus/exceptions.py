"""Count the exceptions that ended the runs of a corpus: by type, and missing modules by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.machinery import PathFinder

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.shards import read_columns

COLUMNS = ("exception_type", "exception_message")
_MISSING = re.compile(r"No module named '([^'.]+)")


@dataclass(slots=True)
class ExceptionCounts:
    """The numbers of runs that ended with an exception."""

    types: Counter[str] = field(default_factory=Counter)            # type → runs
    missing_modules: Counter[str] = field(default_factory=Counter)  # top-level module that was not found → runs

    def add(self, types: Iterable[str | None], messages: Iterable[str | None]) -> None:
        """Count runs from their columns `COLUMNS`."""
        for name, message in zip(types, messages):
            if name is not None:
                self.types[name] += 1
                if name == "ModuleNotFoundError" and (match := _MISSING.match(message or "")):
                    self.missing_modules[match[1]] += 1

    @classmethod
    def of(cls, folder: CorpusFolder) -> ExceptionCounts:
        """Return the counts of all finished shards of a corpus.

        Raises:
            CorpusError: a shard is damaged.
        """
        counts = cls()
        for name in folder.finished():
            counts.add(*read_columns(folder.data(name), COLUMNS).values())
        return counts


def installed(modules: Iterable[str]) -> list[str]:
    """Return those of these top-level modules that are installed here, so that --allow-packages accepts them."""
    return [name for name in modules if PathFinder.find_spec(name) is not None]
