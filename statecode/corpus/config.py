"""What a build is told: the settings that decide its bytes, and the few that do not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statecode.corpus.plan import RUNS_PER_SHARD
from statecode.corpus.splits import SplitRule
from statecode.errors import ConfigError
from statecode.records import REPR_LIMIT, Limits, Status

if TYPE_CHECKING:
    from statecode.tracing.sandbox.isolation import Isolation


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildConfig:
    """How a corpus is built. `workers` and `isolation_mode` have no effect on its bytes."""

    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    engine: str | None = None                   # None: the one that the corpus was begun with, else the default one
    fidelity: str = "snoop"                     # how values are read, see `records.FIDELITIES`
    repr_limit: int | None = None               # characters of a value with the fidelity full; None: the default
    split: str | None = None                    # per cent of problems in train, validation, test, as in 90,5,5
    runs_per_shard: int = RUNS_PER_SHARD
    retry: frozenset[str] = frozenset()         # statuses whose runs in finished shards are tried again
    trust_programs: bool = False                # limits alone hold the programs: files and processes are open to them
    allow_packages: tuple[str, ...] = ()        # import names beside the standard library that programs may use
    isolation_mode: str | None = None           # full or no-namespaces; None takes the stronger that can be had
    verify_determinism: bool = False            # run everything twice, with two hash seeds, and mark what differs

    def __post_init__(self) -> None:
        from statecode.tracing.engines import check_fidelity, check_known, repr_limit_of

        if self.workers < 1:
            raise ConfigError(f"workers must be at least 1; got {self.workers}")
        if self.runs_per_shard < 1:
            raise ConfigError(f"runs per shard must be at least 1; got {self.runs_per_shard}")
        if self.engine is not None:
            check_known(self.engine)
            repr_limit_of(self.engine, self.fidelity, self.repr_limit)
        check_fidelity(self.fidelity, self.repr_limit)
        known = [status.value for status in Status]
        if unknown := sorted(self.retry.difference(known)):
            raise ConfigError(f"unknown status {unknown[0]!r} to retry; known: {', '.join(known)}")
        if self.isolation_mode not in (None, "full", "no-namespaces"):
            raise ConfigError(f"unknown isolation mode {self.isolation_mode!r}; known: full, no-namespaces")
        self.rule()
        package_versions(self.allow_packages)

    def effective_repr_limit(self) -> int | None:
        """How many characters of a value rows have; None where snoop's rules shorten it."""
        return None if self.fidelity == "snoop" else self.repr_limit or REPR_LIMIT

    def rule(self) -> SplitRule | None:
        """The rule that `split` asks for; None leaves it to the number of problems."""
        return SplitRule.parse(self.split) if self.split else None

    def isolation(self) -> Isolation:
        """Find out what this machine can put between the programs and itself; tries each layer once per process.

        Raises:
            IsolationError: the mode that was asked for cannot be had here.
        """
        from statecode.tracing.sandbox.isolation import isolation_for

        return isolation_for(
            trust_programs=self.trust_programs, allow_packages=self.allow_packages, mode=self.isolation_mode
        )


def package_versions(names: Sequence[str]) -> list[str]:
    """Give the distributions that allowed packages consist of, with all that they require, as numpy-2.2.6.

    What values read may depend on them, so they are settings of a corpus.

    Raises:
        ConfigError: a package is not installed.
    """
    from statecode.tracing.sandbox.imports import allowed_packages

    metadata = (os.path.basename(path) for path in allowed_packages(names).paths if path.endswith(_METADATA))
    return sorted(os.path.splitext(name)[0] for name in metadata)


_METADATA = (".dist-info", ".egg-info")
