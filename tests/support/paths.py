"""The folders of the project that the tests use."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's root folder."""

SUPPORT = Path(__file__).resolve().parent
"""The folder of the scripts that tests run in other processes."""

GOLDEN = ROOT / "tests" / "golden"
"""The folder of the golden texts, one subfolder per Python version."""
