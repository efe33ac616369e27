"""docs/views.md shows what the views give; STATECODE_REWRITE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path

import pytest

import statecode
from statecode.records import Trace
from statecode.views import VIEWS, lossless_word
from statecode.views.cutting import cut, split
from statecode.views.pieces import Kind
from statecode.views.text_lines import text_of

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "views.md"
AFTER_VIEWS = "## Parts of a text\n"
PLACE = re.compile(r"(<!-- fill: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
PYTHON = "3.11"  # traces differ between versions

PROGRAM = """\
def mean(numbers):
    total = 0
    for n in numbers:
        total += n
    return total / len(numbers)

values = list(map(int, input().split()))
print(mean(values))
"""


def filled(document: str) -> str:
    """The document with every place filled, and a section for each view that has none."""
    trace = statecode.trace(PROGRAM, stdin="3 4 8 1\n")
    missing = [name for name in VIEWS if f"<!-- fill: {name} -->" not in document]
    sections = "".join(f"### {name}\n\n<!-- fill: {name} -->\n<!-- end -->\n\n" for name in missing)
    document = document.replace(AFTER_VIEWS, sections + AFTER_VIEWS)
    return PLACE.sub(lambda found: f"{found[1]}{content(found[2], trace)}{found[3]}", document)


@cache
def parts() -> dict[str, str]:
    """What the examples of cutting.py print."""
    loop = statecode.trace("x = 12\nfor i in range(3):\n    x += i\nprint(x)\n")
    prompt, continuation = split(loop, "compact", 8)
    return {"prompt": prompt, "continuation": continuation, "cut": cut(loop, "compact", 100, len)}


def content(place: str, trace: Trace) -> str:
    if place == "list":
        lines = [f"| `{name}` | {lossless_word(name)} | {view.summary} |" for name, view in VIEWS.items()]
        return "\n".join(["| view | lossless | what it is |", "|---|---|---|", *lines, ""])
    if place == "program":
        return f"```python\n{trace.code}```\n"
    text = (parts()[place] if place in parts() else text_of(trace, place)).removesuffix("\n") + "\n"
    return f"```{'python' if place in ('inline', 'code') else ''}\n{text}```\n"


def test_the_document_shows_what_the_views_give() -> None:
    if f"{sys.version_info[0]}.{sys.version_info[1]}" != PYTHON:
        pytest.skip(f"the document shows traces of Python {PYTHON}")
    document = DOCUMENT.read_text(encoding="utf-8")
    if os.environ.get("STATECODE_REWRITE_GOLDEN"):
        DOCUMENT.write_text(filled(document), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == filled(document), (
        "run STATECODE_REWRITE_GOLDEN=1 python -m pytest tests/test_views_docs.py"
    )


def test_the_document_names_every_kind() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"| `{kind.value}` |" in document for kind in Kind)
    assert PROGRAM.count("\n") == 8
