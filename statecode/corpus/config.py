"""The settings of a build."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from statecode.corpus.plan import RUNS_PER_SHARD
from statecode.corpus.splits import SplitRule
from statecode.corpus.verdicts import OutputComparison
from statecode.errors import ConfigError
from statecode.records import Status
from statecode.tracing.options import RunOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildConfig:
    """The settings of a build. `workers` does not affect the bytes of a corpus.

    Raises:
        ConfigError: a setting is invalid, or an allowed package is not installed.
    """

    # if they have no engine: the engine of an existing corpus, else the default
    options: RunOptions = field(default_factory=RunOptions)
    workers: int = 1
    split: str | None = None                    # percentages for train, validation, test; None: `default_rule`
    runs_per_shard: int = RUNS_PER_SHARD
    retry: frozenset[str] = frozenset()         # runs with these statuses in finished shards are traced again
    verify_determinism: bool = False            # trace each run with two hash seeds and record differences
    comparison: OutputComparison = field(default_factory=OutputComparison)  # determines the verdicts
    behaviour_differs: bool = False             # drop mutants that behave as their parents, see `corpus.mutants`

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ConfigError(f"workers must be at least 1; got {self.workers}")
        if self.runs_per_shard < 1:
            raise ConfigError(f"runs per shard must be at least 1; got {self.runs_per_shard}")
        known = [status.value for status in Status]
        if unknown := sorted(self.retry.difference(known)):
            raise ConfigError(f"unknown status {unknown[0]!r} to retry; known: {', '.join(known)}")
        self.rule()
        package_versions(self.options.allow_packages)

    def rule(self) -> SplitRule | None:
        """Return the rule that `split` requests. None: the rule follows from the number of problems."""
        return SplitRule.parse(self.split) if self.split else None

    def settings(self) -> dict[str, Any]:
        """Return the settings that affect the bytes of a corpus, except the split, as values that JSON can hold."""
        return {
            **self.options.settings(),
            "runs_per_shard": self.runs_per_shard,
            "package_versions": package_versions(self.options.allow_packages),
            "verify_determinism": self.verify_determinism,
            **self.comparison.settings(),
        }


def default_settings() -> dict[str, Any]:
    """Return the `settings` of a build with default values."""
    return BuildConfig(options=RunOptions()).settings()


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
