"""Test the view `code`, the source alone."""

from __future__ import annotations

import statecode
from statecode.tracing import SandboxRunner
from statecode.views import render
from statecode.views.cutting import spans
from statecode.views.segments import Kind
from tests.support.traced_views import traced


def test_view_code_is_the_source() -> None:
    code = "x = 1\r\n# é\n"
    assert render(statecode.trace(code), "code") == code


def test_code_is_one_span(runner: SandboxRunner) -> None:
    trace = traced(runner, "x = 1\n")
    assert [span.kind for span in spans(trace, "code")] == [Kind.SOURCE]
