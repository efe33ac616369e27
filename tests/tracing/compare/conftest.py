"""Fixtures of the tests of comparisons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statecode.records import Trace
from statecode.tracing.compare.engines import EnginePair
from tests.support.compared_traces import PROGRAM, make_snoop_pair


@pytest.fixture(scope="module")
def snoop_pair() -> Iterator[EnginePair]:
    with make_snoop_pair() as pair:
        yield pair


@pytest.fixture(scope="module")
def trace(snoop_pair) -> Trace:
    return snoop_pair._reference.run(PROGRAM).trace
