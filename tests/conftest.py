"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # before anything imports huggingface_hub: tests never reach for a network

ROOT = Path(__file__).resolve().parent.parent


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
