"""Test the settings of a build."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.corpus.config import BuildConfig
from statecode.errors import ConfigError


def test_an_unknown_mode_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown isolation mode 'strong'; known: full, no-namespaces"):
        BuildConfig(isolation_mode="strong")
