"""Level 9, first part: comprehensions and generators."""

from __future__ import annotations

from statecode.programs.generated.expressions import number_mapping, number_test, on
from statecode.programs.generated.writer import Writer


def of_numbers(w: Writer) -> None:
    """Write comprehensions over integers."""
    w.paragraph()
    name = w.number_list(3, 6)
    items, item = w.values[name], w.item_name(name)
    for _ in range(w.between(1, 2)):
        test, mapping = number_test(w, items), number_mapping(w)
        condition, changed = on(test.text, item), on(mapping.text, item)
        kept = [x for x in items if test.holds(x)]
        kind = w.between(0, 6)
        w.events += 6 + 2 * len(items)
        if kind == 0:
            w.assign(
                w.any_fresh("changed", "results", "mapped", "new_values"),
                f"[{changed} for {item} in {name}]",
                [mapping.apply(x) for x in items],
            )
        elif kind == 1:
            names = {"even numbers": ("evens",), "odd numbers": ("odds",)}.get(
                test.comment, ("selected", "kept", "matching", "filtered")
            )
            w.assign(w.any_fresh(*names), f"[{item} for {item} in {name} if {condition}]", kept)
        elif kind == 2:
            w.assign(
                w.any_fresh("changed", "results", "output"),
                f"[{changed} for {item} in {name} if {condition}]",
                [mapping.apply(x) for x in kept],
            )
        elif kind == 3:
            w.assign(
                w.any_fresh("table", "lookup", "by_value"),
                f"{{{item}: {changed} for {item} in {name}}}",
                {x: mapping.apply(x) for x in items},
            )
        elif kind == 4:
            w.assign(
                w.any_fresh("adjusted", "cleaned", "replaced"),
                f"[{item} if {condition} else {w.pick(('0', '-1'))} for {item} in {name}]",
                None,
            )
        elif kind == 5:
            w.assign(
                w.any_fresh("distinct", "kinds"),
                f"sorted({{{changed} for {item} in {name}}})",
                sorted({mapping.apply(x) for x in items}),
            )
        else:
            i = w.loop_name("i")
            w.assign(
                w.any_fresh("places", "positions"),
                f"[{i} for {i}, {item} in enumerate({name}) if {condition}]",
                [k for k, x in enumerate(items) if test.holds(x)],
            )


def of_words(w: Writer) -> None:
    """Write comprehensions over strings and nested lists."""
    w.paragraph()
    name = w.word_list(2, 5)
    items, item = w.values[name], w.item_name(name)
    size = w.between(3, 5)
    w.events += 8 + 4 * len(items)
    kind = w.between(0, 5)
    if kind == 0:
        w.assign(
            w.any_fresh("lengths", "sizes"), f"{{{item}: len({item}) for {item} in {name}}}", {x: len(x) for x in items}
        )
    elif kind == 1:
        w.assign(
            w.any_fresh("loud", "upper_words", "capitals"),
            f"[{item}.upper() for {item} in {name} if len({item}) > {size}]",
            [x.upper() for x in items if len(x) > size],
        )
    elif kind == 2:
        w.assign(
            w.any_fresh("initials", "firsts"),
            f"{w.literal('')}.join({item}[0] for {item} in {name})",
            "".join(x[0] for x in items if x),
        )
    elif kind == 3:
        w.assign(w.any_fresh("longest", "max_length"), f"max(len({item}) for {item} in {name})", max(map(len, items)))
    elif kind == 4:
        columns, rows = w.between(2, 3), w.between(2, 3)
        i, j = w.loop_name("i"), w.loop_name("j")
        w.events += 6 * columns * rows
        w.assign(
            w.any_fresh("grid", "matrix", "products"),
            f"[[{i} * {j} for {j} in range({columns})] for {i} in range({rows})]",
            [[x * y for y in range(columns)] for x in range(rows)],
        )
        w.show(name)
    else:
        w.assign(
            w.any_fresh("swapped", "tail_first", "backwards"),
            f"[{item}[::-1] for {item} in {name}]",
            [x[::-1] for x in items],
        )


def reductions(w: Writer) -> None:
    """Pass generator expressions to sum, any, all, max and next."""
    w.paragraph()
    name = w.number_list(3, 6)
    items, item = w.values[name], w.item_name(name)
    test, mapping = number_test(w, items), number_mapping(w)
    condition, changed = on(test.text, item), on(mapping.text, item)
    w.events += 3 * (8 + 4 * len(items))
    for new, text, value in w.sample(
        (
            ("total", f"sum({changed} for {item} in {name})", sum(map(mapping.apply, items))),
            ("count", f"sum(1 for {item} in {name} if {condition})", sum(map(test.holds, items))),
            ("any_match", f"any({condition} for {item} in {name})", any(map(test.holds, items))),
            ("all_match", f"all({condition} for {item} in {name})", all(map(test.holds, items))),
            ("largest", f"max({changed} for {item} in {name})", max(map(mapping.apply, items))),
            (
                "first",
                f"next(({item} for {item} in {name} if {condition}), None)",
                next((x for x in items if test.holds(x)), None),
            ),
        ),
        w.between(1, 3),
    ):
        w.assign(w.fresh(new, f"{new}_value"), text, value)


def generators(w: Writer) -> None:
    """Define a generator function, and use it in a loop, by next or by a built-in function."""
    n, k = w.length(2, 5), w.between(2, 6)
    test, mapping = number_test(w, list(range(1, n + 4))), number_mapping(w)
    name, parameters, body, arguments, values = w.pick(
        (
            ("countdown", "n", ["while n > 0:", "    yield n", "    n -= 1"], f"{n}", list(range(n, 0, -1))),
            (
                "multiples",
                "step, limit",
                ["value = step", "while value <= limit:", "    yield value", "    value += step"],
                f"{k}, {k * n + 1}",
                [k * x for x in range(1, n + 1)],
            ),
            (
                "fibonacci",
                "count",
                ["a, b = 0, 1", "for _ in range(count):", "    yield a", "    a, b = b, a + b"],
                f"{n}",
                [0, 1, 1, 2, 3, 5, 8][:n],
            ),
            (
                "select",
                "limit",
                ["for i in range(1, limit):", f"    if {on(test.text, 'i')}:", "        yield i"],
                f"{n + 4}",
                [x for x in range(1, n + 4) if test.holds(x)],
            ),
            (
                "changed",
                "items",
                ["for item in items:", f"    yield {on(mapping.text, 'item')}"],
                repr(one := w.numbers(1, 20, n)),
                [mapping.apply(x) for x in one],
            ),
            (
                "powers",
                "base, limit",
                ["value = 1", "while value < limit:", "    yield value", "    value *= base"],
                f"{k}, {k ** 3}",
                [1, k, k * k],
            ),
            (
                "pairs",
                "items",
                ["for i in range(len(items) - 1):", "    yield items[i] + items[i + 1]"],
                repr(two := w.numbers(0, 9, n)),
                [x + y for x, y in zip(two, two[1:], strict=False)],
            ),
            (
                "running_total",
                "items",
                ["total = 0", "for item in items:", "    total += item", "    yield total"],
                repr(three := w.numbers(-5, 20, n)),
                [sum(three[: x + 1]) for x in range(n)],
            ),
        )
    )
    name = w.fresh(name, f"generate_{name}", f"{name}_of")
    w.define(f"def {name}({parameters}):", *body, doc="Yield one number after the other.")
    w.paragraph()
    call, steps = f"{name}({arguments})", 8 + (len(body) + 4) * (n + 4)
    w.events += steps
    kind = w.between(0, 4)
    if kind == 0:
        item = w.loop_name(w.pick(("value", "number", "x")))
        w.lines(f"for {item} in {call}:", f"    print({item})", events=2 + 2 * (n + 4))
        w.prints = True
    elif kind == 1:
        w.assign(w.any_fresh("numbers", "values", "result"), f"list({call})", values)
    elif kind == 2:
        w.assign(w.any_fresh("total", "total_sum", "all_together"), f"sum({call})", sum(values))
    elif kind == 3 and len(values) > 1:
        source = w.fresh("source", "gen", "stream")
        w.lines(f"{source} = {call}")
        w.show(f"next({source})")
        if w.chance(0.5):
            w.show(f"next({source})")
            w.show(f"next({source}, None)")
        else:
            w.show(f"list({source})")
    else:
        w.show(f"{w.pick(('max', 'list', 'tuple', 'sorted'))}({call})" if values else f"list({call})")


PARTS = (of_numbers, of_numbers, of_words, reductions, generators, generators)
