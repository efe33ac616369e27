"""Test that a request ends at its deadline."""

from __future__ import annotations

import time

import pytest

from statecode.programs.download import Outcome
from tests.support.fetch_samples import get
from tests.support.misbehaving_server import MisbehavingServer

pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.mark.parametrize("path", ["/drip", "/drip-head"])
def test_a_slow_response_ends_at_the_total_timeout(server: MisbehavingServer, path: str) -> None:
    started = time.monotonic()
    reply = get(server, path, total_s=0.5, attempts=2)
    assert (reply.outcome, reply.attempts, server.counts()[path]) == (Outcome.TIMEOUT, 2, 2)
    assert "no complete answer after 0.5 s" in (reply.error or "")
    assert 1 < time.monotonic() - started < 15
