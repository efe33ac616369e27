"""Fixtures of the tests of programs: a server that misbehaves, and the data of MBPP and MBPP+."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from statecode.programs import mbpp
from statecode.records import Program
from tests.support.misbehaving_server import MisbehavingServer, running_server


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable proxies for localhost."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def mbpp_folder(statecode_data: Path) -> Path:
    return statecode_data / "mbpp"


@pytest.fixture(scope="module")
def plus_folder(statecode_data: Path) -> Path:
    return statecode_data / "mbppplus"


@pytest.fixture(scope="module")
def programs(mbpp_folder: Path) -> dict[str, Program]:
    return {program.program_id: program for program in mbpp.load(mbpp_folder)}


@pytest.fixture(scope="module")
def mbpp_rows(mbpp_folder: Path) -> list[dict[str, Any]]:
    with open(mbpp_folder / "mbpp.jsonl", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def plus_rows(plus_folder: Path) -> list[dict[str, Any]]:
    with gzip.open(plus_folder / "MbppPlus.jsonl.gz", "rt", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]
