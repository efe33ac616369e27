"""Test the functions that all views share."""

from __future__ import annotations

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.views import VIEWS, render


def test_error_for_an_unknown_view_lists_all_views() -> None:
    with pytest.raises(ConfigError, match=f"unknown view 'full'; known: {', '.join(VIEWS)}"):
        render(statecode.trace(""), "full")
