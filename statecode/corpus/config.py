"""The settings of a build."""

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
    """The settings of a build. `workers` and `isolation_mode` do not affect the bytes of a corpus.

    Raises:
        ConfigError: a setting is invalid, or an allowed package is not installed.
    """

    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    engine: str | None = None                   # None: the engine of an existing corpus, else the default
    fidelity: str = "snoop"                     # one of `records.FIDELITIES`
    repr_limit: int | None = None               # maximum characters of a value with the fidelity full; None: default
    split: str | None = None                    # percentages for train, validation, test; None: `default_rule`
    runs_per_shard: int = RUNS_PER_SHARD
    retry: frozenset[str] = frozenset()         # runs with these statuses in finished shards are traced again
    trust_programs: bool = False                # only the limits apply: programs can access files and processes
    allow_packages: tuple[str, ...] = ()        # import names outside the standard library
    isolation_mode: str | None = None           # full or no-namespaces; None: the stronger available one
    verify_determinism: bool = False            # trace each run with two hash seeds and record differences

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
        """Return the maximum number of characters of a value; None with the fidelity snoop, which has its own rules."""
        return None if self.fidelity == "snoop" else self.repr_limit or REPR_LIMIT

    def rule(self) -> SplitRule | None:
        """Return the rule that `split` requests. None: the rule follows from the number of problems."""
        return SplitRule.parse(self.split) if self.split else None

    def isolation(self) -> Isolation:
        """Return the isolation with which programs run on this machine. Each layer is probed once per process.

        Raises:
            IsolationError: the requested mode is not available here.
        """
        from statecode.tracing.sandbox.isolation import isolation_for

        return isolation_for(
            trust_programs=self.trust_programs, allow_packages=self.allow_packages, mode=self.isolation_mode
        )


def package_versions(names: Sequence[str]) -> list[str]:
    """Return name and version of the distribution of each allowed package and of each of its requirements, sorted.

    An item is a text such as numpy-2.2.6. The text of values may depend on these versions, so they belong to the
    settings of a corpus.

    Args:
        names: import names of the allowed packages.

    Raises:
        ConfigError: a package is not installed.
    """
    from statecode.tracing.sandbox.imports import allowed_packages

    metadata = (os.path.basename(path) for path in allowed_packages(names).paths if path.endswith(_METADATA))
    return sorted(os.path.splitext(name)[0] for name in metadata)


_METADATA = (".dist-info", ".egg-info")
