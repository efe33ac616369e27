"""Test `statecode view` in new processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import statecode
from statecode.views.page import page
from tests.support.trace_page import CORPUS


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from statecode.cli import main; sys.exit(main())", "view", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, env={"PYTHONPATH": str(Path(statecode.__file__).parent.parent), "PATH": "/usr/bin:/bin"},
    )


def test_command_writes_page_of_a_file_and_of_a_row(tmp_path) -> None:
    (tmp_path / "prog.py").write_text("print(int(input()) + 1)\n")
    (tmp_path / "in.txt").write_text("41\n")
    done = command("prog.py", "--stdin", "in.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("prog.html: ok, 3 events, ")
    assert '"stdout":"42\\n"' in (tmp_path / "prog.html").read_text(encoding="utf-8")
    assert command(CORPUS, 0, "--out", "new/folder/row.html", cwd=tmp_path).returncode == 0
    first = next(iter(statecode.read(CORPUS, "train")))
    assert (tmp_path / "new/folder/row.html").read_text(encoding="utf-8") == page(first)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.py"], "absent.py: cannot be read: No such file or directory"),
        (["."], ".: is a folder; add a row of the corpus: statecode view . 0"),
        (["p.py", "--out", "p.py/p.html"], "--out p.py: p.py is a file, not a folder; choose another --out"),
        (["absent.py", "--out", "."], "--out . is a folder; name a file in it"),
        ([".", "0", "--stdin", "p.py"], "--stdin is an option for programs; a row of a corpus already has its input"),
    ],
)
def test_invalid_arguments_are_reported_in_one_line(arguments, message, tmp_path) -> None:
    (tmp_path / "p.py").write_text("")
    done = command(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {message}\n")
