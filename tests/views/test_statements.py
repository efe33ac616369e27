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


LONG_SUM = "x = 1\ny = " + "+".join(["x"] * 1200) + "\n"
LONG_CHAIN = "if 1 > 2:\n    a = 0\n" + "".join(f"elif 1 > 2:\n    a = {number}\n" for number in range(1500))


def test_sources_that_are_nested_as_deeply_as_python_accepts() -> None:
    assert [statement and statement.names for statement in map(Statements(LONG_SUM).at, (1, 2))] == [{"x"}, {"x", "y"}]
    chain = Statements(LONG_CHAIN)
    assert [statement and statement.code for statement in map(chain.at, (2, 3, 4, 3001, 3002))] == [
        "a = 0", None, "a = 0", None, "a = 1499"
    ]
    attributes = Statements("x = 1\nx" + ".real" * 1500 + "\n").at(2)
    assert attributes is not None and attributes.names == {"x"}


def test_variables_of_comprehensions_and_lambdas_are_not_names_of_their_statement() -> None:
    code = "a = [b for b in c for d in b if e], (lambda f, g=h: f + g + (lambda: i)())\nj = k, [k for k in j]\n"
    statements = Statements(code)
    assert [statement and statement.names for statement in map(statements.at, (1, 2))] == [
        set("aceh") | {"i"}, {"j", "k"}
    ]
    assert statements.temporary == {1: {"b", "d"}}
