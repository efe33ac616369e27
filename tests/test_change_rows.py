"""Test the rows of changes: each has the line that made the change, and the value before it."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import islice

import pytest

import statecode
from statecode.change_rows import ChangeRow
from tests.support.paths import ROOT

CODE = """\
def add(total, n):
    total += n
    return total
x = 1
for i in (2, 3):
    x = add(x, i)
"""


def test_a_change_has_its_line_and_the_value_before_it() -> None:
    rows = [row for row in statecode.changes(statecode.trace(CODE)) if not row.name.startswith("__")]
    assert [(row.function, row.line, row.code, row.name, row.value, row.previous) for row in rows] == [
        ("<module>", 1, "def add(total, n):", "add", "<function add at 0x…>", None),
        ("<module>", 4, "x = 1", "x", "1", None),
        ("<module>", 5, "for i in (2, 3):", "i", "2", None),
        ("add", 1, "def add(total, n):", "total", "1", None),
        ("add", 1, "def add(total, n):", "n", "2", None),
        ("add", 2, "total += n", "total", "3", "1"),
        ("<module>", 6, "x = add(x, i)", "x", "3", "1"),
        ("<module>", 5, "for i in (2, 3):", "i", "3", "2"),
        ("add", 1, "def add(total, n):", "total", "3", None),
        ("add", 1, "def add(total, n):", "n", "3", None),
        ("add", 2, "total += n", "total", "6", "3"),
        ("<module>", 6, "x = add(x, i)", "x", "6", "3"),
    ]
    trace = statecode.trace(CODE)
    for row in rows:
        event = trace.events[row.event]
        assert (row.thread, row.frame, row.function) == (event.thread, event.frame, event.function)
    assert len({row.frame for row in rows}) == 3


def test_an_argument_has_the_line_of_the_def_below_decorators() -> None:
    code = "d = lambda f: f\n@d\n@d\ndef f(a): pass\n@d\nasync def g(b): pass\nf(1)\ng(2).send(None)\n"
    rows = statecode.changes(statecode.trace(code))
    assert [(row.line, row.code, row.name) for row in rows if row.name in ("a", "b")] == [
        (4, "def f(a): pass", "a"), (6, "async def g(b): pass", "b")
    ]


def test_attributes_and_repeated_values() -> None:
    code = "class A: pass\na = A()\na.x = 1\na.x = 2\na = [A()]\na = a[0]\na.x = 3\n"
    rows = statecode.changes(statecode.trace(code, fidelity="full"))
    assert [(row.line, row.value, row.previous) for row in rows if row.name == "a.x"] == [
        (3, "1", None), (4, "2", "1"), (7, "3", None)
    ]
    generator = "def g(n):\n    while n:\n        yield n\n        n -= 1\nfor i in g(2): pass\n"
    rows = statecode.changes(statecode.trace(generator))
    assert [(row.line, row.value, row.previous) for row in rows if row.name == "n"] == [
        (1, "2", None), (4, "1", "2"), (4, "0", "1")
    ]


def test_the_rows_contain_every_change_of_the_shipped_traces() -> None:
    """The last value of each name in the rows of a frame is that of `state_at` for snoop's fidelity."""
    for trace in islice(statecode.read(ROOT / "statecode" / "data" / "embedded"), 0, 100, 10):
        known: dict[int, dict[str, str]] = {}
        for row in statecode.changes(trace):
            frame = known.setdefault(row.frame, {})
            assert frame.get(row.name) == row.previous != row.value
            frame[row.name] = row.value
        if trace.events:
            for state in trace.state_at(len(trace.events) - 1):
                names = known.get(state.frame, {})
                assert state.variables == {name: value for name, value in names.items() if name.isidentifier()}


def test_a_table_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(statecode.changes(statecode.trace(CODE)))
    assert tuple(table.columns) == ChangeRow._fields
    assert table[table.name == "x"].value.tolist() == ["1", "3", "6"]


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="traces differ between versions")
def test_examples_in_the_document() -> None:
    pytest.importorskip("pandas")
    text = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```\n```\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    script = "\n".join(f"{code}\nprint('<end>')" for code, _ in examples)
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert printed.split("<end>\n")[:-1] == [output for _, output in examples]
