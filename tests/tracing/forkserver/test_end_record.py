"""Test how the end of a program is recorded: by an exception, an exit, or an error of the compiler."""

from __future__ import annotations

import pytest

from statecode.records import Status
from tests.support.traced_programs import run


def test_exception(runner) -> None:
    trace = run(runner, "def f(x):\n    return 1 / x\n\nprint('before')\nf(0)\n")
    assert trace.status is Status.EXCEPTION
    assert trace.exception == ("ZeroDivisionError", "division by zero", 2)
    assert trace.stdout == "before\n"
    assert trace.stderr.startswith('Traceback (most recent call last):\n  File "program.py", line 5, in <module>\n    f(0)\n')
    assert trace.stderr.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(
    ("code", "exception", "stderr"),
    [
        ("raise SystemExit", None, ""),
        ("import sys; sys.exit(0)", None, ""),
        ("import sys; sys.exit(3)", ("SystemExit", "3", 1), ""),
        ("import sys; sys.exit('too bad')", ("SystemExit", "too bad", 1), "too bad\n"),
    ],
)
def test_exits(runner, code, exception, stderr) -> None:
    trace = run(runner, code)
    assert (trace.exception, trace.stderr) == (exception, stderr)
    assert trace.status is (Status.OK if exception is None else Status.EXCEPTION)


@pytest.mark.parametrize("code", ["while", "x = 'a\0b'", "def f():\nreturn 1", "x = (" * 200 + ")" * 200, "é = \udc80"])
def test_compile_error(runner, code) -> None:
    trace = run(runner, code)
    assert trace.status is Status.COMPILE_ERROR
    assert trace.events == ()
    assert trace.exception is not None
    assert trace.exception.type in trace.stderr


@pytest.mark.parametrize("name", ["len", "isinstance", "str", "list", "repr", "type", "dict", "print", "Exception", "BaseException"])
def test_a_program_may_replace_builtins(runner, name) -> None:
    trace = run(runner, f"import builtins\nprint('before')\nbuiltins.{name} = None\nx = 1\n1 / 0\n")
    assert (trace.status, trace.stdout, trace.exception) == (Status.EXCEPTION, "before\n", ("ZeroDivisionError", "division by zero", 5))
    assert trace.stderr.endswith("ZeroDivisionError: division by zero\n")
