"""Test that a file is refused with the message of the interpreter, and that other files run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from statecode.programs.source_text import decode_source
from statecode.records import ExceptionInfo, Status
from statecode.tracing import SandboxRunner
from statecode.tracing.source_info.encoding import declared_encoding, encoding_error, source_of
from tests.support.traced_programs import run

REFUSED = (
    b"# coding: nosuch\nprint(1)\n",
    b"#!/usr/bin/python\n# -*- coding: nosuch -*-\nprint(1)\n",
    b"# coding: rot13\nprint(1)\n",
    b"# coding: utf-16\nprint(1)\n",
    b"# coding: ascii\nx = '\xc3\xa9'\n",
    b"# coding: cp932\nx = 1\ny = '\x81'\n",
    b"\xef\xbb\xbf# coding: Latin-1\nx = 1\n",
    b"x = 1\n# caf\xe9\nprint(1)\n",
    b"\xff\xfex = 1\n",
)
ACCEPTED = (
    b"# caf\xc3\xa9\nprint(1)\n",
    b"# coding: utf-8\nx = 1  # \xe9\nprint(1)\n",
    b"\xef\xbb\xbfprint(1)\n",
    b"# coding: latin-1\nprint(len('\xe9'))\n",
    b"#!/usr/bin/python\n\n# coding: nosuch\nprint(1)\n",
    b"print(1)  # coding: nosuch\n\n",
    b"print(1)\n# coding: nosuch\n",
    b"# -*- coding:utf8-*-\nprint(1)\n",
)


@pytest.fixture(scope="module")
def runner():
    with SandboxRunner() as runner:
        yield runner


def python(folder: Path, data: bytes) -> subprocess.CompletedProcess:
    (folder / "program.py").write_bytes(data)
    done = subprocess.run([sys.executable, "program.py"], cwd=folder, capture_output=True, text=True, check=False)
    done.stderr = done.stderr.replace(f"{folder}/", "")
    return done


@pytest.mark.parametrize("data", REFUSED)
def test_a_file_that_does_not_decode_is_a_compile_error_with_the_message_of_the_interpreter(tmp_path, runner, data) -> None:
    trace = run(runner, decode_source(data))
    expected = python(tmp_path, data)
    assert (trace.stdout, trace.stderr) == (expected.stdout, expected.stderr)
    message = expected.stderr.removeprefix("SyntaxError: ").rstrip("\n")
    assert (trace.status, trace.exception) == (Status.COMPILE_ERROR, ExceptionInfo("SyntaxError", message, None))
    assert trace.events == ()
    trace.code.encode()  # no lone surrogate in the row


@pytest.mark.parametrize("data", ACCEPTED)
def test_a_file_that_decodes_runs(tmp_path, runner, data) -> None:
    trace = run(runner, decode_source(data))
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "1\n", "")
    assert python(tmp_path, data).stdout == "1\n"


def test_the_parser_refuses_undecoded_bytes_in_a_string(tmp_path, runner) -> None:
    data = b"# coding: utf-8\nx = 1\ny = '\xe9'\n"
    trace = run(runner, decode_source(data))
    assert trace.status is Status.COMPILE_ERROR
    assert trace.stderr.splitlines()[-1] == python(tmp_path, data).stderr.splitlines()[-1]


def test_the_source_is_bytes_only_if_some_do_not_decode() -> None:
    assert source_of("x = 'é'") == "x = 'é'"
    assert source_of("x = '\udce9'") == b"x = '\xe9'"
    assert source_of("x = '\ud800'") == "x = '\ud800'"  # no byte of a file
    assert encoding_error("x = '\ud800'") == ""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("# coding: UTF_8-dos", "utf-8"), ("# coding=ISO-8859-1-unix", "iso-8859-1"), ("# vim: set fileencoding=cp1251 :", "cp1251"),
        ("\n# coding: a", "a"), ("\n\n# coding: a", None), ("x\n# coding: a", None), ("", None),
        ("\ufeff\f# coding: a\r\n", "a"),
    ],
)
def test_the_declaration_is_a_comment_in_the_first_two_lines(code: str, expected: str | None) -> None:
    assert declared_encoding(code) == expected
