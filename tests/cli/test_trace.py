"""Test `statecode trace` and its errors in new processes."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from statecode.records import Status, Trace
from statecode.views import VIEWS, parse, render
from tests.support.command_line import statecode
from tests.support.corpus_samples import run_command
from tests.support.paths import ROOT
from tests.support.runners import isolation_or_skip


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "prog.py"
    path.write_text("x = int(input())\nprint('out', x)\n1 / x\n")
    return str(path)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="traces differ between versions")
def test_the_example_in_the_readme(tmp_path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [(code, output)] = re.findall(r"```python\n([^`]*)```\n```console\n\$ statecode trace evens.py\n```\n```\n(.*?)```", text, re.DOTALL)
    (tmp_path / "evens.py").write_text(code)
    assert statecode("trace", str(tmp_path / "evens.py")).stdout == output


def test_stdout_is_the_view_alone(program, tmp_path) -> None:
    (tmp_path / "in.txt").write_text("5\n")
    result = statecode("trace", program, "--stdin", str(tmp_path / "in.txt"))
    assert result.returncode == 0
    assert result.stdout.startswith(' >>> Call to <module> in File "prog.py", line ')
    assert result.stdout.splitlines()[4:6] == ["    1 | x = int(input())", " ...... x = 5"]
    assert not any(line.startswith("out") for line in result.stdout.splitlines())
    assert result.stderr.startswith("ok; 5 events in ")


@pytest.mark.parametrize("view", [name for name, view in VIEWS.items() if view.lossless])
def test_printed_view_can_be_parsed(program: str, view: str) -> None:
    printed = statecode("trace", program, "--stdin", "-", "--view", view, stdin="0\n").stdout
    assert printed.endswith("\n") and not printed.endswith("\n\n")
    trace = parse(printed, view)
    assert printed == render(trace, view).removesuffix("\n") + "\n"
    assert (trace.stdin, trace.stdout, trace.status) == ("0\n", "out 0\n", Status.EXCEPTION)


def test_json_is_the_whole_trace(program) -> None:
    result = statecode("trace", program, "--stdin", "-", "--json", stdin="5\n")
    trace = Trace.from_json(result.stdout)
    assert (trace.stdin, trace.stdout, trace.status, len(trace.events)) == ("5\n", "out 5\n", Status.OK, 5)
    assert result.stdout == trace.to_json() + "\n"


def test_a_failing_program_does_not_fail_the_command(program) -> None:
    result = statecode("trace", program, "--stdin", "-", "--view", "snoop", "--engine", "snoop", stdin="0\n")
    assert result.returncode == 0
    assert "!!! ZeroDivisionError: division by zero" in result.stdout
    assert result.stderr.startswith("exception, ZeroDivisionError: division by zero at line 3; 6 events")


def test_limits(program) -> None:
    result = statecode("trace", program, "--stdin", "-", "--events", "2", stdin="5\n")
    assert result.stderr.startswith("event_limit, stopped by events; 2 events")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trace", "{}", "--allow-packages", "no_such_package"],
         f"allowed packages: there is no package 'no_such_package' in {sys.prefix}; install the distribution that contains it, or leave the name out"),
        (["trace", "/dev/zero"], "/dev/zero: cannot be read: over 64 MiB"),
        (["trace", "{}", "--stdin", "/dev/zero"], "/dev/zero: cannot be read: over 64 MiB"),
        (["trace", "absent.py"], "absent.py: cannot be read: No such file or directory"),
        (["trace", "{}", "--view", "x"], f"unknown view 'x'; known: {', '.join(VIEWS)}"),
        (["trace", "{}", "--engine", "x"], "unknown engine 'x'; known: native, snoop"),
        (["trace", "{}", "--events", "0"], "limit events must be positive; got 0"),
        (["trace", "{}", "--stdin", "absent.txt"], "absent.txt: cannot be read: No such file or directory"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(program, arguments, message) -> None:
    result = statecode(*[argument.format(program) for argument in arguments])
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


@pytest.mark.one_python
@pytest.mark.parametrize("view", VIEWS)
def test_trace_prints_every_view(tmp_path: Path, view: str) -> None:
    (tmp_path / "p.py").write_text("x = 1\nx = input()\nprint(x)\n")
    (tmp_path / "stdin").write_bytes(b"\xff\n")
    done = run_command("trace", tmp_path / "p.py", "--stdin", tmp_path / "stdin", "--view", view)
    assert done.returncode == 0 and done.stdout, done.stderr


def test_files(tmp_path: Path) -> None:
    isolation_or_skip("full")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("text")
    (tmp_path / "prog.py").write_text("open('b.txt', 'w').write(open('a.txt').read())\n")
    result = statecode("trace", str(tmp_path / "prog.py"), "--files", str(tmp_path / "in"))
    assert result.returncode == 0 and result.stderr.startswith("ok; ") and result.stderr.endswith("; files: 'b.txt'\n")
    assert os.listdir(tmp_path / "in") == ["a.txt"]
    result = statecode("trace", str(tmp_path / "prog.py"), "--files", str(tmp_path))
    message = f"error: {tmp_path}/in: not a file; --files takes a folder that contains files only\n"
    assert (result.returncode, result.stderr) == (2, message)


def test_a_fifo_without_a_writer_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    result = statecode("trace", str(tmp_path / "a.py"))
    assert result.returncode == 2
    assert result.stderr.endswith("a.py: cannot be read: a FIFO that no process writes to\n")
