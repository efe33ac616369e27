"""Test the normalisation of values: known answers, and text that must not change."""

from __future__ import annotations

import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.tracing.wire.normalise import Normaliser

FOLDERS = {
    "/opt/py/lib/python3.11/site-packages": "<python>", "/opt/py/lib/python3.11": "<python>", "/opt/py": "<prefix>",
    "/home/ann": "<home>", "/usr": "<prefix>",
}
NORMALISER = Normaliser(FOLDERS)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('  File "/opt/py/lib/python3.11/json/decoder.py", line 355, in f', '  File "<python>/json/decoder.py", line 355, in f'),
        ("cannot import name 'gcd' from 'fractions' (/opt/py/lib/python3.11/fractions.py)",
         "cannot import name 'gcd' from 'fractions' (<python>/fractions.py)"),
        ("['', '/opt/py/lib/python311.zip', '/opt/py/lib/python3.11']", "['', '<prefix>/lib/python311.zip', '<python>']"),
        ("it is in /home/ann.", "it is in <home>."),
        ("/home/ann/.config", "<home>/.config"),
        ("/home/anna, /home/ann-2, /home/ann.old", "/home/anna, /home/ann-2, /home/ann.old"),
        ("/usr/bin/python3.11, /usr/lib/python311.zip", "<prefix>/bin/python3.11, <prefix>/lib/python311.zip"),
        ("/usr, /usr/bin/env, /usr/lib/libc.so", "/usr, /usr/bin/env, /usr/lib/libc.so"),
    ],
)
def test_folders_of_the_machine_are_replaced_in_every_text(text: str, expected: str) -> None:
    assert NORMALISER.paths(text) == NORMALISER.value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'/home/a...", "'<home>..."),
        ("'/opt/py/lib/pyt...", "'<prefix>/lib/pyt..."),
        ("'/home/a…+30", "'<home>…+30"),
        ("'/ho...", "'/ho..."),
        ("'/home/...", "'<home>..."),
        ("file ...py/lib/python3.11/json/__init__.py", "file ...<python>/json/__init__.py"),
        ("'...e/ann'", "'...<home>'"),
        ("...e/anna", "...e/anna"),
        ("...ann/x", "...ann/x"),
    ],
)
def test_a_folder_is_replaced_if_the_repr_was_cut_inside_of_it(text: str, expected: str) -> None:
    assert NORMALISER.paths(text) == expected


def test_folders_in_the_program_are_kept() -> None:
    normaliser = NORMALISER.for_program("print('/home/ann/x')\n", "")
    assert normaliser.paths("/home/ann/x, /opt/py/x") == "/home/ann/x, <prefix>/x"
    assert NORMALISER.for_program("print(1)\n", "/home/anna") is not NORMALISER
    assert NORMALISER.for_program("print(1)\n", "/home") is NORMALISER


def test_positions_in_a_text_move_with_its_pieces() -> None:
    assert NORMALISER.pieces("a\n/home/ann/x\nb\n", [2, 14, 16, 2, 0]) == ("a\n<home>/x\nb\n", {0: 0, 2: 2, 14: 11, 16: 13})


def test_the_working_folder_of_a_run_has_one_name() -> None:
    folder = f"{tempfile.gettempdir()}/statecode-k3_9zq0a"
    assert Normaliser().paths(f"{folder}, {folder}/x") == "/program, /program/x"


def test_a_long_text_is_searched_in_linear_time() -> None:
    for text in ("..." + "/home/a" * 50_000, "..." + "/" * 200_000, "." * 200_000 + "/"):
        assert NORMALISER.paths(text) == text


@given(st.text(alphabet="<>'\"\\ .at0x12fbn…=(),ow", max_size=60))
def test_normalising_twice_changes_nothing(value: str) -> None:
    once = NORMALISER.value(value)
    assert NORMALISER.value(once) == once


@given(st.text())
def test_the_repr_of_a_string_is_kept(text: str) -> None:
    assert NORMALISER.value(repr(text)) == repr(text)
