"""Level 8: functions that call other functions or themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from statecode.programs.generated.expressions import number_mapping, on
from statecode.programs.generated.writer import Writer


class Recursion(NamedTuple):
    """A function of one or two integers that calls itself."""

    names: tuple[str, ...]
    bodies: tuple[tuple[str, ...], ...]  # spellings, with {f} for the name and {n} for the first parameter
    compute: Callable[..., Any]
    calls: Callable[..., int]  # number of calls
    ranges: tuple[tuple[int, int], ...]  # of the arguments
    second: str = ""  # the second parameter


def _fib_calls(n: int) -> int:
    return 1 if n < 2 else 1 + _fib_calls(n - 1) + _fib_calls(n - 2)


def _fib(n: int) -> int:
    return n if n < 2 else _fib(n - 1) + _fib(n - 2)


def _gcd_calls(a: int, b: int) -> int:
    return 1 if b == 0 else 1 + _gcd_calls(b, a % b)


NUMERIC = (
    Recursion(
        ("factorial", "fact"),
        (
            ("if {n} <= 1:", "    return 1", "return {n} * {f}({n} - 1)"),
            ("if {n} == 0:", "    return 1", "else:", "    return {n} * {f}({n} - 1)"),
            ("return 1 if {n} < 2 else {n} * {f}({n} - 1)",),
        ),
        math.factorial,
        lambda n: n + 1,
        ((2, 8),),
    ),
    Recursion(
        ("fib", "fibonacci"),
        (
            ("if {n} < 2:", "    return {n}", "return {f}({n} - 1) + {f}({n} - 2)"),
            ("if {n} == 0:", "    return 0", "if {n} == 1:", "    return 1", "return {f}({n} - 1) + {f}({n} - 2)"),
        ),
        _fib,
        _fib_calls,
        ((2, 6),),
    ),
    Recursion(
        ("sum_to", "add_up_to", "triangle"),
        (
            ("if {n} == 0:", "    return 0", "return {n} + {f}({n} - 1)"),
            ("if {n} <= 0:", "    return 0", "rest = {f}({n} - 1)", "return {n} + rest"),
        ),
        lambda n: n * (n + 1) // 2,
        lambda n: n + 1,
        ((2, 9),),
    ),
    Recursion(
        ("digit_sum", "sum_digits"),
        (
            ("if {n} < 10:", "    return {n}", "return {n} % 10 + {f}({n} // 10)"),
            ("if {n} == 0:", "    return 0", "return {n} % 10 + {f}({n} // 10)"),
        ),
        lambda n: sum(map(int, str(n))),
        lambda n: len(str(n)) + 1,
        ((10, 99999),),
    ),
    Recursion(
        ("count_digits", "digits"),
        (("if {n} < 10:", "    return 1", "return 1 + {f}({n} // 10)"),),
        lambda n: len(str(n)),
        lambda n: len(str(n)),
        ((1, 99999),),
    ),
    Recursion(
        ("to_binary", "binary"),
        (("if {n} < 2:", "    return str({n})", "return {f}({n} // 2) + str({n} % 2)"),),
        lambda n: f"{n:b}",
        lambda n: n.bit_length(),
        ((2, 120),),
    ),
    Recursion(
        ("gcd", "common_divisor"),
        (
            ("if {m} == 0:", "    return {n}", "return {f}({m}, {n} % {m})"),
            ("return {n} if {m} == 0 else {f}({m}, {n} % {m})",),
        ),
        math.gcd,
        _gcd_calls,
        ((6, 120), (4, 90)),
        "b",
    ),
    Recursion(
        ("power", "pow_of"),
        (
            ("if {m} == 0:", "    return 1", "return {n} * {f}({n}, {m} - 1)"),
            (
                "if {m} == 0:",
                "    return 1",
                "half = {f}({n}, {m} // 2)",
                "if {m} % 2 == 0:",
                "    return half * half",
                "return half * half * {n}",
            ),
        ),
        lambda n, m: n**m,
        lambda n, m: m + 1,
        ((2, 9), (1, 6)),
        "exponent",
    ),
    Recursion(
        ("multiply", "times"),
        (("if {m} == 0:", "    return 0", "return {n} + {f}({n}, {m} - 1)"),),
        lambda n, m: n * m,
        lambda n, m: m + 1,
        ((2, 30), (1, 6)),
        "count",
    ),
    Recursion(
        ("steps_to_one", "halve"),
        (("if {n} <= 1:", "    return 0", "return 1 + {f}({n} // 2)"),),
        lambda n: n.bit_length() - 1,
        lambda n: n.bit_length(),
        ((2, 200),),
    ),
    Recursion(
        ("choose", "binomial"),
        (("if {m} == 0 or {m} == {n}:", "    return 1", "return {f}({n} - 1, {m} - 1) + {f}({n} - 1, {m})"),),
        math.comb,
        lambda n, m: 2 * math.comb(n, m) - 1,
        ((3, 5), (1, 3)),
        "k",
    ),
)


def numeric(w: Writer) -> None:
    """Define a function of integers that calls itself."""
    one = w.pick(NUMERIC)
    name = w.fresh(*one.names, f"{one.names[0]}_of")
    n = "a" if one.second == "b" else w.pick(("n", "n", "n", "number", "x" if one.second else "k"))
    body = [line.replace("{f}", name).replace("{n}", n).replace("{m}", one.second) for line in w.pick(one.bodies)]
    shows = w.chance(0.12) and len(body) > 1
    if shows:
        body.insert(0, f"print({w.style.quoted(name)}, {n})")
        w.prints = True
    parameters = f"{n}, {one.second}" if one.second else n
    w.define(f"def {name}({parameters}):", *body, hints=("int",) * len(one.ranges), doc=f"Recursive version of {name}.")
    w.paragraph()
    for _ in range(1 if w.limit < 100 else w.between(1, 2)):
        arguments = [w.number(*bounds) for bounds in one.ranges]
        if w.limit < 100:
            arguments = [max(low, min(value, low + 2)) for value, (low, _) in zip(arguments, one.ranges, strict=True)]
        w.events += one.calls(*arguments) * (3 + len(body))
        text = f"{name}({', '.join(map(str, arguments))})"
        if w.chance(0.6):
            w.show(text)
        else:
            w.assign(w.any_fresh("result", "answer", "value", "total"), text, one.compute(*arguments))


def on_sequence(w: Writer) -> None:
    """Define a function that calls itself with the rest of a list or a string."""
    w.paragraph()
    kind = w.between(0, 6)
    if kind <= 3:
        listed = w.number_list(2, 5)
        items = w.values[listed]
        p = w.pick(("items", "values", "numbers", "xs"))
        name, body, result = (
            ("total", [f"if not {p}:", "    return 0", f"return {p}[0] + {{f}}({p}[1:])"], sum(items)),
            (
                "largest",
                [
                    f"if len({p}) == 1:",
                    f"    return {p}[0]",
                    f"rest = {{f}}({p}[1:])",
                    f"return {p}[0] if {p}[0] > rest else rest",
                ],
                max(items),
            ),
            ("backwards", [f"if len({p}) <= 1:", f"    return {p}", f"return {{f}}({p}[1:]) + [{p}[0]]"], items[::-1]),
            ("length", [f"if {p} == []:", "    return 0", f"return 1 + {{f}}({p}[1:])"], len(items)),
        )[kind]
        argument = listed
    elif kind <= 5:
        text = w.pick(("stone", "noon", "abc", "level", "tree", "python", "x", "hello"))[: max(3, w.limit // 20)]
        p = w.pick(("text", "s", "word"))
        letter = w.pick(text)
        name, body, result = (
            ("reverse", [f"if len({p}) < 2:", f"    return {p}", f"return {{f}}({p}[1:]) + {p}[0]"], text[::-1]),
            (
                "is_palindrome",
                [
                    f"if len({p}) < 2:",
                    "    return True",
                    f"if {p}[0] != {p}[-1]:",
                    "    return False",
                    f"return {{f}}({p}[1:-1])",
                ],
                text == text[::-1],
            ),
        )[kind - 4]
        if w.chance(0.3):
            name, body = f"count_{letter}", [
                f"if {p} == {w.literal('')}:",
                "    return 0",
                f"rest = {{f}}({p}[1:])",
                f"if {p}[0] == {w.literal(letter)}:",
                "    return rest + 1",
                "return rest",
            ]
            result = text.count(letter)
        argument, items = w.literal(text), list(text)
    else:
        nested: list[Any] = [w.between(1, 9), [w.between(1, 9), [w.between(1, 9)]], w.between(1, 9)]
        if w.chance(0.5):
            nested.insert(w.between(0, 3), [])
        p, items = "items", [0] * 8
        name, result = w.pick((("flatten", None), ("deep_sum", None), ("depth", None)))
        body = {
            "flatten": [
                "result = []",
                "for item in items:",
                "    if isinstance(item, list):",
                "        result += {f}(item)",
                "    else:",
                "        result.append(item)",
                "return result",
            ],
            "deep_sum": [
                "total = 0",
                "for item in items:",
                "    total += {f}(item) if isinstance(item, list) else item",
                "return total",
            ],
            "depth": [
                "deepest = 0",
                "for item in items:",
                "    if isinstance(item, list):",
                "        deepest = max(deepest, {f}(item))",
                "return deepest + 1",
            ],
        }[name]
        argument = w.read(w.assign(w.fresh("nested", "tree", "parts"), repr(nested), nested))
    name = w.fresh(name, f"{name}_of")
    w.define(
        f"def {name}({p}):", *(line.replace("{f}", name) for line in body), doc="Handle the first item, then the rest."
    )
    w.events += (len(items) + 1) * (3 + len(body))
    if w.chance(0.6) or result is None:
        w.show(f"{name}({argument})")
    else:
        w.assign(w.any_fresh("result", "answer", "value"), f"{name}({argument})", result)


def chain(w: Writer) -> None:
    """Define small functions, and nest their calls."""
    names = w.sample(("adjust", "step", "scale", "convert", "f", "g", "h", "change", "next_value"), w.between(2, 3))
    chosen = [(w.fresh(name, f"{name}_value"), number_mapping(w)) for name in names]
    x = w.pick(("x", "n", "value", "number"))
    for name, mapping in chosen:
        w.define(f"def {name}({x}):", f"return {on(mapping.text, x)}", hints=("int",), returns="int")
    outer = None
    value = start = w.number(1, 20)
    if w.chance(0.5):
        outer = w.fresh("combine", "process", "run_all")
        inner = x
        for name, _ in chosen:
            inner = f"{name}({inner})"
        extra = w.between(1, 9)
        w.define(f"def {outer}({x}):", f"return {inner} + {extra}", hints=("int",), returns="int")
    w.paragraph()
    for _, mapping in chosen:
        value = mapping.apply(value)
    text = str(start)
    if outer:
        value, text = value + extra, f"{outer}({text})"
    else:
        for name, _ in chosen:
            text = f"{name}({text})"
    w.events += 3 * len(chosen) + 5
    w.assign(w.any_fresh("result", "answer", "final"), text, value)
    if w.chance(0.4):
        (one, first), (two, second) = chosen[:2]
        k = w.between(1, 9)
        w.events += 6
        w.assign(
            w.any_fresh("mixed", "both", "total"), f"{one}({k}) + {two}({k + 1})", first.apply(k) + second.apply(k + 1)
        )


def higher_order(w: Writer) -> None:
    """Pass functions as arguments, or return functions that remember values."""
    w.paragraph()
    mapping, k, start = number_mapping(w), w.between(2, 9), w.between(1, 12)
    kind = w.between(0, 4)
    if kind == 0:
        name, used = w.fresh("apply_twice", "twice", "do_twice"), w.fresh("change", "grow", "increase")
        w.define(f"def {used}(x):", f"return {on(mapping.text, 'x')}")
        w.define(f"def {name}(function, value):", "return function(function(value))")
        w.events += 10
        w.assign(w.any_fresh("result", "answer"), f"{name}({used}, {start})", mapping.apply(mapping.apply(start)))
    elif kind == 1:
        name, inner, made = (
            w.fresh("make_adder", "adder"),
            w.pick(("add", "inner")),
            w.fresh("add_more", "plus", "adder_one"),
        )
        w.define(f"def {name}(amount):", f"def {inner}(value):", "    return value + amount", f"return {inner}")
        w.lines(f"{made} = {name}({k})", events=5)
        w.taken.add(made)
        for _ in range(w.between(1, 2)):
            start = w.between(1, 30)
            w.show(f"{made}({start})")
            w.events += 3
    elif kind == 2:
        name, made = w.fresh("make_counter", "new_counter"), w.fresh("counter", "next_number", "count_calls")
        w.define(
            f"def {name}():",
            "count = 0",
            "def increase():",
            "    nonlocal count",
            "    " + w.updated("count", "+", str(k)),
            "    return count",
            "return increase",
        )
        times = w.between(2, 3)
        w.lines(f"{made} = {name}()", *[f"print({made}())"] * times, events=6 + 5 * times)
        w.prints = True
    elif kind == 3:
        listed = w.number_list(2, 5)
        items = w.values[listed]
        name, used = w.fresh("map_list", "apply_to_all", "transform_all"), w.fresh("change", "convert_one", "step_up")
        w.define(f"def {used}(x):", f"return {on(mapping.text, 'x')}")
        w.define(
            f"def {name}(function, items):",
            "result = []",
            "for item in items:",
            "    result.append(function(item))",
            "return result",
        )
        w.events += 6 + 6 * len(items)
        w.assign(
            w.any_fresh("changed", "mapped", "result"), f"{name}({used}, {listed})", [mapping.apply(x) for x in items]
        )
    else:
        listed = w.word_list(2, 4)
        items = w.values[listed]
        key, function = w.pick(
            (
                ("len", len),
                ("str.lower", str.lower),
                ("lambda word: word[-1]", lambda text: text[-1:]),
                ("lambda word: (len(word), word)", lambda text: (len(text), text)),
            )
        )
        w.events += 4 * len(items)
        if all(items):
            w.assign(w.fresh("ordered", "sorted_words"), f"sorted({listed}, key={key})", sorted(items, key=function))
        else:
            w.show(listed)


def mutual(w: Writer) -> None:
    """Define functions that call each other, or print on the way down and up."""
    w.paragraph()
    kind = w.between(0, 3)
    n = w.length(2, 6)
    if kind == 0:
        even, odd = w.fresh("is_even", "even"), w.fresh("is_odd", "odd")
        w.define(
            f"def {even}(n):", "if n == 0:", "    return True", f"return {odd}(n - 1)", hints=("int",), returns="bool"
        )
        w.define(
            f"def {odd}(n):", "if n == 0:", "    return False", f"return {even}(n - 1)", hints=("int",), returns="bool"
        )
        w.events += 5 * (n + 1)
        w.show(f"{even}({n})" if w.chance(0.5) else f"{odd}({n})")
    elif kind == 1:
        name = w.fresh("countdown", "count_down", "descend")
        after = w.chance(0.5)
        w.define(
            f"def {name}(n):",
            "if n == 0:",
            f"    print({w.literal(w.pick(('Go!', 'zero', 'bottom')))})",
            "    return",
            "print(n)",
            f"{name}(n - 1)",
            *([f"print({w.literal('back')}, n)"] if after else []),
            hints=("int",),
        )
        w.lines(f"{name}({n})", events=7 * (n + 1))
        w.prints = True
    elif kind == 2:
        disks = w.between(1, 3 if w.limit > 100 else 1)
        name = w.fresh("hanoi", "move_tower")
        a, b, c = w.pick((("A", "B", "C"), ("left", "middle", "right"), ("x", "y", "z")))
        w.define(
            f"def {name}(n, source, spare, target):",
            "if n == 0:",
            "    return 0",
            f"moves = {name}(n - 1, source, target, spare)",
            f"print({w.literal('disk')}, n, source, {w.literal('->')}, target)",
            f"return moves + 1 + {name}(n - 1, spare, source, target)",
        )
        w.prints = True
        w.events += 2 ** (disks + 1) * 6
        w.show(f"{name}({disks}, {w.literal(a)}, {w.literal(b)}, {w.literal(c)})")
    else:
        name, memo = w.fresh("fib", "fast_fib"), w.fresh("memo", "cache", "known")
        n = w.length(3, 8)
        if w.style.has_main:
            return numeric(w)
        w.define(
            f"def {name}(n):",
            f"if n in {memo}:",
            f"    return {memo}[n]",
            f"{memo}[n] = {name}(n - 1) + {name}(n - 2)",
            f"return {memo}[n]",
            hints=("int",),
            returns="int",
        )
        w.lines(f"{memo} = {{0: 0, 1: 1}}")
        w.events += 12 * n
        w.show(f"{name}({n})")
        if w.chance(0.5):
            w.show(f"len({memo})")
    return None


PARTS = (numeric, numeric, numeric, on_sequence, on_sequence, chain, higher_order, higher_order, mutual)
