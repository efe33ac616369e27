"""Fixtures of the tests of views."""

from __future__ import annotations

import pytest

import statecode
from statecode.dataset.source import EMBEDDED_CORPUS
from statecode.records import Trace
from statecode.tracing import SandboxRunner


@pytest.fixture(scope="module")
def runner():
    with SandboxRunner() as runner:
        yield runner


@pytest.fixture(scope="module")
def shipped() -> list[Trace]:
    return list(statecode.read(EMBEDDED_CORPUS))
