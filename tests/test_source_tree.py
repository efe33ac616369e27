"""Test that a hostile source takes bounded memory and time outside of the sandbox, in every command that reads it."""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace

import pytest

from statecode.corpus.duplicates import normalised_digest
from statecode.records import Change
from statecode.source_tree import MAX_SOURCE_CHARACTERS, is_too_long, parse, tokens_of, tree_of
from statecode.views import VIEWS
from statecode.views.text_lines import text_of
from tests.support.corpus_samples import trace

PADDING = "# padding\n"
NESTED = {
    "brackets": "x = " + "[" * 100_000 + "]" * 100_000,
    "unary": "x = " + "-" * 100_000 + "1",
    "attributes": "x = a" + ".b" * 100_000,
    "calls": "x = a" + "()" * 100_000,
    "terms": "x = " + "+".join(["a"] * 100_000),
    "powers": "x = " + "**".join(["a"] * 80_000),
    "lambdas": "x = " + "lambda:" * 30_000 + "1",
    "elif": "if a: pass\n" + "elif a: pass\n" * 5_000,
    "f-string": "x = f'" + "{a}" * 80_000 + "'",
    "nested f-strings": "x = " + "f'{" * 80_000,
    "decorators": "@a\n" * 10_000 + "def f(): pass\n",
    "deleted attribute": "del a" + ".b" * 600,
    "spanning lines": "x = " + "-" * 150 + '"""' + "\n" * 20_000 + '"""',
    "digits": "x = 0x" + "f" * 200_000,
}
HUGE = {
    "line": "x = " + "+".join(["a"] * 2_000_000),
    "list": "x = [" + "1," * 10_000_000 + "]",
    "decorators": "@a\n" * 1_000_000 + "def f(): pass\n",
}


def test_the_tree_is_that_of_python() -> None:
    source = "def f(a):\n    return a + 1\nprint(f(2))\n"
    assert ast.dump(parse(source)) == ast.dump(ast.parse(source))
    assert ast.literal_eval(parse("[1, {'a': (2,)}]", "eval")) == [1, {"a": (2,)}]
    assert ast.dump(tree_of("a\r\nb\rc\n")) == ast.dump(ast.parse("a\nb\nc\n"))  # type: ignore[arg-type]


def test_warnings_about_a_source_are_ignored() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tree_of("'\\d'\n1 is 1\n") is not None


@pytest.mark.parametrize("source", ["(", "\x00", "\ud800", *NESTED.values()], ids=["open", "null", "surrogate", *NESTED])
def test_a_source_that_cannot_be_parsed_has_no_tree(source: str) -> None:
    tree = tree_of(source)
    if tree is None:
        with pytest.raises((SyntaxError, ValueError)):
            parse(source)
    assert len(normalised_digest(source)) == 16


def test_a_source_is_parsed_up_to_the_maximum_length() -> None:
    longest = PADDING * (MAX_SOURCE_CHARACTERS // len(PADDING))
    assert tree_of(longest) is not None and not is_too_long(longest)
    assert tree_of(longest + PADDING) is None and is_too_long(longest + PADDING)
    with pytest.raises(SyntaxError, match="more than 262,144 characters"):
        parse(longest + PADDING)
    assert not list(tokens_of(longest + PADDING)) and list(tokens_of(longest))


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_source_is_not_parsed(name: str) -> None:
    assert tree_of(HUGE[name]) is None and len(normalised_digest(HUGE[name][:5_000_000])) == 16


def test_many_fields_of_f_strings_are_not_parsed_but_many_dicts_are() -> None:
    assert is_too_long(NESTED["f-string"]) and not is_too_long("x = f'" + "{a}" * 5000 + "'")
    assert not is_too_long("x = [" + "{'a': 1}, " * 20_000 + "]")


def test_a_long_line_is_not_tokenised() -> None:
    assert not list(tokens_of("x = [" + "1," * 50_000 + "]"))
    assert len(list(tokens_of("x = [\n" + "1,\n" * 5_000 + "]\n"))) > 10_000


def test_tokens_end_at_the_first_error() -> None:
    assert [token.string for token in tokens_of("a = 1\n  b = '")][:3] == ["a", "=", "1"]


@pytest.mark.parametrize("name", NESTED)
def test_every_view_renders_a_hostile_source(name: str) -> None:
    for view in VIEWS:
        assert isinstance(text_of(trace(code=NESTED[name]), view), str)


@pytest.mark.parametrize("value", [NESTED[name][4:] for name in ("brackets", "unary", "attributes", "terms")])
def test_every_view_renders_a_hostile_value(value: str) -> None:
    event = trace(1).events[0]
    events = (event, event._replace(changes=(Change("y", value),)), event)
    for view in VIEWS:
        assert isinstance(text_of(replace(trace(), events=events), view), str)
