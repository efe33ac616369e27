"""Check that docs/views.md shows the texts of the views; STATECODE_REWRITE_GOLDEN=1 rewrites it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from functools import cache

import pytest

import statecode
from statecode.records import Trace
from statecode.views import VIEWS, lossless_word
from statecode.views.cutting import cut, split
from statecode.views.segments import Kind
from statecode.views.text_lines import text_of
from tests.support.paths import ROOT

DOCUMENT = ROOT / "docs" / "views.md"
MEASURED = DOCUMENT.parent.parent / "benchmarks" / "results" / "views.json"
RATIOS = {"whole": ", GPT-2 tokens, median", "whole_over_100_events": ", traces of over 100 events",
          "after_the_source": ", without its source"}
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
    """Return the document with all generated parts filled in, and with a section for each view that lacks one."""
    trace = statecode.trace(PROGRAM, stdin="3 4 8 1\n")
    missing = [name for name in VIEWS if f"<!-- fill: {name} -->" not in document]
    sections = "".join(f"### {name}\n\n<!-- fill: {name} -->\n<!-- end -->\n\n" for name in missing)
    document = document.replace(AFTER_VIEWS, sections + AFTER_VIEWS)
    return PLACE.sub(lambda found: f"{found[1]}{content(found[2], trace)}{found[3]}", document)


@cache
def parts() -> dict[str, str]:
    """Return the output of the examples of cutting.py, by name of the generated part."""
    loop = statecode.trace("x = 12\nfor i in range(3):\n    x += i\nprint(x)\n")
    prompt, continuation = split(loop, "compact", 8)
    return {"prompt": prompt, "continuation": continuation, "cut": cut(loop, "compact", 100, len)}


def numbers() -> str:
    """Return the table of the results of benchmarks/views.py."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))["compact"]
    ratios, parquet = measured["ratios"], measured["parquet"]
    lines = [("", "MBPP, one call per program", "the corpus that comes with statecode"), ("---", "---:", "---:")]

    def add(label: str, form: str, values: Callable[[str], float]) -> None:
        lines.append((label, *(format(values(corpus), form) for corpus in ("mbpp", "embedded"))))

    for key, label in RATIOS.items():
        add(f"snoop / compact{label}", ".2f", lambda corpus: ratios[corpus][key])
        add(f"snoop / naive{label}", ".2f", lambda corpus: ratios[corpus]["naive"][key])
    for key, label in (("render_per_s", "rendered"), ("parse_per_s", "parsed")):
        add(f"compact, events {label} per second", ",", lambda corpus: measured["speed"][corpus][key])
    for key, label in (("under_1000_events", " of traces under 1,000 events"), ("all", "")):
        add(f"snoop's text / Parquet of events, bytes{label}", ".1f", lambda corpus: parquet[corpus][key]["events_factor"])
        add(f"snoop's text / the text in Parquet, bytes{label}", ".1f", lambda corpus: parquet[corpus][key]["text_factor"])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def versions() -> str:
    """Return the table of the tokens of each version of compact."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))["tokens_by_version"]
    names = [name for name in measured["1"]["mbpp"]["all"] if name != "traces"]
    columns = [f"{name}, version {version}" for name in names for version in ("1", "2")]
    lines = [["traces", "number", *columns], ["---", *["---:"] * (len(columns) + 1)]]
    for corpus, label in (("embedded", "shipped corpus"), ("mbpp", "MBPP, one call per program")):
        for group, condition in (("up_to_30_events", ", at most 30 events"), ("all", "")):
            counts = [measured[version][corpus][group] for version in ("1", "2")]
            cells = [f"{counts[0]['traces']:,}"]
            for name in names:
                old, new = counts[0][name], counts[1][name]
                cells += [f"{old:,}", f"{new:,} ({100 * (new / old - 1):+.1f}%)"]
            lines.append([f"{label}{condition}", *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def content(place: str, trace: Trace) -> str:
    if place == "numbers":
        return numbers()
    if place == "versions":
        return versions()
    if place == "list":
        lines = [f"| `{name}` | {lossless_word(name)} | {view.summary} |" for name, view in VIEWS.items()]
        return "\n".join(["| view | lossless | content |", "|---|---|---|", *lines, ""])
    if place == "program":
        return f"```python\n{trace.code}```\n"
    text = (parts()[place] if place in parts() else text_of(trace, place)).removesuffix("\n") + "\n"
    return f"```{'python' if place in ('inline', 'code') else ''}\n{text}```\n"


def test_document_shows_texts_of_views() -> None:
    if f"{sys.version_info[0]}.{sys.version_info[1]}" != PYTHON:
        pytest.skip(f"the document shows traces of Python {PYTHON}")
    document = DOCUMENT.read_text(encoding="utf-8")
    if os.environ.get("STATECODE_REWRITE_GOLDEN"):
        DOCUMENT.write_text(filled(document), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == filled(document), (
        "run STATECODE_REWRITE_GOLDEN=1 python -m pytest tests/views/test_docs.py"
    )


def test_document_lists_every_kind() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"| `{kind.value}` |" in document for kind in Kind)
    assert PROGRAM.count("\n") == 8
