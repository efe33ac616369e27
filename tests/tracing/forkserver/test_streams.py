"""Test the standard streams of programs: how they are read and written, and positions in stdout."""

from __future__ import annotations

import pytest

from statecode.records import Status
from tests.support.traced_programs import run


@pytest.mark.parametrize(
    "code",
    [
        "print(sum(map(int, open(0).read().split())))",
        "import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))",
        "import sys\nprint(sum(int(line) for line in sys.stdin))",
        "import sys\ninput = sys.stdin.readline\nprint(int(input()) + int(input()) + int(input()))",
        "import os, io\ninput = io.BytesIO(os.read(0, 10**6)).readline\nprint(int(input()) + int(input()) + int(input()))",
        "import sys\ndata = sys.stdin.readlines()\nprint(sum(map(int, data)))",
        "import fileinput\nprint(sum(map(int, fileinput.input())))",
        "total = 0\ntry:\n    while True:\n        total += int(input())\nexcept EOFError:\n    print(total)",
        "import os\nos.write(1, b'%d\\n' % sum(map(int, os.read(0, 99).split())))",
        "import sys\nsys.stdout.buffer.write(b'%d\\n' % sum(map(int, sys.stdin)))",
        "out = open(1, 'w')\nprint(sum(map(int, open(0))), file=out)",
        "print(sum(map(int, [input() for _ in range(3)])))",
    ],
)
def test_ways_to_read_and_write(runner, code) -> None:
    trace = run(runner, code, "1\n2\n39\n")
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "42\n", "")


@pytest.mark.parametrize(("stdin", "read"), [("\udcff\udc80", b"\xff\x80"), ("\ud800", b"\\ud800")])
def test_stdin_with_lone_surrogates(runner, stdin, read) -> None:
    trace = run(runner, "import sys\nprint(sys.stdin.buffer.read())\n", stdin)
    assert trace.stdout == f"{read}\n"


def test_stdout_end_counts_characters_before_they_are_flushed(runner) -> None:
    trace = run(runner, "print('é')\nprint('ab', end='')\nx = 1\n")
    assert trace.stdout == "é\nab"
    assert [event.stdout_end for event in trace.events] == [0, 0, 2, 4, 4]
