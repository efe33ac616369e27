"""Test the C header that is made from the specification of the wire."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statecode.records import EventKind
from statecode.tracing.wire import make_header
from statecode.tracing.wire.record import EventRecord


def test_the_committed_header_is_up_to_date() -> None:
    made = make_header.header_text()
    assert made == make_header.PATH.read_text(encoding="utf-8"), "run: python -m statecode.tracing.wire.make_header"


def test_the_header_has_all_constants() -> None:
    kinds, fields, sizes = re.findall(r"enum \{\n(.*?)\n\};", make_header.header_text(), re.DOTALL)
    assert re.findall(r"\w+", kinds) == [*(kind.name for kind in EventKind), "KIND_COUNT"]
    assert re.findall(r"\w+", fields) == [*(f"FIELD_{name.upper()}" for name in EventRecord._fields), "FIELD_COUNT"]
    assert sizes.split() == ["HEADER_BYTES", "=", "8,", "EVENT_BYTES", "=", "64,"]


def test_main_writes_the_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "native" / "record_format.h"
    path.parent.mkdir()
    monkeypatch.setattr(make_header, "PATH", path)
    monkeypatch.setattr(make_header, "PACKAGE_FOLDER", tmp_path / "native")
    assert make_header.main() == 0
    assert path.read_text(encoding="utf-8") == make_header.header_text()
    assert capsys.readouterr().out == "native/record_format.h\n"
