"""Test that the stack of a thread is found in the source, and that the thread starts under the memory limit."""

from __future__ import annotations

import pytest

from statecode.records import Status
from statecode.tracing.source_info.thread_stacks import MAX_BYTES, thread_stack_bytes
from tests.support.traced_programs import run

MIB = 2**20


@pytest.mark.parametrize(
    ("code", "stack_bytes"),
    [
        ("threading.stack_size(1 << 29)", 512 * MIB),
        ("from threading import stack_size\nstack_size(2**27)", 128 * MIB),
        ("threading.stack_size( 64*1024 * 1024 )", 64 * MIB),
        ("threading.stack_size(67_108_864)\nthreading.stack_size(0x8000000)", 128 * MIB),
        ("threading.stack_size(10**9)", 10**9),
        ("threading.stack_size(2**40)", MAX_BYTES),
        ("threading.stack_size(N)", MAX_BYTES),
        ("threading.stack_size(int(1e8))", MAX_BYTES),
        ("threading.stack_size(9 ** 9 ** 9)", MAX_BYTES),
        ("threading.stack_size('a", MAX_BYTES),
    ],
)
def test_the_size_is_the_argument_of_the_call(code: str, stack_bytes: int) -> None:
    assert thread_stack_bytes(code) == stack_bytes + MIB


@pytest.mark.parametrize("code", ["x = 1", "import threading\nthreading.stack_size()", "stack_size = 3", "stack_size(0)", "stack_size(1 - 2)"])
def test_a_source_without_a_size_adds_nothing(code: str) -> None:
    assert thread_stack_bytes(code) == 0


@pytest.mark.parametrize("size", ["1 << 29", "2**30"])
def test_a_thread_with_a_big_stack_starts_under_the_default_limit(runner, size) -> None:
    code = (
        f"import sys, threading\nsys.setrecursionlimit(10**7)\nthreading.stack_size({size})\n"
        "def main():\n    print('started')\n\n"
        "thread = threading.Thread(target=main)\nthread.start()\nthread.join()\n"
    )
    trace = run(runner, code)
    assert (trace.status, trace.stdout, trace.exception) == (Status.OK, "started\n", None)


def test_the_limit_on_other_memory_is_kept(runner) -> None:
    code = "import threading\nthreading.stack_size(2**26)\nx = bytearray(700 * 2**20)\n"
    assert run(runner, code).status is Status.MEMORY
