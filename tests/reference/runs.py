"""Run a program without statecode: under unmodified snoop, or without any tracer. Tests compare traces with both."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("snoop_reference.py")
TIMEOUT_S = 60


class PlainRun(NamedTuple):
    """The result of a program that the interpreter ran without a tracer."""

    stdout: str
    stderr: str
    exit_code: int


def snoop_text(code: str, stdin: str) -> str:
    """Run the reference script in a new interpreter and return the text of unmodified snoop."""
    with tempfile.TemporaryDirectory() as folder:
        source, text = Path(folder, "source"), Path(folder, "text")
        source.write_bytes(code.encode())
        _run([str(SCRIPT), str(source), str(text)], stdin, folder)
        return text.read_bytes().decode()


def plain_run(code: str, stdin: str) -> PlainRun:
    """Run `python program.py` in a temporary folder and return the result, with this folder removed from stderr."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "program.py")
        program.write_bytes(code.encode())
        process = _run(["-B", "program.py"], stdin, folder)
        stderr = process.stderr.decode("utf-8", "backslashreplace")
        return PlainRun(
            process.stdout.decode("utf-8", "backslashreplace"),
            stderr.replace(f'"{folder}/program.py"', '"program.py"').replace(f"{folder}/program.py:", "program.py:"),
            process.returncode,
        )


def in_parallel(function, jobs: Iterable, workers: int = 2) -> Iterator:
    """Yield the result of `function` for each job, in order. Threads suffice: each job waits for its own process."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(function, jobs)


def _run(arguments: list[str], stdin: str, folder: str) -> subprocess.CompletedProcess:
    environment = {"PYTHONHASHSEED": "0", "PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": folder, "TMPDIR": folder}
    return subprocess.run(
        [sys.executable, "-s", *arguments], input=stdin.encode(), cwd=folder, env=environment, capture_output=True,
        timeout=TIMEOUT_S, check=False,
    )
