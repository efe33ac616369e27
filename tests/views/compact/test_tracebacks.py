"""Test the lines of stderr in the view `compact`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.views.compact.tracebacks import error_lines, read_error_lines

CODE = "def f():\n    1 / 0\nf()\n"
HEADER = "Traceback (most recent call last):"


@pytest.mark.parametrize(
    ("stderr", "text"),
    [
        ("oh\nno", "\n|oh\n:no"),
        (f'{HEADER}\n  File "program.py", line 3, in <module>\n    f()\n  File "program.py", line 2, in f\n    1 / 0\n    ~~^~~\nE\n',
         "\n#\n#3 <module>\n#2 f\n|    ~~^~~\n|E"),
        (f'{HEADER}\n  File "program.py", line 3, in <module>\n    g()\n',
         '\n#\n|  File "program.py", line 3, in <module>\n|    g()'),
        (f'{HEADER}\n  File "program.py", line 9, in <module>\n    f()\n',
         '\n#\n|  File "program.py", line 9, in <module>\n|    f()'),
        (f'{HEADER}\n  File "program.py", line {"9" * 5000}, in f\n    f()\n',
         f'\n#\n|  File "program.py", line {"9" * 5000}, in f\n|    f()'),
        (f"{HEADER} no\n{HEADER}", f"\n|{HEADER} no\n:{HEADER}"),
    ],
)
def test_what_the_source_contains_is_omitted(stderr: str, text: str) -> None:
    assert error_lines(stderr, CODE) == text
    assert read_error_lines(text.split("\n")[1:], CODE) == stderr


@given(st.lists(st.sampled_from([
    HEADER, '  File "program.py", line 3, in f', '  File "program.py", line 2, in f g', "    f()", "    1 / 0", "#", "#3 f",
])), st.sampled_from(["", "\n"]))
def test_every_stderr_is_lossless(lines: list[str], end: str) -> None:
    stderr = "\n".join(lines) + end
    assert read_error_lines(error_lines(stderr, CODE).split("\n")[1:], CODE) == stderr
