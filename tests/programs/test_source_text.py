"""Test that sources are decoded as Python decodes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.programs.source_text import decode_source
from tests.support.program_folders import only, put


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        ("# -*- coding: latin-1 -*-\r\nx = 'é'\r\n".encode("latin-1"), "# -*- coding: latin-1 -*-\r\nx = 'é'\r\n"),
        ("#!/bin/python\n# vim: set fileencoding=cp1251 :\nx = 'Ж'".encode("cp1251"),
         "#!/bin/python\n# vim: set fileencoding=cp1251 :\nx = 'Ж'"),
        (b"", ""),
        (b"a\x00b", "a\x00b"),
        ("x = 'é'".encode("latin-1"), "x = '\udce9'"),           # no encoding declaration, not UTF-8
        (b"# coding: nosuch\nx = '\xc3\xa9'", "# coding: nosuch\nx = 'é'"),
        (b"# coding: ascii\n\xff", "# coding: ascii\n\udcff"),
        (b"# coding: ascii\n\xc3\xa9", "# coding: ascii\n\udcc3\udca9"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "\ufeff# coding: latin-1\n"),  # byte order mark and declaration contradict each other
        (b"# coding: utf-16\nk\n", "# coding: utf-16\nk\n"),   # contradicts itself
        (b"# coding: rot13\nk", "# coding: rot13\nk"),           # not a text encoding
    ],
)
def test_sources_are_decoded_as_python_does_and_never_lost(tmp_path: Path, data: bytes, text: str) -> None:
    assert only(put(tmp_path, {"a.py": data})).code == text


def test_a_charset_from_outside_counts_only_where_python_finds_none() -> None:
    assert decode_source("x = 'Ж'".encode("cp1251"), charset="windows-1251") == "x = 'Ж'"
    assert decode_source("x = 'Ж'".encode(), charset="windows-1251") == "x = 'Ж'"
    assert decode_source(b"\xff", charset="nosuch") == "\udcff"
    assert decode_source(b"\xff", charset="utf-8") == "\udcff"


@pytest.mark.parametrize("charset", ["a\0b", "\ud800", "é", "x" * 100_000, "base64", "undefined", "../encodings", " ", ""])
def test_a_hostile_charset_is_ignored(charset: str) -> None:
    assert decode_source(b"\xff", charset) == "\udcff"


@pytest.mark.parametrize("charset", ["punycode", "PunyCode", "-punycode-", "unicode_escape", "raw_unicode_escape", "idna"])
def test_a_charset_of_python_alone_is_ignored(charset: str) -> None:
    assert decode_source(b"abc-\\u0041\xff", charset) == "abc-\\u0041\udcff"


def test_an_unknown_escape_in_a_declared_encoding_is_kept() -> None:
    assert decode_source(b"# coding: unicode_escape\n\\]\\u0041") == "# coding: unicode_escape\n\\]A"
