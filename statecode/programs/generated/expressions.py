"""Write arithmetic and conditions together with their values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from statecode.programs.generated.writer import Writer


class Expression(NamedTuple):
    """The text of an expression and its value."""

    text: str
    value: int
    rank: int = 9  # precedence of its operator; a higher one binds more tightly


class Operator(NamedTuple):
    """A binary operator of integers."""

    symbol: str
    rank: int
    apply: Callable[[int, int], int]


PLUS, MINUS = Operator("+", 5, operator.add), Operator("-", 5, operator.sub)
TIMES = Operator("*", 6, operator.mul)
DIVIDE, MODULO = Operator("//", 6, operator.floordiv), Operator("%", 6, operator.mod)
POWER = Operator("**", 8, operator.pow)
BITS = (Operator("&", 3, operator.and_), Operator("|", 1, operator.or_), Operator("^", 2, operator.xor))
USUAL = (PLUS, PLUS, PLUS, MINUS, MINUS, TIMES, TIMES, DIVIDE, MODULO)

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def combine(symbol: Operator, left: Expression, right: Expression) -> Expression:
    """Return the expression of an operator and its operands, with parentheses where they are needed."""
    first = f"({left.text})" if left.rank < symbol.rank else left.text
    second = f"({right.text})" if right.rank <= symbol.rank else right.text
    if symbol is POWER and left.text.startswith("-"):
        first = f"({left.text})"
    return Expression(f"{first} {symbol.symbol} {second}", symbol.apply(left.value, right.value), symbol.rank)


def binary(w: Writer, left: Expression, right: Expression | None = None, limit: int = 100_000) -> Expression:
    """Combine an operand with another one, or with a constant that is useful there.

    Divisors are greater than 1, and the result is at most `limit` in magnitude unless an operand exceeds it.
    """
    for _ in range(4):
        symbol = w.pick(USUAL)
        if right is None:
            other = _constant(w, symbol, left.value)
        else:
            other = right
            if (
                symbol in (DIVIDE, MODULO)
                and other.value < 2
                or other.text == left.text
                and symbol in (MINUS, DIVIDE, MODULO)
            ):
                continue
        if symbol is TIMES and abs(left.value * other.value) > limit:
            continue
        if symbol in (DIVIDE, MODULO) and abs(left.value) < other.value:
            continue
        return combine(symbol, left, other)
    return combine(PLUS, left, right or _constant(w, PLUS, left.value))


def _constant(w: Writer, symbol: Operator, beside: int) -> Expression:
    if symbol in (TIMES, MODULO, DIVIDE):
        value = w.between(2, 7) if w.chance(0.7) else w.pick((10, 12, 100, 8, 9))
    elif abs(beside) > 100:
        value = w.pick((10, 25, 50, 100, w.between(11, 99)))
    else:
        value = w.between(1, 9) if w.chance(0.8) else w.between(10, 40)
    return Expression(str(value), value)


def constant(w: Writer) -> Expression:
    """Return an integer as programs contain them: mostly small, sometimes negative, large or round."""
    roll = w.between(1, 100)
    if roll <= 60:
        value = w.between(1, 20)
    elif roll <= 80:
        value = w.between(21, 100)
    elif roll <= 88:
        value = w.between(11, 99) * 10
    elif roll <= 96:
        value = -w.between(1, 30)
    elif roll <= 98:
        value = 0
    else:
        value = w.pick((10**6, 123456789, 2**31, 10**9 + 7, 10**12, 999_999))
    return Expression(str(value), value, 9 if value >= 0 else 7)


def variable(w: Writer, name: str) -> Expression:
    """Return a variable as an expression; it counts as used."""
    return Expression(w.read(name), w.values[name])


class Test(NamedTuple):
    """A condition on one value: its text with `{}` for the value, and the function that decides it."""

    text: str
    holds: Callable[[Any], bool]
    comment: str = ""


def number_test(w: Writer, items: list[int]) -> Test:
    """Return a condition that is true for some of the items and false for others, if one is found."""
    for _ in range(5):
        test = _number_test(w, items)
        count = sum(map(test.holds, items))
        if 0 < count < len(items):
            break
    return test


def _number_test(w: Writer, items: list[int]) -> Test:
    kind = w.between(0, 11)
    middle = w.pick(items) if items else 3
    if kind <= 1:
        return Test("{} % 2 == 0", lambda x: x % 2 == 0, "even numbers")
    if kind == 2:
        return (
            Test("{} % 2 == 1", lambda x: x % 2 == 1, "odd numbers")
            if w.chance(0.6)
            else Test("{} % 2", lambda x: x % 2 == 1)
        )
    if kind == 3:
        divisor = w.pick((3, 3, 4, 5, 5, 7, 10))
        return Test(f"{{}} % {divisor} == 0", lambda x: x % divisor == 0, f"multiples of {divisor}")
    if kind == 4 and items and min(items) < 0:
        return Test("{} < 0", lambda x: x < 0, "negative numbers") if w.chance(0.5) else Test("{} > 0", lambda x: x > 0)
    if kind == 5 and items:
        low, high = sorted((middle, w.pick(items) + w.between(1, 5)))
        return Test(f"{low} <= {{}} <= {high}", lambda x: low <= x <= high)
    if kind == 6 and items:
        low, high = min(items) + 1, max(items)
        if w.chance(0.5):
            return Test(f"{{}} > {low} and {{}} < {high}", lambda x: low < x < high)
        return Test(f"{{}} < {low} or {{}} >= {high}", lambda x: x < low or x >= high)
    if kind == 7:
        return Test(f"{{}} != {middle}", lambda x: x != middle)
    symbol = w.pick(("<", "<=", ">", ">=", ">", "<"))
    compare = COMPARISONS[symbol]
    return Test(f"{{}} {symbol} {middle}", lambda x: compare(x, middle))


class Mapping(NamedTuple):
    """A function of one value: its text with `{}` for the value, and the function itself."""

    text: str
    apply: Callable[[Any], Any]
    rank: int = 6


def number_mapping(w: Writer) -> Mapping:
    """Return a simple function of an integer."""
    kind = w.between(0, 9)
    k = w.between(2, 9)
    if kind <= 2:
        return Mapping(f"{{}} * {k}", lambda x: x * k)
    if kind <= 4:
        return Mapping(f"{{}} + {k}", lambda x: x + k, 5)
    if kind == 5:
        return Mapping("{} * {}", lambda x: x * x)
    if kind == 6:
        return Mapping("{} ** 2", lambda x: x**2)
    if kind == 7:
        return Mapping(f"{{}} // {k}", lambda x: x // k)
    if kind == 8:
        return Mapping(f"{{}} % {k}", lambda x: x % k)
    return Mapping(f"{k} - {{}}", lambda x: k - x, 5)


def on(template: str, name: str) -> str:
    """Return the text of a test or a mapping with the name of the value."""
    return template.replace("{}", name)
