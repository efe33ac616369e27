"""Test the normalisation of values: known answers, and text that must not change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.tracing.wire.normalise import Normaliser

NORMALISER = Normaliser(["/opt/py/lib/python3.11/site-packages", "/opt/py/lib/python3.11"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<function f at 0x7f12ab>", "<function f at 0x…>"),
        ("Generator(PCG64) at 0x7F12AB", "Generator(PCG64) at 0x…"),
        ("[<A object at 0x1>, <A object at 0x2>]", "[<A object at 0x…>, <A object at 0x…>]"),
        ("<bound method A.f of <__main__.A object at 0x7ffff7>>", "<bound method A.f of <__main__.A object at 0x…>>"),
        ("<module 'heapq' from '/opt/py/lib/python3.11/heapq.py'>", "<module 'heapq' from '<python>/heapq.py'>"),
        ("<module 'np' from '/opt/py/lib/python3.11/site-packages/np/__init__.py'>",
         "<module 'np' from '<python>/np/__init__.py'>"),
        ("<module 'mine' from '/home/me/mine.py'>", "<module 'mine' from '/home/me/mine.py'>"),
        ("<Thread(Thread-1 (main), started 140234)>", "<Thread(Thread-1 (main), started …)>"),
        ("<Thread(T, started daemon 140234)>", "<Thread(T, started daemon …)>"),
        ("<locked _thread.RLock object owner=1402 count=1 at 0x7f>",
         "<locked _thread.RLock object owner=… count=1 at 0x…>"),
        ("<very long object whose repr is cut in the ...a5b0d30>", "<very long object whose repr is cut in the ...…>"),
        ("<cut on the left of the cut at 0x7f34...>", "<cut on the left of the cut at 0x…...>"),
    ],
)
def test_text_that_varies_is_replaced(value: str, expected: str) -> None:
    assert NORMALISER.value(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "'<A object at 0x12>'",
        "['<A object at 0x12>', \"it's at 0x9>\"]",
        "{'key > at 0x1': b'\\'> at 0x2'}",
        "'started 123>'",
        "12", "'plain'", "a > b", "<Point x=1, y=2>",
    ],
)
def test_text_of_the_program_is_kept(value: str) -> None:
    assert NORMALISER.value(value) == value


def test_an_apostrophe_is_not_a_quote() -> None:
    assert NORMALISER.value("<Foo it's at 0x12, that's at 0x34>") == "<Foo it's at 0x…, that's at 0x…>"


def test_library_folders_in_tracebacks_are_replaced() -> None:
    text = '  File "/opt/py/lib/python3.11/json/decoder.py", line 355, in f\nFile "/home/x.py"\nsaid /opt/py/lib/python3.11/x'
    assert NORMALISER.stderr(text) == (
        '  File "<python>/json/decoder.py", line 355, in f\nFile "/home/x.py"\nsaid /opt/py/lib/python3.11/x'
    )


@given(st.text(alphabet="<>'\"\\ .at0x12fbn…=(),ow", max_size=60))
def test_normalising_twice_changes_nothing(value: str) -> None:
    once = NORMALISER.value(value)
    assert NORMALISER.value(once) == once


@given(st.text())
def test_the_repr_of_a_string_is_kept(text: str) -> None:
    assert NORMALISER.value(repr(text)) == repr(text)
