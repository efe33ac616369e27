"""Test that programs which differ only in layout and comments are found."""

from __future__ import annotations

from statecode.corpus.duplicates import normalised_digest


def test_normalised_code() -> None:
    assert normalised_digest("x = 1  # one\n") == normalised_digest("x=1\n\n")
    assert normalised_digest("x = 1") != normalised_digest("y = 1")
    assert normalised_digest("print 'a'  ;") == normalised_digest("print  'a' ;\n") != normalised_digest("print 'b' ;")
    for code in ("\x00", "(" * 5000, "'\\d'", "\ud800", "x = " + "-" * 100_000 + "1"):
        assert len(normalised_digest(code)) == 16
