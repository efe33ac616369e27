"""Test that resource limits of the supervisor do not replace those of programs."""

from __future__ import annotations

import sys

import pytest

from tests.support.runners import UNTRUSTED
from tests.support.supervisors import outcomes

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="isolation needs Linux")


@pytest.mark.parametrize("mode", UNTRUSTED)
def test_limits_of_the_supervisor_do_not_replace_those_of_programs(mode) -> None:
    preparation = "resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))"
    endless = "import os\nwhile True:\n    os.write(1, b'x' * 10_000)\n"
    greedy = "x = bytearray(2**29)\n"
    found = outcomes(preparation, mode, endless, greedy)
    assert [(status, why) for status, why, *_ in found] == [("output_limit", "output"), ("memory", "None")]
