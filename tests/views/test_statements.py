"""Test the statements of a source by line."""

from __future__ import annotations

from statecode.views.statements import Statements


def test_statements_of_unusual_line_ends_and_invalid_sources() -> None:
    assert Statements("").at(1) is None
    assert Statements("x = (").at(1) is None and Statements("x = (").end_of(1) == 1
    statements = Statements("é = '''a\r\nb'''; y = é\rz = \\\r1")
    assert [statement and statement.code for statement in map(statements.at, range(1, 6))] == [
        "é = '''a\nb'''; y = é", "é = '''a\nb'''; y = é", "z = \\\n1", "z = \\\n1", None
    ]
    assert [statements.end_of(line) for line in range(1, 6)] == [2, 2, 4, 4, 5]
    assert statements.lines == ["é = '''a\r\n", "b'''; y = é\r", "z = \\\r", "1"]
