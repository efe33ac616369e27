"""Fixtures shared by all tests."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.paths import ROOT

os.environ["HF_HUB_OFFLINE"] = "1"  # before anything imports huggingface_hub: tests never reach for a network

# under CI the same examples every time: what is red there is red here; elsewhere each run looks for new ones
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

HEAVY = [name for name in ("torch", "transformers", "datasets") if importlib.util.find_spec(name) is None]
# where the heavy packages are missing, modules that are marked torch as a whole cannot even be imported
collect_ignore = [
    str(path.relative_to(Path(__file__).parent)) for path in Path(__file__).parent.rglob("test_*.py")
    if HEAVY and re.search(r"^pytestmark = .*mark\.torch", path.read_text(encoding="utf-8"), re.MULTILINE)
]


def pytest_report_header() -> list[str]:
    """Say what is left out where the heavy packages are missing."""
    return [f"without {', '.join(HEAVY)}: {len(collect_ignore)} test modules left out"] if HEAVY else []


def data_folder() -> Path:
    """Where the real data sets lie: STATECODE_DATA, else ../shared/data beside the project."""
    return Path(os.environ.get("STATECODE_DATA") or ROOT.parent / "shared" / "data").resolve()


@pytest.fixture(scope="session")
def statecode_data() -> Path:
    """The folder of real data sets; skips where it is absent, fails where STATECODE_DATA promises it."""
    folder = data_folder()
    if not folder.is_dir():
        reason = f"no data sets at {folder}; set STATECODE_DATA"
        if os.environ.get("STATECODE_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
