"""Test the number of usable cores, and the pause of the garbage collection."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import pytest

from statecode.machine import garbage_collection_paused, usable_cores


def test_there_is_at_least_one_core() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_cores_that_the_process_may_not_use_do_not_count() -> None:
    script = (
        "import os; from statecode.machine import usable_cores;"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); print(usable_cores())"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "1\n"


def test_garbage_collection_is_paused_and_then_as_before() -> None:
    with pytest.raises(KeyError), garbage_collection_paused():
        with garbage_collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()
