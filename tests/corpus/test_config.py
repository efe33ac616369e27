"""Test the settings of a build."""

from __future__ import annotations

from typing import Any

import pytest

from statecode.corpus.config import BuildConfig, default_settings
from statecode.corpus.verdicts import OutputComparison
from statecode.errors import ConfigError
from statecode.tracing import RunOptions


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"workers": 0}, "workers must be at least 1; got 0"),
        ({"runs_per_shard": 0}, "runs per shard must be at least 1; got 0"),
        ({"retry": frozenset({"timeout", "late"})}, "unknown status 'late' to retry; known: ok, .*"),
        ({"options": RunOptions(allow_packages=("nosuchpackage",))}, "allowed packages: there is no package 'nosuchpackage'.*"),
    ],
)
def test_invalid_settings_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        BuildConfig(**arguments)


def test_settings_have_no_place_and_no_workers() -> None:
    same = BuildConfig(options=RunOptions(isolation_mode="full"), workers=3, retry=frozenset({"timeout"}))
    assert same.settings() == default_settings()
    assert same.settings() != BuildConfig(comparison=OutputComparison(ignore_case=True)).settings()
    assert BuildConfig(verify_determinism=True).settings() == {**default_settings(), "verify_determinism": True}
