"""The manifest of a corpus: `manifest.json` with settings, plan and counts.

A build writes it before the first shard and again after the last one.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from statecode._version import __version__
from statecode.corpus.behaviour import ComparedMutants
from statecode.corpus.config import BuildConfig, default_settings
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import read_isolation, read_ledger
from statecode.corpus.plan import Scan, shard_name
from statecode.corpus.splits import SPLITS
from statecode.errors import CorpusError
from statecode.files import PACKAGE_FOLDER, write_text
from statecode.input_files import read_bounded
from statecode.records import SCHEMA_VERSION
from statecode.tracing.options import without_defaults

# Modules and folders that affect the bytes of a shard.
_BYTES_DEPEND_ON = (
    "records.py",
    "text.py",
    "tracing",
    "corpus/rows.py",
    "corpus/columns.py",
    "corpus/splits.py",
    "corpus/plan.py",
    "corpus/shards.py",
    "corpus/determinism.py",
)

MAX_SHARDS = 1_000_000  # of a split, in a manifest that is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contents of manifest.json."""

    settings: Mapping[str, Any]                  # everything that determines the bytes of the shards
    source: str                                  # name of the source, for messages
    plan: Mapping[str, Any]                      # programs; problems, runs and shards per split; files left out
    rebalanced: Mapping[str, str] = field(default_factory=dict)  # problem_id → split, see splits.rebalance
    counts: Mapping[str, Any] = field(default_factory=dict)  # see `counts_of`; empty until finished
    finished: bool = False

    def finish(self, folder: CorpusFolder) -> Manifest:
        """Return this manifest as finished, with the counts of the shards in the folder."""
        return replace(self, counts=counts_of(folder), finished=True)

    def reopen(self) -> Manifest:
        """Return this manifest as unfinished, without counts: its state while shards are written."""
        return replace(self, counts={}, finished=False)

    def write(self, folder: CorpusFolder) -> None:
        """Replace manifest.json.

        Raises:
            CorpusError: the file cannot be written, such as on a full disk or without permission.
        """
        fields = {_key_of(name): getattr(self, name) for name in self.__slots__}
        try:
            write_text(folder.manifest, json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise CorpusError(folder.write_error_message("manifest.json", error)) from None

    def check_same(self, other: Manifest, folder: CorpusFolder) -> None:
        """Check that a build with the manifest `other` may continue the corpus in the folder.

        A setting that one of the manifests lacks has its default: the corpus is older than the setting.

        Raises:
            CorpusError: a setting differs; the message names the first such setting.
        """
        defaults = default_settings()
        ours, theirs = {**defaults, **self.settings}, {**defaults, **other.settings}
        for name in dict.fromkeys([*other.settings, *self.settings]):
            if ours.get(name) != theirs.get(name):
                difference = f"its {name.replace('_', ' ')} is {ours.get(name)}, yours {theirs.get(name)}"
                if (ours.get("behaviour_differs") is None) != (theirs.get("behaviour_differs") is None):
                    begun = "without" if ours.get("behaviour_differs") is None else "with"
                    difference = f"it was begun {begun} --behaviour-differs"
                elif name in ("fingerprint", "behaviour_differs"):
                    difference = (
                        f"its programs, from {self.source}, differ from yours, from {other.source}: "
                        "another source or option of it, or files that changed"
                    )
                raise CorpusError(f"{folder} holds another corpus ({difference}); choose another --out")

    def check_types(self) -> None:
        """Check a manifest that was read, which may be hostile.

        Raises:
            TypeError, KeyError: a field has another type, or the numbers of the plan or of the counts are no numbers.
        """
        for value in (self.settings, self.plan, self.rebalanced, self.counts, self.plan["shards"]):
            _check_type(value, dict)
        _check_type(self.source, str)
        _check_type(self.finished, bool)
        for split, shards in self.plan["shards"].items():
            _check_type(shards, int)
            if split not in SPLITS or not 0 <= shards <= MAX_SHARDS:
                raise TypeError
        for name in ("mutants", "dropped_mutants"):
            if "behaviour_differs" in self.settings or name in self.plan:
                _check_type(self.plan[name], int)
        for problem_id, split in self.rebalanced.items():
            _check_type(split, str)
        if self.finished:
            _check_type(self.counts["programs"], int)
            _check_type(self.counts["data_bytes"], int)
            for name in ("runs", "statuses"):
                _check_type(self.counts[name], dict)
                for number in self.counts[name].values():
                    _check_type(number, int)

    def shard_names(self, split: str | None = None) -> list[str]:
        """Return the names of the shards that the plan has in a split; in all splits if `split` is None."""
        shards = self.plan["shards"]
        splits = [name for name in SPLITS if name in shards and split in (name, None)]
        return [shard_name(name, index) for name in splits for index in range(shards[name])]

    def key(self) -> dict[str, Any]:
        """Return the settings that differ from their defaults, so that a new setting changes no key."""
        return without_defaults(self.settings, default_settings())

    @classmethod
    def read(cls, folder: CorpusFolder) -> Manifest:
        """Read manifest.json.

        Raises:
            CorpusError: the folder does not exist, is a file or is not a corpus, manifest.json is damaged, or a newer
                version of statecode wrote it.
        """
        if not folder.path.is_dir():
            if folder.path.exists():
                hint = "pass the folder that `statecode build --out` wrote"
                raise CorpusError(f"{folder}: is a file, not a corpus; {hint}")
            raise CorpusError(f"{folder}: no such folder; make a corpus with `statecode build --out {folder}`")
        try:
            with folder.open(folder.manifest) as file:
                fields = json.loads(read_bounded(file.fileno()).decode("utf-8"))
            manifest = cls(**{name: fields[_key_of(name)] for name in cls.__slots__})
            version = int(manifest.settings["schema_version"])
            manifest.check_types()
        except FileNotFoundError:
            raise CorpusError(
                f"{folder}: no corpus: it has no manifest.json; pass the folder that `statecode build --out` wrote"
            ) from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise CorpusError(
                f"{folder.manifest}: not what `statecode build` writes ({_error_text(error)}); "
                "restore the file, or build the corpus again into another folder"
            ) from None
        if version > SCHEMA_VERSION:
            raise CorpusError(
                f"{folder}: has schema version {version}, this statecode reads up to {SCHEMA_VERSION}; update statecode"
            )
        return manifest


def _check_type(value: object, kind: type) -> None:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.80} is not of the type {kind.__name__}")


def _key_of(field_name: str) -> str:
    """Return the key of a field in manifest.json.

    The key of `rebalanced` is its first name, `moved`, so that the oldest corpora can still be read.
    """
    return "moved" if field_name == "rebalanced" else field_name


def _error_text(error: Exception) -> str:
    """Return the reason why a manifest could not be read, for a message."""
    match error:
        case json.JSONDecodeError():
            return f"line {error.lineno}: {error.msg}"
        case KeyError():
            return f"it has no {error.args[0]}"
        case RecursionError():
            return "it is nested too deeply"
        case OSError():
            return error.strerror or type(error).__name__
    return "its fields have other types"


def manifest_of(source: str, scan: Scan, config: BuildConfig, compared: ComparedMutants | None = None) -> Manifest:
    """Return the manifest of a corpus that this interpreter is about to build.

    Args:
        compared: the mutants of the source, if those that behave as their parents are dropped.
    """
    settings = {
        "fingerprint": scan.fingerprint,
        **config.settings(),
        **({"behaviour_differs": compared.fingerprint} if compared else {}),
        "split": str(scan.rule),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "snoop": metadata.version("snoop"),
        "pyarrow": metadata.version("pyarrow"),
        "statecode": __version__,
        "schema_version": SCHEMA_VERSION,
        "code_hash": code_hash(),
    }
    plan = {
        "programs": scan.programs,
        "problems": dict(scan.problems),
        "runs": dict(scan.runs),
        "shards": scan.shards(config.runs_per_shard),
        **({"left_out": dict(scan.left_out)} if scan.left_out else {}),
        **({"mutants": compared.mutants, "dropped_mutants": compared.dropped} if compared else {}),
    }
    return Manifest(settings=settings, source=source, plan=plan, rebalanced=dict(scan.rule.rebalanced))


def code_hash() -> str:
    """Return the hash of the modules that affect the bytes of a shard, as 16 hex digits."""
    return hash_of_modules(_BYTES_DEPEND_ON)[:16]


def hash_of_modules(names: Iterable[str]) -> str:
    """Return the SHA-256, in hex, of the paths and contents of source files of statecode.

    Args:
        names: paths of files or folders, relative to the package. A folder contributes the .py, .c and .h files in it
            and below it.
    """
    package = PACKAGE_FOLDER
    digest = hashlib.sha256()
    for name in names:
        path = package / name
        for file in _source_files(path) if path.is_dir() else [path]:
            digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _source_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix in (".py", ".c", ".h"))


def counts_of(folder: CorpusFolder) -> dict[str, Any]:
    """Return `Manifest.counts` for the finished shards, computed from their ledgers and the sizes of their files."""
    statuses: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    programs = set()
    events = retried = 0
    for name in folder.finished():
        for entry in read_ledger(folder.ledger(name)):
            statuses[entry.last.status] += 1
            runs[name.rpartition("-")[0]] += 1
            programs.add(entry.program_id)
            events += entry.last.events
            retried += bool(entry.earlier)
    return {
        "programs": len(programs),
        "runs": dict(runs),
        "statuses": dict(sorted(statuses.items())),
        "events": events,
        "retried_runs": retried,
        "isolation": isolation_counts(folder),
        "data_bytes": sum(folder.data(name).stat().st_size for name in folder.finished()),
    }


def isolation_counts(folder: CorpusFolder) -> list[dict[str, Any]]:
    """Return the isolations under which programs of the corpus ran.

    Returns:
        Results of `Isolation.as_dict` with the additional key `shards`, the number of shards with this isolation. The
        isolation with the most shards comes first.
    """
    shards: Counter[str] = Counter()
    for name in folder.finished():
        shards.update(json.dumps(state) for state in read_isolation(folder.ledger(name)))
    return [{"shards": number, **json.loads(state)} for state, number in shards.most_common()]
