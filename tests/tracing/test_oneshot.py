"""Test `statecode.trace`: its arguments, and its fork server, which is kept for the next call."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.records import Limits, Program, Status


def test_trace_with_its_arguments() -> None:
    assert statecode.trace("x = input()\nprint(x)\n", stdin="hi\n").stdout == "hi\n"
    cut = statecode.trace("x = input()\nprint(x)\n", stdin="hi\n", limits=Limits(events=3))
    assert (cut.status, len(cut.events)) == (Status.EVENT_LIMIT, 3)
    origin = Program(program_id="mine", problem_id="sums", code="print('not this')", label="correct")
    labelled = statecode.trace("print(input())", stdin="this\n", program=origin)
    assert (labelled.stdout, labelled.program_id, labelled.label) == ("this\n", "mine", "correct")
    with pytest.raises(ConfigError, match="unknown engine 'fast'; known: native, snoop"):
        statecode.trace("", engine="fast")


def test_traces_are_equal_in_other_processes() -> None:
    code = "xs = {'a', 'b', 'c'}\nfor x in xs: print(x)\n"
    script = (
        "import json, sys, statecode\nprint(json.dumps(statecode.trace(sys.argv[1]).content(), default=str))"
    )
    outputs = {
        subprocess.run([sys.executable, "-c", script, code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())[3] == "ok"


def test_a_forked_process_does_not_stop_its_parents_fork_server() -> None:
    script = (
        "import os, sys, statecode\nprint(statecode.trace('print(1)').stdout, end='', flush=True)\n"
        "if os.fork() == 0:\n    sys.exit()\nos.wait()\nprint(statecode.trace('print(2)').stdout, end='')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("1\n2\n", "", 0)
