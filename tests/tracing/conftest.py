"""Fixture of the tests of runs in every isolation mode."""

from __future__ import annotations

import pytest

from statecode.tracing import SandboxRunner
from tests.support.runners import MODES, isolation_or_skip


@pytest.fixture(scope="module", params=MODES)
def runner(request):
    with SandboxRunner(isolation=isolation_or_skip(request.param)) as runner:
        yield runner
