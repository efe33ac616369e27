"""Compare the view `snoop` with golden texts, one folder per Python version.

STATECODE_REWRITE_GOLDEN=1 rewrites them from the reference script, never from the code under test.
"""

from __future__ import annotations

import os
import re
import sys

import pytest

import statecode
from statecode.records import Program
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines.registry import ENGINES
from statecode.views import blocks, render
from statecode.views.cutting import spans
from statecode.views.segments import Kind, joined
from tests.reference.normalised import normalised, without_thread_states
from tests.reference.runs import snoop_text
from tests.support.invalid_traces import small_trace
from tests.support.paths import GOLDEN
from tests.support.runners import TRUSTED

TEXTS = GOLDEN / f"{sys.version_info[0]}.{sys.version_info[1]}"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.py"))
WARNED = r"^ \.+ (?:len\()?__warningregistry__\)? = .*\n"

# programs that snoop changes → the reason, and the lines of snoop's text that the native engine does not write
CHANGED_BY_SNOOP: dict[str, tuple[str, str]] = {
    name: ("a Python trace function sets variables of comprehensions at module level to None, and warns", lines)
    for name, lines in {
        "classes": WARNED, "statements": WARNED,
        "comprehensions": rf"{WARNED}|^ \.+ (?:row|x) = None\n|(?<=row = \[3, 4\]\n)^ \.+ len\(row\) = 2\n",
    }.items() if sys.version_info[:2] == (3, 12)
}

# programs that snoop changes on Python 3.10 to 3.12, by refreshing the dict of locals(): native's text is that of 3.13
REFRESHED_BY_SNOOP = {"locals"} if sys.version_info < (3, 13) else set()


@pytest.fixture(scope="module", params=[engine.name for engine in ENGINES.values() if not engine.unavailable_reason()])
def trusted(request):
    """Return a trusted runner: some golden programs write files, which the reference permits."""
    with SandboxRunner(RunOptions(engine=request.param), isolation=TRUSTED) as runner:
        yield runner


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str, trusted: SandboxRunner) -> None:
    code = (GOLDEN / f"{name}.py").read_text(encoding="utf-8")
    path = TEXTS / f"{name}.txt"
    if os.environ.get("STATECODE_REWRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(normalised(snoop_text(code, "")), encoding="utf-8")
    trace = trusted.run(Program(program_id=name, problem_id=name, code=code)).trace
    text = path.read_text(encoding="utf-8")
    if trusted.engine == "native" and name in CHANGED_BY_SNOOP:
        reason, lines = CHANGED_BY_SNOOP[name]
        text, count = re.subn(lines, "", text, flags=re.MULTILINE)
        assert count > 0, f"snoop does not change this program any more: {reason}"
    if trusted.engine == "native" and name in REFRESHED_BY_SNOOP:
        expected = (GOLDEN / "3.13" / f"{name}.txt").read_text(encoding="utf-8")
        assert text != expected, "snoop does not change this program any more"
        start = "\n    1 | def run"  # the events before it depend on the version
        text = "".join([*text.rpartition(start)[:2], expected.rpartition(start)[2]])
    assert without_thread_states(render(trace, "snoop")) == without_thread_states(text)


def test_every_python_version_has_golden_texts() -> None:
    versions = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir() and path.name != "__pycache__")
    assert versions == ["3.10", "3.11", "3.12", "3.13"]
    for version in versions:
        assert sorted(path.stem for path in (GOLDEN / version).iterdir()) == NAMES


@pytest.mark.parametrize(
    "code",
    ["x = 'a\x0cb'\ny = '\x1c'\n", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "\tif_ = 1".strip(), "x = '\u2028'\nprint(x)\n",
     "class A:\n    def __repr__(self):\n        return 'two\\nlines'\n\na = A()\nb = [a]\n",
     "raise ValueError('a\\n\\nWhen calling: b\\n    c')\n", "if 1:\n\tx = 0\n\tx = 0\n"],
)
def test_unusual_characters_match_the_reference(code: str) -> None:
    assert render(statecode.trace(code), "snoop") == normalised(snoop_text(code, ""))


def test_kinds() -> None:
    trace = small_trace()
    text = render(trace, "snoop")
    found = [(span.kind, text[span.start:span.end]) for span in spans(trace, "snoop")]
    assert found[:6] == [
        (Kind.SYNTAX, " "), (Kind.CONTROL, '>>> Call to <module> in File "program.py", line 0'),
        (Kind.SYNTAX, "\n ...... __name__ = "), (Kind.NEW_VALUE, "'__main__'"), (Kind.SYNTAX, "\n "),
        (Kind.LINE_NUMBER, "   0 | "),
    ]
    assert [part for kind, part in found if kind is Kind.NEW_VALUE] == ["'__main__'", "1", "0", "0"]
    assert (Kind.CONTROL, "<<< Return value from half: ") in found
    assert joined(blocks(trace, "snoop")) == text
