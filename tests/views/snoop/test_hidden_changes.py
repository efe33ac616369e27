"""Test that changes which snoop's text hides are restored."""

from __future__ import annotations

import pytest

import statecode
from statecode.views import render
from tests.support.snoop_texts import read_again, visible_events


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("x = 0\nx = 0\n", [("x", "0")]),
        ("for i in (1, 2):\n    x = []\n    x.append(i)\n", [("x", "[]"), ("x", "[]")]),
        ("x = set()\nx.add(1)\nx = set()\n", [("x", "set()"), ("x", "set()")]),
        ("for i in (1, 2):\n    x = set()\n    x.add(i)\n", [("x", "set()"), ("x", "set()")]),
        ("x = 1\ntry:\n    x = [][0]\nexcept IndexError:\n    x = 1\n", [("x", "1")]),
        ("def f():\n    global x\n    x = 1\n\nf()\n", [("f", "<function f at 0x…>")]),
        ("def f():\n    def g(n):\n        return n and g(n - 1)\n    return g(1)\n\nf()\n",
         [("f", "<function f at 0x…>"), ("g", "<function f.<locals>.g at 0x…>"), ("g", "<function f.<locals>.g at 0x…>"),
          ("g", "<function f.<locals>.g at 0x…>")]),
        ("class A:\n    x = 1\n    def f(self):\n        pass\n", [("x", "1"), ("f", "<function A.f at 0x…>")]),
        ("x = '" + "a" * 200 + "'\nx = '" + "a" * 200 + "'\n", []),
        ("x = [\n    1]\n", []),
        ("x = []  # \u00e9\n", []),
        ("x = 1; y = 2\n", []),
        ('x = "a"\n', []),
    ],
)
def test_hidden_changes_are_restored(code: str, hidden: list[tuple[str, str]]) -> None:
    trace = statecode.trace(code)
    read = read_again(trace)
    text = render(trace, "snoop")
    found = [change for event in read.events for change in event.changes if f". {change.name} = {change.value}\n" not in text]
    assert found == hidden
    assert visible_events(read) == visible_events(trace)
