"""Check that `statecode.record` does not change programs: the same output and exit code with and without a recording."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from statecode.tracing.engines import native
from tests.support.paths import ROOT
from tests.support.transparency import first_difference, without_addresses
from tests.tracing.transparency.test_frames import NEEDS, PROGRAMS

pytestmark = pytest.mark.skipif(not native.available(), reason=f"no native engine: {native.reason()}")
HEADERS = {
    "bare": "from contextlib import nullcontext\nwith nullcontext():\n",
    "recorded": "from statecode import record as nullcontext\nwith nullcontext(events=3_000):\n",
}


def outputs(folder: Path, header: str) -> dict[str, tuple[str, str, str]]:
    """Run all programs below a `with` statement; return the stdout, stderr and exit code of each."""
    folder.mkdir()
    for name, code in PROGRAMS.items():
        if sys.version_info[:2] >= NEEDS.get(name, (3, 0)):
            (folder / f"{name}.py").write_text(header + textwrap.indent(code, "    "), encoding="utf-8")
    command = [sys.executable, "-m", "tests.support.forked_scripts", str(folder)]
    subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}, check=True, timeout=300)
    return {
        script.stem: tuple(
            without_addresses(script.with_suffix(suffix).read_text(encoding="utf-8").replace(f"{folder}/", "").replace("events=3_000", ""))
            for suffix in (".out", ".err", ".code")
        )
        for script in folder.glob("*.py")
    }


def test_recordings_do_not_change_programs(tmp_path) -> None:
    bare, recorded = (outputs(tmp_path / kind, header) for kind, header in HEADERS.items())
    differing = {
        name: [first_difference(*sides) for sides in zip(bare[name], recorded[name]) if sides[0] != sides[1]]
        for name in bare if bare[name] != recorded[name]
    }
    assert len(bare) >= 100
    assert differing == {}
