"""Level 1: arithmetic and assignment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from statecode.programs.generated.expressions import (
    BITS,
    POWER,
    Expression,
    binary,
    combine,
    constant,
    variable,
)
from statecode.programs.generated.writer import Writer


class Rule(NamedTuple):
    """A quantity that follows from others: `area = width * height`, or an update: `total += fee`."""

    name: str
    operator: str  # of an update, else empty
    text: str
    needs: tuple[str, ...]  # the variables in `text`
    compute: Callable[..., Any]


def _rule(line: str) -> Rule:
    name, operator, text = re.fullmatch(r"(\w+) ([+*/-]*)= (.*)", line).groups()  # type: ignore[union-attr]
    needs = tuple(dict.fromkeys(re.findall(r"\b(?!round\b|min\b|max\b|abs\b)[a-z_]+\b", text)))
    compute = eval(f"lambda {', '.join(needs)}: {text}")  # of a constant of this module
    return Rule(name, operator, text, needs, compute)


class Story(NamedTuple):
    """Quantities that belong together: the given ones with their ranges, and rules for others."""

    given: dict[str, tuple[int, int]]
    rules: tuple[Rule, ...]


def _story(given: dict[str, tuple[int, int]], *rules: str) -> Story:
    return Story(given, tuple(map(_rule, rules)))


STORIES = (
    _story(
        {"price": (2, 90), "quantity": (2, 12), "discount": (1, 9), "shipping": (3, 15), "paid": (500, 2000)},
        "subtotal = price * quantity",
        "total = subtotal + shipping",
        "total = price * quantity - discount",
        "final_price = price - discount",
        "change = paid - total",
        "total += shipping",
        "average = total / 4",
        "tax = subtotal // 10",
        "total = subtotal + tax",
        "total -= discount",
        "half_price = price / 2",
        "cost = (price - discount) * quantity",
        "change = paid - cost",
        "per_person = total // 3",
        "rest = change % 50",
    ),
    _story(
        {"width": (2, 30), "height": (2, 25), "depth": (2, 12), "border": (1, 4), "tile": (2, 5)},
        "area = width * height",
        "perimeter = 2 * (width + height)",
        "volume = width * height * depth",
        "volume = area * depth",
        "outer_width = width + 2 * border",
        "outer_area = outer_width * height",
        "tiles = area // tile",
        "remaining = area % tile",
        "half = area / 2",
        "width *= 2",
        "diagonal_squared = width ** 2 + height ** 2",
        "frame = outer_area - area",
        "ratio = width / 4",
        "longest = max(width, height)",
        "height += border",
    ),
    _story(
        {"total_seconds": (100, 90000), "start_hour": (0, 23), "duration": (1, 30)},
        "hours = total_seconds // 3600",
        "minutes = total_seconds % 3600 // 60",
        "seconds = total_seconds % 60",
        "minutes = total_seconds // 60",
        "end_hour = (start_hour + duration) % 24",
        "days = duration // 24",
        "total_seconds += 90",
        "half_hours = duration * 2",
    ),
    _story(
        {"distance": (10, 900), "speed": (5, 120), "breaks": (1, 5), "fuel": (20, 80), "usage": (4, 9)},
        "hours = distance // speed",
        "rest = distance % speed",
        "full_hours = hours + breaks",
        "fuel_needed = distance * usage // 100",
        "fuel -= fuel_needed",
        "round_trip = distance * 2",
        "speed += 10",
        "half_way = distance / 2",
        "remaining = distance - speed",
    ),
    _story(
        {
            "balance": (50, 3000),
            "deposit": (10, 500),
            "withdrawal": (5, 300),
            "fee": (1, 9),
            "months": (2, 24),
            "rate": (2, 8),
        },
        "balance += deposit",
        "balance -= withdrawal",
        "balance -= fee",
        "interest = balance * rate // 100",
        "new_balance = balance + interest",
        "yearly_fee = fee * 12",
        "saved = deposit * months",
        "goal = balance * 2",
        "missing = goal - saved",
        "monthly = balance / 8",
        "net = deposit - withdrawal",
    ),
    _story(
        {
            "score": (0, 90),
            "bonus": (5, 25),
            "lives": (1, 5),
            "level": (1, 9),
            "penalty": (1, 10),
            "damage": (3, 40),
            "health": (50, 120),
        },
        "score += bonus",
        "score -= penalty",
        "points = level * 10 + bonus",
        "final_score = score + lives * 10",
        "health -= damage",
        "score *= level",
        "percent = health * 100 // 120",
        "next_level = level + 1",
        "average = score / 2",
        "lives -= 1",
    ),
    _story(
        {"apples": (3, 40), "oranges": (2, 30), "children": (2, 7), "baskets": (2, 6)},
        "fruit = apples + oranges",
        "each = fruit // children",
        "left_over = fruit % children",
        "per_basket = apples // baskets",
        "difference = apples - oranges",
        "apples += oranges",
        "apples -= children",
        "double = fruit * 2",
    ),
    _story(
        {"celsius": (-20, 40), "offset": (1, 9)},
        "fahrenheit = celsius * 9 // 5 + 32",
        "fahrenheit = celsius * 1.5 + 30",
        "kelvin = celsius + 273",
        "celsius += offset",
        "change = kelvin - 273",
        "warmer = celsius + offset",
        "colder = celsius - offset",
        "doubled = celsius * 2",
    ),
    _story(
        {"students": (12, 90), "teachers": (1, 6), "seats": (4, 9), "absent": (1, 5)},
        "people = students + teachers",
        "present = students - absent",
        "rows = people // seats",
        "standing = people % seats",
        "groups = present // 4",
        "students += 3",
        "per_teacher = students // teachers",
        "share = present / 8",
    ),
    _story(
        {"x": (-9, 12), "y": (-9, 12), "dx": (1, 5), "dy": (-4, 4)},
        "x += dx",
        "y += dy",
        "distance_squared = x * x + y * y",
        "steps = abs(x) + abs(y)",
        "middle = (x + y) / 2",
        "x *= 2",
        "y = -x",
        "largest = max(x, y)",
        "smallest = min(x, y)",
        "slope = y - x",
    ),
    _story(
        {"first": (1, 99), "second": (1, 99), "third": (1, 99)},
        "total = first + second",
        "total = first + second + third",
        "mean = total / 4",
        "spread = max(first, second) - min(first, second)",
        "product = first * second",
        "total *= 2",
        "second += first",
        "difference = first - second",
        "last_digit = product % 10",
    ),
    _story(
        {"pages": (80, 900), "per_day": (5, 40), "read": (10, 75), "words": (200, 400)},
        "left = pages - read",
        "days = left // per_day",
        "extra_pages = left % per_day",
        "read += per_day",
        "all_words = pages * words",
        "progress = read * 100 // pages",
        "weeks = days // 7",
        "half = pages / 2",
    ),
    _story(
        {"n": (10, 9999)},
        "ones = n % 10",
        "tens = n // 10 % 10",
        "hundreds = n // 100",
        "digit_sum = ones + tens",
        "n += 1",
        "square = n * n",
        "half = n // 2",
        "next_even = n + n % 2",
        "swapped = ones * 10 + tens",
        "previous = n - 1",
    ),
    _story(
        {
            "salary": (900, 5000),
            "rent": (200, 800),
            "food": (90, 300),
            "raise_percent": (2, 9),
            "hours": (20, 40),
            "wage": (9, 35),
        },
        "expenses = rent + food",
        "savings = salary - expenses",
        "salary += salary * raise_percent // 100",
        "weekly = hours * wage",
        "yearly = weekly * 52",
        "daily_food = food / 8",
        "savings -= 50",
        "monthly = weekly * 4",
        "rest = monthly - rent",
    ),
    _story(
        {"boxes": (2, 15), "per_box": (4, 48), "broken": (1, 9), "trucks": (2, 4)},
        "eggs = boxes * per_box",
        "good = eggs - broken",
        "dozens = good // 12",
        "loose = good % 12",
        "boxes_per_truck = boxes // trucks",
        "boxes += 1",
        "boxes *= trucks",
        "share = good / 2",
    ),
)

COMMENTS_OF_GIVEN = ("", "", "given values", "input values", "settings")


def story(w: Writer) -> None:
    """Write quantities that belong together."""
    told = w.pick(STORIES)
    if any(name in w.taken for name in told.given):
        return plain(w)
    w.paragraph(w.pick(COMMENTS_OF_GIVEN))
    wanted = w.sample(told.rules, w.between(2, 5))
    known: dict[str, Any] = {}
    plan: list[Rule] = []
    done: set[str] = set()
    for rule in wanted:
        _add_with_needs(w, told, rule, plan, done)
    if not plan:
        return plain(w)
    given = [name for name in told.given if any(name in (rule.name, *rule.needs) for rule in plan)]
    _assign_given(w, {name: w.number(*told.given[name]) for name in given}, known)
    if len(given) > 2:
        w.paragraph()
    for rule in plan:
        value = rule.compute(*(known[need] for need in rule.needs))
        for need in rule.needs:
            w.read(need)
        if rule.operator:
            value = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}[rule.operator](
                known[rule.name], value
            )
            w.update(rule.name, rule.operator, rule.text, value)
        else:
            w.assign(rule.name, rule.text, value)
        known[rule.name] = value
    return None


def _add_with_needs(w: Writer, told: Story, rule: Rule, plan: list[Rule], done: set[str]) -> None:
    """Append a rule to the plan, after rules for the quantities that it needs. Each quantity is computed once."""
    if not rule.operator and rule.name in done or rule in plan or rule.name in w.taken:
        return
    for need in (*rule.needs, *([rule.name] if rule.operator else [])):
        if need not in told.given and need not in done:
            sources = [other for other in told.rules if other.name == need and not other.operator]
            _add_with_needs(w, told, w.pick(sources), plan, done)
            if need not in done:
                return
    plan.append(rule)
    done.add(rule.name)


def _assign_given(w: Writer, given: dict[str, int], known: dict[str, Any]) -> None:
    names = list(given)
    if len(names) == 2 and w.chance(0.2):
        w.lines(f"{names[0]}, {names[1]} = {given[names[0]]}, {given[names[1]]}")
    else:
        for name in names:
            w.lines(f"{name} = {given[name]}")
    for name in names:
        w.holds(name, given[name])
    known.update(given)


SHORT_NAMES = (
    ("a", "b", "c", "d"),
    ("x", "y", "z", "w"),
    ("p", "q", "r", "s"),
    ("i", "j", "k", "m"),
    ("num1", "num2", "num3", "num4"),
)
RESULT_NAMES = ("result", "total", "value", "answer", "res", "output", "c", "z", "temp", "acc")


def plain(w: Writer) -> None:
    """Write arithmetic with short names, as in exercises."""
    w.paragraph()
    names = [name for name in w.pick(SHORT_NAMES) if name not in w.taken][: w.between(2, 3)]
    while len(names) < 2:
        names.append(w.any_fresh(*RESULT_NAMES))
    start_all_equal = w.chance(0.06)
    if start_all_equal:
        value = constant(w)
        w.lines(f"{' = '.join(names)} = {value.text}")
        for name in names:
            w.holds(name, value.value)
    else:
        for name in names:
            value = constant(w)
            w.assign(name, value.text, value.value)
    if start_all_equal:
        _change(w, names[1])
    for _ in range(w.between(1, 4)):
        w.pick((_combine, _combine, _combine, _change, _swap, _shift, _divmod, _float, _bits, _power))(w, w.pick(names))
    _combine(w, names[0])


def _operands(w: Writer, name: str) -> tuple[Expression, Expression]:
    other = w.find(lambda value: type(value) is int and abs(value) < 10**6) or name
    return variable(w, name), variable(w, other)


def _combine(w: Writer, name: str) -> None:
    """Assign an expression of two variables, and perhaps a constant, to a new one."""
    if type(w.values[name]) is not int:
        return
    left, right = _operands(w, name)
    expression = binary(w, left, right if right.text != left.text else None)
    if w.chance(0.4):
        expression = binary(w, expression)
    w.assign(w.any_fresh(*RESULT_NAMES), expression.text, expression.value)


def _change(w: Writer, name: str) -> None:
    """Change a variable by a constant or another variable."""
    value = w.values[name]
    if type(value) is not int:
        return
    operand = constant(w) if w.chance(0.5) else Expression(str(w.between(2, 9)), 0)
    number = int(operand.text)
    if number <= 1:
        number = w.between(2, 6)
    symbol, changed = w.pick(
        (
            ("+", value + number),
            ("-", value - number),
            ("*", value * number),
            ("//", value // number),
            ("%", value % number),
        )
    )
    if changed == value:
        symbol, changed = "+", value + number
    w.read(name)
    w.update(name, symbol, str(number), changed)


def _swap(w: Writer, name: str) -> None:
    other = w.find(lambda value: type(value) is int)
    if other is None or other == name:
        return _change(w, name)
    w.note("swap")
    if w.chance(0.6):
        w.lines(f"{name}, {other} = {other}, {name}")
    else:
        temporary = w.fresh("tmp", "temp", "old", "saved")
        w.lines(f"{temporary} = {name}", f"{name} = {other}", f"{other} = {temporary}")
    first, second = w.values[name], w.values[other]
    w.holds(name, second)
    w.holds(other, first)
    return None


def _shift(w: Writer, name: str) -> None:
    """Assign two variables at once."""
    other = w.find(lambda value: type(value) is int and abs(value) < 10**6)
    if other is None or other == name or type(w.values[name]) is not int:
        return _change(w, name)
    total = w.values[name] + w.values[other]
    w.lines(f"{name}, {other} = {other}, {name} + {other}")
    first = w.values[other]
    w.holds(name, first)
    w.holds(other, total)
    return None


def _divmod(w: Writer, name: str) -> None:
    value = w.values[name]
    if type(value) is not int:
        return
    divisor = w.between(2, 12)
    quotient, rest = w.fresh("quotient", "q2", "whole"), w.fresh("remainder", "rest", "r2")
    if w.chance(0.5):
        w.lines(f"{quotient}, {rest} = divmod({w.read(name)}, {divisor})")
    else:
        w.lines(f"{quotient} = {w.read(name)} // {divisor}", f"{rest} = {name} % {divisor}")
    w.holds(quotient, value // divisor)
    w.holds(rest, value % divisor)


def _float(w: Writer, name: str) -> None:
    """Use floats that are multiples of an eighth, so that they print exactly."""
    value = w.values[name]
    if abs(value) > 10**6:
        return
    symbol, factor = w.pick((("/", 2), ("/", 4), ("/", 8), ("*", 0.5), ("*", 1.5), ("*", 0.25), ("*", 2.5)))
    result = value / factor if symbol == "/" else value * factor
    w.assign(w.any_fresh("half", "ratio", "part", "scaled", "share"), f"{w.read(name)} {symbol} {factor}", result)


def _bits(w: Writer, name: str) -> None:
    value = w.values[name]
    if type(value) is not int or not 0 <= value < 10**6:
        return
    if w.chance(0.4):
        places = w.between(1, 3)
        symbol, result = w.pick((("<<", value << places), (">>", value >> places)))
        text = f"{w.read(name)} {symbol} {places}"
    else:
        mask = w.pick((1, 3, 5, 6, 7, 8, 12, 15))
        expression = combine(w.pick(BITS), variable(w, name), Expression(str(mask), mask))
        text, result = expression.text, expression.value
    w.assign(w.any_fresh("bits", "shifted", "masked", "flags"), text, result)


def _power(w: Writer, name: str) -> None:
    value = w.values[name]
    if type(value) is not int or abs(value) > 10**4:
        return
    exponent = w.between(2, 3 if abs(value) > 20 else 5)
    expression = combine(POWER, variable(w, name), Expression(str(exponent), exponent))
    w.assign(
        w.any_fresh("power", "squared" if exponent == 2 else "cubed" if exponent == 3 else "raised", "big"),
        expression.text,
        expression.value,
    )


def built_in(w: Writer) -> None:
    """Call min, max, abs, round or pow."""
    w.paragraph()
    names = [
        w.assign(name, text, value)
        for name, (text, value, _) in zip(
            [w.fresh("a", "left", "u"), w.fresh("b", "right", "v")], (constant(w), constant(w)), strict=True
        )
    ]
    first, second = (w.values[name] for name in names)
    a, b = names
    k = w.between(2, 9)
    found = w.sample(
        (
            ("larger", f"max({a}, {b})", max(first, second)),
            ("smaller", f"min({a}, {b})", min(first, second)),
            ("gap", f"abs({a} - {b})", abs(first - second)),
            ("limited", f"min(max({a}, {k}), 50)", min(max(first, k), 50)),
            ("rounded", f"round({a} / 4)", round(first / 4)),
            ("last", f"pow({a}, 3, {k + 1})", pow(first, 3, k + 1)),
            ("size", f"abs({a}) + abs({b})", abs(first) + abs(second)),
            ("whole", f"int({b} / 2)", int(second / 2)),
        ),
        w.between(1, 3),
    )
    for name, text, value in found:
        for variable_name in names:
            if variable_name in text:
                w.read(variable_name)
        w.assign(w.fresh(name, f"{name}_value"), text, value)


FLOATS = (("price", "cost"), ("weight", "load"), ("length", "distance"), ("temperature", "reading"), ("rate", "speed"))


def floats(w: Writer) -> None:
    """Compute with floats that are multiples of an eighth, so that they print exactly."""
    first, second = (w.fresh(name, f"new_{name}") for name in w.pick(FLOATS))
    w.paragraph()
    a, b = w.between(2, 200) / 4, w.between(-20, 100) / 2
    w.assign(first, str(a), a)
    w.assign(second, str(b), b)
    k = w.between(2, 9)
    found = w.sample(
        (
            ("total", f"{first} + {second}", a + b),
            ("difference", f"{first} - {second}", a - b),
            ("half", f"{first} / 2", a / 2),
            ("scaled", f"{first} * {k}", a * k),
            ("larger", f"max({first}, {second})", max(a, b)),
            ("whole", f"int({second})", int(b)),
            ("rounded", f"round({first}, 1)", round(a, 1)),
            ("full_parts", f"{first} // {k}", a // k),
            ("rest", f"{first} % {k}", a % k),
            ("is_whole", f"{second} == int({second})", b == int(b)),
            ("product", f"{first} * {second}", a * b),
        ),
        w.between(2, 4),
    )
    for name, text, value in found:
        for used in (first, second):
            if used in text:
                w.read(used)
        w.assign(w.fresh(name, f"{name}_value"), text, value)


PARTS = (floats, story, story, story, story, story, plain, plain, built_in)
