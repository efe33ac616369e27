"""Test that no text of a program, a corpus or a file name reaches a terminal as a control sequence, markup or a line."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

from statecode.corpus.build import build
from statecode.entry import exit_code_of
from statecode.records import Program
from statecode.terminal import one_line_warnings, print_line, print_lines, write_output
from tests.support.paths import ROOT

CONTROL = "\x1b]52;c;QUJD\x07\x9b31m\x1b[2J\u202e\u2066\u2028"
FORGED = "error: forged"
HOSTILE = f"[/foo][blink]:smile:|$\\frac{{{CONTROL}\n{FORGED}\r"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
CODE = f"""text = {HOSTILE!r}
print(text)
class Evil(Exception):
    pass
Evil.__name__ = Evil.__qualname__ = text
raise Evil(text)
"""
RUN_ALL = """
import json, sys
from statecode.cli import main
for argv in json.load(open(sys.argv[1])):
    print("$", argv[0], flush=True)
    try:
        code = main(argv)
    except SystemExit as end:
        code = end.code
    print("exit", code, flush=True)
"""


def on_a_terminal(command: Sequence[object], folder: Path) -> str:
    """Run a command with a pseudo-terminal as stdout and stderr, and return what a terminal would receive."""
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], stdin=subprocess.DEVNULL, stdout=child, stderr=child, cwd=folder,
        env=environment,
    )
    os.close(child)
    received = b""
    try:
        while part := os.read(parent, 1 << 16):
            received += part
    except OSError:  # EIO: the process has ended
        pass
    finally:
        os.close(parent)
    process.wait()
    return received.decode("utf-8", "surrogateescape")


def check_received(received: str) -> None:
    """Check that a terminal received no control sequence, no traceback, and no line that a text forged."""
    found = FORBIDDEN.search(received)
    assert found is None, repr(received[max(0, found.start() - 200):found.end() + 100])
    assert not re.search("^Traceback", received, re.MULTILINE), received[-2000:]
    assert FORGED not in re.split(r"[\r\n]+", received)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a corpus and files whose names and contents are hostile."""
    folder = tmp_path_factory.mktemp("terminal")
    hostile = {"origin": HOSTILE, "license": HOSTILE, "url": HOSTILE, "metadata": json.dumps({HOSTILE: HOSTILE})}
    codes = [CODE, f"x = 1\n__import__({CONTROL!r})\n", "print(input())\n"]
    programs = [
        Program(program_id=f"{HOSTILE}/{number}", problem_id=f"{HOSTILE} {number}", code=code, inputs=(HOSTILE,),
                expected_outputs=("x",), label=HOSTILE, **hostile)
        for number, code in enumerate(codes)
    ]
    build(programs, folder / "corpus", workers=1, split="100,0,0", progress=False)
    rows = [{"program_id": f"{HOSTILE}/{number}", "problem_id": HOSTILE, "code": code, "label": HOSTILE}
            for number, code in enumerate(codes)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "bad.jsonl").write_text(json.dumps({HOSTILE: 1}) + "\n")
    (folder / "links.txt").write_text(f"https://localhost/{CONTROL[:-1]}\n{CONTROL[:-1]}\n")
    (folder / f"{CONTROL}.py").write_text(CODE)
    (folder / "bytes.py").write_bytes(b"# coding: utf-8\nx = 1 # \xff\n")
    return folder


def test_every_command_over_hostile_texts(folder: Path) -> None:
    corpus, program, bad = "corpus", f"{CONTROL}.py", f"{HOSTILE} missing"
    commands = [
        ["stats", corpus], ["stats", bad],
        *(["show", corpus, str(row), "--view", view] for row in (0, 1) for view in ("snoop", "compact", "steps")),
        ["show", corpus, "0", "--json"], ["show", corpus, f"{HOSTILE}/0#0"], ["show", corpus, bad],
        ["view", corpus, "0"], ["view", program, "--out", f"{CONTROL}.html"], ["view", bad],
        ["views", "--compare", corpus, "--vocabulary", "0", "--views", "snoop,io"], ["views", "--views", bad],
        ["trace", program], ["trace", program, "--json"], ["trace", bad], ["trace", "bytes.py", "--view", "compact"],
        ["build", "--programs", "rows.jsonl", "--dry-run", "--out", "unused"],
        ["build", "--programs", "rows.jsonl", "--out", f"{CONTROL}-corpus", "--split", "100,0,0"],
        ["build", "--programs", "bad.jsonl", "--out", "unused"], ["build", "--programs", bad, "--out", "unused"],
        ["verify-engines", "--programs", "rows.jsonl", "--quiet"],
        ["fetch", "links.txt", "--out", f"{CONTROL}-fetched"],
        ["stats", corpus, f"--{CONTROL}"],
    ]
    (folder / "commands.json").write_text(json.dumps(commands))
    received = on_a_terminal(["-c", RUN_ALL, "commands.json"], folder)
    check_received(received)
    assert received.count("exit ") >= len(commands)
    assert "[/foo][blink]:smile:" in received  # markup and emoji codes are written as they are
    assert "\\x1b]52;c;QUJD\\x07\\x9b31m" in received


@pytest.mark.parametrize("command", [
    ["eval/compare.py", HOSTILE], ["eval/perplexity.py", HOSTILE], ["eval/generate.py", HOSTILE],
    ["train/pretrain.py", "--preset", HOSTILE, "--output-dir", HOSTILE],
    ["train/pretrain.py", "--preset", "tiny", "--corpus", HOSTILE, "--output-dir", "run"],
], ids=lambda command: " ".join(command)[:24])
def test_errors_of_the_scripts(tmp_path: Path, command: list[str]) -> None:
    pytest.importorskip("torch")
    received = on_a_terminal([ROOT / command[0], *command[1:]], tmp_path)
    check_received(received)
    assert received.startswith("error: ") and received.count("\n") == 1


def test_messages_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(f"a{HOSTILE}")
    print_lines("a\tb\n\x1b[1mc")
    output = capsys.readouterr().out
    assert output.count("\n") == 3 and output.endswith("a\tb\n\\x1b[1mc\n") and not FORBIDDEN.search(output)


def test_the_output_of_views_is_exact_unless_it_goes_to_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_output(HOSTILE)
    assert capsys.readouterr().out == HOSTILE
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write_output("é\tb\n\x1b")
    assert capsys.readouterr().out == "é\tb\n\\x1b\n"


def test_bytes_of_a_source_that_are_not_utf_8_are_written_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    write_output("x\udcff")
    assert stdout.buffer.getvalue() == b"x\xff"  # type: ignore[attr-defined]


def test_warnings_and_errors_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        with one_line_warnings():
            warnings.warn(HOSTILE, stacklevel=1)
            warnings.warn(HOSTILE, stacklevel=1)
    assert capsys.readouterr().err.count("\n") == 1
    from statecode.errors import ConfigError

    def fail() -> int:
        raise ConfigError(HOSTILE)

    assert exit_code_of(fail) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and not FORBIDDEN.search(error)
