"""Test the rate limiter."""

from __future__ import annotations

import time

from statecode.programs.rate_limit import RateLimiter


def test_the_rate_limiter_delays_requests_to_one_host() -> None:
    rate_limiter, started = RateLimiter(0.1), time.monotonic()
    starts = []
    for _ in range(4):
        rate_limiter.wait("h")
        starts.append(time.monotonic() - started)
    assert all(start >= 0.1 * number for number, start in enumerate(starts))
    before = time.monotonic()
    RateLimiter(60).wait("other")
    assert time.monotonic() - before < 10
