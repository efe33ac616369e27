"""Run `statecode` as a module."""

from __future__ import annotations

import subprocess
import sys


def statecode(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "statecode", *arguments], input=stdin, capture_output=True, text=True, check=False
    )
