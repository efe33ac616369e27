"""Fixtures shared by all tests."""

from __future__ import annotations

import importlib.util
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.misbehaving_server import MisbehavingServer, running_server
from tests.support.paths import ROOT
from tests.support.slow_tests import listed

os.environ["HF_HUB_OFFLINE"] = "1"  # before huggingface_hub is imported: tests do not use the network
TOKEN_CACHE = tempfile.TemporaryDirectory(prefix="statecode-token-cache-")
os.environ["STATECODE_TOKEN_CACHE"] = TOKEN_CACHE.name  # deleted when the tests end

# if CI is set, `hypothesis` draws the same examples every time, so that failures can be reproduced; else new examples
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

HEAVY = [name for name in ("torch", "transformers", "datasets") if importlib.util.find_spec(name) is None]
# if a heavy package is missing, test modules that are marked torch as a whole cannot be imported
collect_ignore = [
    str(path.relative_to(Path(__file__).parent)) for path in Path(__file__).parent.rglob("test_*.py")
    if HEAVY and re.search(r"^pytestmark = .*mark\.torch", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.hookimpl(tryfirst=True)  # before the option -m selects tests by their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests in tests/slow_tests.txt and those with the mark `one_python` as `slow`.

    Deselect the tests with the mark `long`, unless the option -m names this mark.
    """
    if not re.search(r"\blong\b", config.option.markexpr):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    slow = frozenset(listed())
    for item in items:
        if item.nodeid.partition("[")[0] in slow or item.get_closest_marker("one_python"):
            item.add_marker("slow")


def pytest_report_header() -> list[str]:
    """Return a header line with the number of modules that are ignored because heavy packages are missing."""
    return [f"without {', '.join(HEAVY)}: {len(collect_ignore)} test modules are not collected"] if HEAVY else []


def data_folder() -> Path:
    """Return the folder of the real data sets: STATECODE_DATA, else shared/data in the parent of the project root."""
    return Path(os.environ.get("STATECODE_DATA") or ROOT.parent / "shared" / "data").resolve()


@pytest.fixture(scope="session")
def statecode_data() -> Path:
    """Return the folder of the real data sets. If it is missing, skip the test; if STATECODE_DATA is set, fail."""
    folder = data_folder()
    if not folder.is_dir():
        reason = f"no data sets at {folder}; set STATECODE_DATA"
        if os.environ.get("STATECODE_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with running_server() as server:
        yield server
