"""Level 2: conditions."""

from __future__ import annotations

from typing import Any

from statecode.programs.generated.expressions import COMPARISONS, number_test, on
from statecode.programs.generated.writer import Writer

LADDERS = (  # variable, range, result, steps from the highest, result below all of them
    ("score", 0, 100, "grade", ((90, "A"), (80, "B"), (70, "C"), (60, "D")), "F"),
    ("points", 0, 60, "medal", ((50, "gold"), (35, "silver"), (20, "bronze")), "none"),
    ("temperature", -15, 38, "weather", ((28, "hot"), (18, "warm"), (8, "mild"), (0, "cold")), "freezing"),
    ("age", 1, 90, "group", ((65, "senior"), (18, "adult"), (13, "teenager")), "child"),
    ("speed", 0, 180, "state", ((130, "too fast"), (50, "fast"), (1, "slow")), "standing"),
    ("hour", 0, 23, "part", ((18, "evening"), (12, "afternoon"), (6, "morning")), "night"),
    ("balance", -200, 5000, "status", ((1000, "rich"), (100, "fine"), (0, "low")), "overdrawn"),
    ("weight", 1, 40, "fee", ((20, 25), (10, 12), (5, 7)), 4),
    ("income", 500, 9000, "tax", ((5000, 40), (2500, 25), (1000, 10)), 0),
    ("level", 1, 30, "rank", ((25, "master"), (15, "expert"), (5, "player")), "beginner"),
    ("height", 100, 210, "size", ((190, "XL"), (175, "L"), (160, "M")), "S"),
    ("battery", 0, 100, "message", ((80, "full"), (30, "ok"), (10, "low")), "charge now"),
    ("quantity", 1, 200, "discount", ((100, 30), (50, 20), (10, 5)), 0),
    ("wind", 0, 120, "warning", ((100, "storm"), (60, "strong wind"), (30, "windy")), "calm"),
)


def ladder(w: Writer) -> None:
    """Choose a result with if, elif and else."""
    name, low, high, result, steps, rest = w.pick(LADDERS)
    if name in w.taken or result in w.taken:
        return compare(w)
    w.paragraph(f"choose the {result}")
    value = w.number(low, high)
    w.assign(name, str(value), value)
    chosen = sorted((w.sample(steps, w.between(2, len(steps)))), reverse=True)
    jitter = 0 if w.chance(0.6) else w.between(-3, 5)
    bounds = [(bound + jitter, label) for bound, label in chosen]
    if w.chance(0.25):  # ascending
        rising = [
            (bound, label)
            for (bound, _), label in zip(bounds[::-1], [rest, *(label for _, label in bounds[:0:-1])], strict=True)
        ]
        branches = [(f"{name} < {bound}", value < bound, label) for bound, label in rising]
        rest = bounds[0][1]
    else:
        symbol = ">=" if w.chance(0.75) else ">"
        branches = [(f"{name} {symbol} {bound}", COMPARISONS[symbol](value, bound), label) for bound, label in bounds]
    _write_branches(w, name, result, branches, rest)
    return None


def _write_branches(w: Writer, name: str, result: str, branches: list[tuple[str, bool, Any]], rest: Any) -> None:
    printed = w.chance(0.35)
    w.read(name)
    taken = next((label for _, holds, label in branches if holds), rest)
    lines = []
    for index, (condition, _, label) in enumerate((*branches, ("", True, rest))):
        head = f"if {condition}:" if not index else f"elif {condition}:" if condition else "else:"
        lines += [head, f"    print({w.literal(label)})" if printed else f"    {result} = {w.literal(label)}"]
    w.lines(*lines, events=len(branches) + 1)
    if printed:
        w.prints = True
    else:
        w.holds(result, taken)


def compare(w: Writer) -> None:
    """Compare two or three numbers."""
    first, second = w.fresh("a", "x", "left", "first"), w.fresh("b", "y", "right", "second")
    w.paragraph("find the larger one")
    values = [w.number(-10, 60), w.number(-10, 60)]
    if w.chance(0.1):
        values[1] = values[0]
    for name, value in zip((first, second), values, strict=True):
        w.assign(name, str(value), value)
        w.read(name)
    a, b = values
    result = w.fresh("largest", "larger", "biggest", "best", "top")
    kind = w.between(0, 4)
    if kind == 0:
        third = w.fresh("c", "z", "third", "last")
        c = w.number(-10, 60)
        w.lines(
            f"{third} = {c}",
            f"{result} = {first}",
            f"if {second} > {result}:",
            f"    {result} = {second}",
            f"if {third} > {result}:",
            f"    {result} = {third}",
        )
        w.holds(result, max(a, b, c))
        w.holds(third, c)
        w.read(third)
    elif kind == 1:
        lines = []
        for head, text in (
            (f"if {first} > {second}:", f"{first} is larger"),
            (f"elif {first} < {second}:", f"{second} is larger"),
            ("else:", "equal"),
        ):
            lines += [head, f"    print({w.literal(text)})"]
        w.lines(*lines, events=3)
        w.prints = True
    elif kind == 2:
        w.assign(result, f"{first} if {first} > {second} else {second}", max(a, b))
    elif kind == 3:
        w.lines(f"if {first} > {second}:", f"    {first}, {second} = {second}, {first}", events=2)
        w.holds(first, min(a, b))
        w.holds(second, max(a, b))
        gap = w.fresh("gap", "difference", "distance", "delta")
        w.assign(gap, f"{w.read(second)} - {w.read(first)}", abs(a - b))
        w.show(first, second)
    else:
        w.lines(f"if {first} < {second}:", f"    {result} = {second}", "else:", f"    {result} = {first}", events=2)
        w.holds(result, max(a, b))


def parity(w: Writer) -> None:
    """Test one number with a condition that has two outcomes."""
    w.paragraph()
    name = w.find(lambda value: type(value) is int and abs(value) < 10**5, unread_only=True)
    if name is None:
        name = w.any_fresh("n", "number", "num", "value", "x", "k", "count")
        w.assign(name, str(value := w.number(-9, 60)), value)
    value = w.values[w.read(name)]
    test = number_test(w, [value, value + 1, value - 1, 0, 10])
    condition, holds = on(test.text, name), test.holds(value)
    kind = w.between(0, 4)
    if kind == 0:
        result = w.fresh("kind", "label", "state", "sort")
        yes, no = w.pick(
            (("yes", "no"), ("even", "odd"), ("ok", "bad"), ("big", "small"), ("in", "out"))
            if "% 2 == 0" not in condition
            else (("even", "odd"),)
        )
        w.lines(
            f"if {condition}:", f"    {result} = {w.literal(yes)}", "else:", f"    {result} = {w.literal(no)}", events=2
        )
        w.holds(result, yes if holds else no)
    elif kind == 1:
        amount = w.between(1, 9)
        symbol, other = w.pick((("+", "-"), ("*", "+"), ("-", "+")))
        operations = {"+": value + amount, "-": value - amount, "*": value * amount}
        if amount == 1:
            symbol, other = "+", "-"
        w.lines(
            f"if {condition}:",
            "    " + w.updated(name, symbol, str(amount)),
            "else:",
            "    " + w.updated(name, other, str(amount)),
            events=2,
        )
        w.holds(name, operations[symbol if holds else other])
    elif kind == 2:
        flag = w.fresh("is_valid", "found", "ok", "matches", "accepted")
        w.assign(flag, condition, holds if "% 2" not in condition or "==" in condition else value % 2)
        negated = w.chance(0.3)
        w.lines(
            f"if {'not ' if negated else ''}{w.read(flag)}:",
            f"    print({w.literal(w.pick(('accepted', 'yes', 'go on', 'fine')))})",
            "else:",
            f"    print({w.literal(w.pick(('rejected', 'no', 'stop', 'try again')))})",
            events=2,
        )
        w.prints = True
    elif kind == 3:
        result = w.fresh("result", "outcome", "answer", "adjusted")
        k = w.between(2, 9)
        w.assign(result, f"{name} * {k} if {condition} else {name} + {k}", value * k if holds else value + k)
    else:
        w.lines(f"if {condition}:", "    " + w.updated(name, "+", str(k := w.between(2, 20))), events=2)
        w.holds(name, value + k if holds else value)


def flags(w: Writer) -> None:
    """Combine truth values with and, or and not."""
    first, second, action = w.pick(
        (
            ("is_raining", "has_umbrella", ("go out", "stay home")),
            ("is_weekend", "is_holiday", ("sleep in", "get up")),
            ("logged_in", "is_admin", ("show page", "access denied")),
            ("has_ticket", "is_member", ("welcome", "pay first")),
            ("door_open", "light_on", ("somebody is home", "nobody home")),
            ("is_student", "is_senior", ("reduced", "full price")),
            ("has_key", "knows_code", ("open", "locked")),
            ("is_cold", "is_windy", ("take a coat", "no coat")),
        )
    )
    if first in w.taken:
        return parity(w)
    w.paragraph()
    a, b = w.chance(0.5), w.chance(0.5)
    for name, value in ((first, a), (second, b)):
        w.assign(name, str(value), value)
        w.read(name)
    text, holds = w.pick(
        (
            (f"{first} and {second}", a and b),
            (f"{first} or {second}", a or b),
            (f"not {first} or {second}", not a or b),
            (f"{first} and not {second}", a and not b),
            (f"not ({first} or {second})", not (a or b)),
            (f"{first} != {second}", a != b),
        )
    )
    yes, no = action
    if w.chance(0.3):
        inner, outer = (first, second) if w.chance(0.5) else (second, first)
        w.lines(
            f"if {outer}:",
            f"    if {inner}:",
            f"        print({w.literal(yes)})",
            "    else:",
            f"        print({w.literal('almost')})",
            "else:",
            f"    print({w.literal(no)})",
            events=3,
        )
        w.prints = True
    elif w.chance(0.5):
        w.lines(f"if {text}:", f"    print({w.literal(yes)})", "else:", f"    print({w.literal(no)})", events=2)
        w.prints = True
    else:
        result = w.fresh("action", "decision", "plan", "reply")
        w.assign(result, f"{w.literal(yes)} if {text} else {w.literal(no)}", yes if holds else no)
    return None


def tariff(w: Writer) -> None:
    """Compute a price with conditions that depend on several quantities."""
    price, count, total = (
        w.fresh("price", "cost", "fare"),
        w.fresh("quantity", "tickets", "people"),
        w.fresh("total", "amount", "bill"),
    )
    w.paragraph(w.pick(("compute the price", "large orders are cheaper", "")))
    p, q = w.number(3, 60), w.between(1, 12)
    w.assign(price, str(p), p)
    w.assign(count, str(q), q)
    w.assign(total, f"{w.read(price)} * {w.read(count)}", p * q)
    value = p * q
    bound, cut = w.pick((50, 100, 150, 200)), w.between(5, 20)
    minimum = w.between(3, 8)
    w.lines(f"if {w.read(total)} > {bound}:", f"    {w.updated(total, '-', str(cut))}", events=2)
    value -= cut if value > bound else 0
    w.holds(total, value)
    if w.chance(0.6):
        member = w.fresh("is_member", "has_coupon", "first_order")
        flag = w.chance(0.5)
        w.assign(member, str(flag), flag)
        connective = w.pick(("and", "or"))
        w.lines(
            f"if {w.read(member)} {connective} {count} >= {minimum}:",
            f"    {w.updated(w.read(total), '-', f'{total} // 10')}",
            events=2,
        )
        if (flag and q >= minimum) if connective == "and" else (flag or q >= minimum):
            value -= value // 10
        w.holds(total, value)
    if w.chance(0.4):
        w.lines(f"if {w.read(total)} < {minimum * 5}:", f"    {total} = {minimum * 5}", events=2)
        w.holds(total, max(value, minimum * 5))


def leap(w: Writer) -> None:
    """Test conditions of divisibility that are nested or combined."""
    kind = w.between(0, 2)
    if kind == 0:
        name = w.fresh("year", "y")
        value = w.pick((1900, 2000, 2023, 2024, 2100, w.between(1900, 2099)))
        w.paragraph("leap year")
        w.assign(name, str(value), value)
        holds = value % 4 == 0 and value % 100 != 0 or value % 400 == 0
        result = w.fresh("is_leap", "leap")
        w.read(name)
        if w.chance(0.5):
            w.assign(result, f"{name} % 4 == 0 and ({name} % 100 != 0 or {name} % 400 == 0)", holds)
        else:
            w.lines(
                f"if {name} % 400 == 0:",
                f"    {result} = True",
                f"elif {name} % 100 == 0:",
                f"    {result} = False",
                "else:",
                f"    {result} = {name} % 4 == 0",
                events=4,
            )
            w.holds(result, holds)
    elif kind == 1:
        name = w.fresh("n", "number", "i", "num")
        value = w.number(1, 60)
        first, second = w.pick(((3, 5), (2, 7), (4, 6), (3, 7)))
        words = w.pick((("Fizz", "Buzz"), ("tic", "tac"), ("left", "right")))
        w.paragraph()
        w.assign(name, str(value), value)
        w.read(name)
        w.lines(
            f"if {name} % {first} == 0 and {name} % {second} == 0:",
            f"    print({w.literal(words[0] + words[1])})",
            f"elif {name} % {first} == 0:",
            f"    print({w.literal(words[0])})",
            f"elif {name} % {second} == 0:",
            f"    print({w.literal(words[1])})",
            "else:",
            f"    print({name})",
            events=4,
        )
        w.prints = True
    else:
        _triangle(w)


def _triangle(w: Writer) -> None:
    names = [w.fresh(name, f"side_{name}") for name in ("a", "b", "c")]
    values = w.numbers(3, 9, 3)
    if w.chance(0.3):
        values[1] = values[0]
    w.paragraph("kind of triangle")
    w.lines(f"{', '.join(names)} = {', '.join(map(str, values))}")
    a, b, c = names
    kinds = [
        (f"{a} + {b} <= {c} or {a} + {c} <= {b} or {b} + {c} <= {a}", "no triangle"),
        (f"{a} == {b} == {c}", "equilateral"),
        (f"{a} == {b} or {b} == {c} or {a} == {c}", "isosceles"),
    ]
    lines = []
    for index, (condition, kind) in enumerate(kinds[0 if w.chance(0.5) else 1 :]):
        lines += [f"{'el' if index else ''}if {condition}:", f"    print({w.literal(kind)})"]
    w.lines(*lines, "else:", f"    print({w.literal('scalene')})", events=5)
    for name, value in zip(names, values, strict=True):
        w.holds(name, value)
        w.read(name)
    w.prints = True


PARTS = (ladder, ladder, compare, parity, parity, flags, tariff, leap)
