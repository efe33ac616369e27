"""Test the view `code`, the source alone."""

from __future__ import annotations

import statecode
from statecode.views import render


def test_view_code_is_the_source() -> None:
    code = "x = 1\r\n# é\n"
    assert render(statecode.trace(code), "code") == code
