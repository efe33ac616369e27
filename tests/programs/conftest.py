"""Fixtures of the tests of programs: the data of MBPP and MBPP+."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from statecode.programs import mbpp
from statecode.records import Program


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
