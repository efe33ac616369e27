"""Test the view `inline` on small programs with known texts."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

import statecode
from statecode.records import Status
from statecode.tracing import SandboxRunner
from statecode.views import blocks, render
from tests.support.traced_views import traced

MEAN = """\
def mean(numbers):
    total = 0
    for n in numbers:
        total += n
    return total / len(numbers)

print("of", input())
print(mean([3, 4, 8, 1]))
"""


def test_inline(runner: SandboxRunner) -> None:
    assert render(traced(runner, MEAN, "four\n"), "inline") == """\
def mean(numbers):  # numbers = [3, 4, 8, 1]
    total = 0  # total = 0
    for n in numbers:  # n = 3; n = 4; ...; n = 1
        total += n  # total = 3; total = 7; ...; total = 16
    return total / len(numbers)  # returns 4.0

print("of", input())
print(mean([3, 4, 8, 1]))
"""


@pytest.mark.parametrize(
    "loops, comment",
    [(0, "# not run"), (1, "# x = 1"), (2, "# x = 1; x = 2"), (3, "# x = 1; x = 2; x = 3"), (4, "# x = 1; x = 2; ...; x = 4")],
)
def test_inline_abridges_four_or_more_executions(runner: SandboxRunner, loops: int, comment: str) -> None:
    code = f"x = 0\nfor _ in range({loops}):\n    x += 1\n"
    assert render(traced(runner, code), "inline").splitlines()[2] == f"    x += 1  {comment}"


def test_inline_of_branches_yields_and_exceptions(runner: SandboxRunner) -> None:
    code = """\
def halves(n):
    while n:
        x = yield n
        n //= 2
def unused():
    "text"
    return 1
for h in halves(2):
    if h > 5:
        print(h)
        print(-h)
    elif h > 4: print(h)
try:
    {}[h]
except KeyError:
    a = b = '''one
two'''  # both
a[9]
"""
    assert render(traced(runner, code), "inline") == """\
def halves(n):  # n = 2
    while n:
        x = yield n  # yields 2; x = None; yields 1
        n //= 2  # n = 1; n = 0
def unused():
    "text"  # not run
    return 1
for h in halves(2):  # h = 2; h = 1
    if h > 5:
        print(h)  # not run
        print(-h)
    elif h > 4: print(h)
try:
    {}[h]  # raises KeyError: 1
except KeyError:
    a = b = '''one
two'''  # both  # a = 'one\\ntwo', b = 'one\\ntwo'
a[9]  # raises IndexError: string index out of range
# exception: IndexError: string index out of range
"""


def test_inline_of_compile_error_and_timeout(runner: SandboxRunner) -> None:
    assert render(traced(runner, "print('"), "inline").startswith("print('\n# compile_error: SyntaxError: unterminated")
    trace = replace(traced(runner, "x = 1\ny = 2\n"), status=Status.TIMEOUT, truncation="wall")
    assert render(trace, "inline") == "x = 1  # x = 1\ny = 2  # y = 2\n# timeout: wall\n"


def test_inline_head_ends_before_the_first_comment(runner: SandboxRunner) -> None:
    head, *events, tail = ["".join(segment.text for segment in block) for block in blocks(traced(runner, "# a\nx = 1\n"), "inline")]
    assert head == "# a\nx = 1" and set(events) == {""} and tail == "  # x = 1\n"


COUNTER = """\
class Counter:
    def __init__(self):
        self.w = 0
        self.hist = []
    def add(self, x):
        self.w += x
        self.hist.append(x)
c = Counter()
c.add(5)
"""


def test_inline_shows_attributes_of_whole_values() -> None:
    assert render(statecode.trace(COUNTER, fidelity="full"), "inline") == """\
class Counter:
    def __init__(self):  # self = <__main__.Counter object at 0x…>
        self.w = 0  # self.w = 0
        self.hist = []  # self.hist = []
    def add(self, x):  # self = <__main__.Counter object at 0x…>, self.w = 0, self.hist = [], x = 5
        self.w += x  # self.w = 5
        self.hist.append(x)  # self.hist = [5]
c = Counter()  # c = <__main__.Counter object at 0x…>, c.w = 0, c.hist = []
c.add(5)  # c.w = 5, c.hist = [5]
"""


def test_arguments_of_decorated_and_async_functions(runner: SandboxRunner) -> None:
    """snoop shows the call of a coroutine at the next `def` without `async`, and lists all variables when it resumes."""
    code = """\
import asyncio
def same(function):
    return function
@same
@same
def plain(n):
    return n
@same
async def work(n):
    await asyncio.sleep(0)
    n += 1
    if n > 9:
        n = 0
@same
def generate(n):
    yield n
plain(1)
asyncio.run(work(2))
list(generate(3))
"""
    lines = render(traced(runner, code), "inline").splitlines()
    # in Python 3.10 and 3.13 snoop shows a coroutine that waits as returning, and its resumption as a new call
    resumed = "yields None" if (3, 11) <= sys.version_info < (3, 13) else "n = 2"
    assert [lines[number - 1] for number in (4, 5, 6, 8, 9, 10, 11, 13, 14, 15)] == [
        "@same", "@same", "def plain(n):  # n = 1", "@same", "async def work(n):  # n = 2",
        f"    await asyncio.sleep(0)  # {resumed}; raises StopIteration", "    n += 1  # n = 3", "        n = 0  # not run",
        "@same", "def generate(n):  # n = 3",
    ]
