"""Level 4: lists and tuples, indexing and slicing."""

from __future__ import annotations

from statecode.programs.generated.expressions import number_mapping, number_test, on
from statecode.programs.generated.writer import Writer


def index(w: Writer) -> None:
    """Read items by index and by slice."""
    w.paragraph()
    name = w.number_list(4, 8) if w.chance(0.6) else w.word_list(4, 7)
    items = w.values[name]
    size = len(items)
    i, j = w.between(1, size - 2), w.between(1, size - 1)
    low, high = sorted((w.between(0, size - 1), w.between(1, size)))
    if low == high:
        low = 0
    found = w.sample(
        (
            ("first", f"{name}[0]", items[0]),
            ("last", f"{name}[-1]", items[-1]),
            ("second", f"{name}[1]", items[1]),
            ("middle", f"{name}[len({name}) // 2]", items[size // 2]),
            ("part", f"{name}[{low}:{high}]", items[low:high]),
            ("head", f"{name}[:{i}]", items[:i]),
            ("tail", f"{name}[{i}:]", items[i:]),
            ("backwards", f"{name}[::-1]", items[::-1]),
            ("every_second", f"{name}[::2]", items[::2]),
            ("last_two", f"{name}[-2:]", items[-2:]),
            ("rest", f"{name}[1:]", items[1:]),
            ("inner", f"{name}[1:-1]", items[1:-1]),
            ("item", f"{name}[{j}]", items[j]),
            ("copy", f"{name}[:]", items[:]),
            ("odd_places", f"{name}[1::2]", items[1::2]),
            ("nothing", f"{name}[{size}:]", items[size:]),
        ),
        w.between(1, 3),
    )
    for new, text, value in found:
        w.assign(w.fresh(new, f"{new}_items"), text, value)


def change(w: Writer) -> None:
    """Change a list with its methods, item assignment and del."""
    w.paragraph()
    name = w.number_list(3, 7) if w.chance(0.55) else w.word_list(3, 6)
    items = list(w.values[name])
    is_number = type(items[0]) is int
    new = w.number(-9, 60) if is_number else w.pick(("new", "last", "extra", "zebra", "x"))
    for _ in range(w.between(2, 4)):
        kind = w.between(0, 9)
        place = w.between(0, max(0, len(items) - 1))
        if kind <= 1 or not items:
            w.lines(f"{name}.append({w.literal(new)})")
            items.append(new)
        elif kind == 2:
            w.lines(f"{name}.insert({place}, {w.literal(new)})")
            items.insert(place, new)
        elif kind == 3:
            last = w.any_fresh("last", "removed", "popped", "taken")
            where = "" if w.chance(0.6) else w.pick(("0", "-1", str(place)))
            value = items.pop(int(where or -1))
            w.assign(last, f"{name}.pop({where})", value)
        elif kind == 4:
            w.lines(f"{name}.remove({w.literal(items[place])})")
            items.remove(items[place])
        elif kind == 5:
            w.lines(f"{name}.reverse()")
            items.reverse()
        elif kind == 6:
            order = w.chance(0.25)
            w.lines(f"{name}.sort({'reverse=True' if order else ''})")
            items.sort(reverse=order)
        elif kind == 7:
            w.lines(f"{name}[{place}] = {w.literal(new)}")
            items[place] = new
        elif kind == 8 and len(items) > 1:
            w.lines(f"{name}[0], {name}[-1] = {name}[-1], {name}[0]")
            items[0], items[-1] = items[-1], items[0]
        else:
            w.lines(f"del {name}[{place}]")
            del items[place]
        new = w.number(-9, 60) if is_number else w.pick(("first", "other", "more", "y", "spare"))
    w.holds(name, items)


def summarise(w: Writer) -> None:
    """Call built-in functions on a list."""
    w.paragraph()
    name = w.number_list(3, 8)
    items = w.values[name]
    probe = w.pick(items) if w.chance(0.6) else w.number(0, 50)
    found = w.sample(
        (
            ("total", f"sum({name})", sum(items)),
            ("largest", f"max({name})", max(items)),
            ("smallest", f"min({name})", min(items)),
            ("count", f"len({name})", len(items)),
            ("ordered", f"sorted({name})", sorted(items)),
            ("spread", f"max({name}) - min({name})", max(items) - min(items)),
            ("times", f"{name}.count({probe})", items.count(probe)),
            ("place", f"{name}.index({items[-1]})", items.index(items[-1])),
            ("is_there", f"{probe} in {name}", probe in items),
            ("average", f"sum({name}) // len({name})", sum(items) // len(items)),
            ("twice", f"{name} * 2", items * 2),
            ("descending", f"sorted({name}, reverse=True)", sorted(items, reverse=True)),
            ("longer", f"{name} + [{probe}]", [*items, probe]),
            ("half", f"len({name}) // 2", len(items) // 2),
            ("top_two", f"sorted({name})[-2:]", sorted(items)[-2:]),
        ),
        w.between(1, 3),
    )
    for new, text, value in found:
        w.assign(w.fresh(new, f"{new}_value"), text, value)


def build(w: Writer) -> None:
    """Build a list in a loop."""
    w.paragraph()
    name = w.number_list(3, 7)
    items = w.values[name]
    item = w.item_name(name)
    test, mapping = number_test(w, items), number_mapping(w)
    kind = w.between(0, 4)
    usual = w.pick(("result", "selected", "output", "chosen", "new_list"))
    special = {"even numbers": "evens", "odd numbers": "odds", "negative numbers": "negatives"}.get(test.comment, usual)
    new = w.fresh(special if kind == 0 else usual, "result", "output", "collected", "second_list", "others")
    value: list[int]
    if kind == 0:
        body, value = [f"    if {on(test.text, item)}:", f"        {new}.append({item})"], [
            x for x in items if test.holds(x)
        ]
    elif kind == 1:
        body, value = [f"    {new}.append({on(mapping.text, item)})"], [mapping.apply(x) for x in items]
    elif kind == 2:
        body = [
            f"    if {on(test.text, item)}:",
            f"        {new}.append({on(mapping.text, item)})",
            "    else:",
            f"        {new}.append({item})",
        ]
        value = [mapping.apply(x) if test.holds(x) else x for x in items]
    elif kind == 3:
        total = w.any_fresh("total", "running", "so_far")
        w.note("running totals")
        w.lines(f"{total} = 0")
        value, so_far = [], 0
        for x in items:
            so_far += x
            value.append(so_far)
        body = ["    " + w.updated(total, "+", item), f"    {new}.append({total})"]
    else:
        w.note("without duplicates")
        body, value = [f"    if {item} not in {new}:", f"        {new}.append({item})"], list(dict.fromkeys(items))
    w.lines(f"{new} = []", f"for {item} in {name}:", *body, events=2 + len(items) * (1 + len(body)))
    w.holds(new, value)


def walk(w: Writer) -> None:
    """Find something in a list with a loop over items or over indexes."""
    w.paragraph()
    name = w.number_list(3, 7)
    items = w.values[name]
    size = len(items)
    i, item = w.loop_name("i"), w.item_name(name)
    kind = w.between(0, 5)
    if kind == 0:
        best = w.any_fresh("largest", "best", "maximum", "top", "highest")
        w.lines(
            f"{best} = {name}[0]",
            f"for {item} in {name}[1:]:" if w.chance(0.4) else f"for {item} in {name}:",
            f"    if {item} > {best}:",
            f"        {best} = {item}",
            events=2 + 3 * size,
        )
        w.holds(best, max(items))
    elif kind == 1:
        place = w.any_fresh("position", "place", "where", "found_at")
        target = w.pick(items)
        w.lines(
            f"{place} = -1",
            f"for {i} in range(len({name})):",
            f"    if {name}[{i}] == {target}:",
            f"        {place} = {i}",
            "        break",
            events=4 + 2 * size,
        )
        w.holds(place, items.index(target))
    elif kind == 2:
        count = w.any_fresh("rises", "increases", "ups", "count")
        w.note("compare each item with the one before")
        w.lines(
            f"{count} = 0",
            f"for {i} in range(1, len({name})):",
            f"    if {name}[{i}] > {name}[{i} - 1]:",
            f"        {w.updated(count, '+', '1')}",
            events=2 + 3 * size,
        )
        w.holds(count, sum(b > a for a, b in zip(items, items[1:], strict=False)))
    elif kind == 3:
        start = w.chance(0.3)
        w.lines(
            f"for {i}, {item} in enumerate({name}{', start=1' if start else ''}):",
            f"    print({i}, {item})",
            events=1 + 2 * size,
        )
        w.prints = True
    elif kind == 4:
        mapping = number_mapping(w)
        w.lines(
            f"for {i} in range(len({name})):",
            f"    {name}[{i}] = {on(mapping.text, f'{name}[{i}]')}",
            events=1 + 2 * size,
        )
        w.holds(name, [mapping.apply(x) for x in items])
    else:
        left, right = w.fresh("left", "lo", "start"), w.fresh("right", "hi", "end")
        w.note("reverse in place")
        w.lines(
            f"{left} = 0",
            f"{right} = len({name}) - 1",
            f"while {left} < {right}:",
            f"    {name}[{left}], {name}[{right}] = {name}[{right}], {name}[{left}]",
            "    " + w.updated(left, "+", "1"),
            "    " + w.updated(right, "-", "1"),
            events=3 + 4 * (size // 2),
        )
        w.holds(name, items[::-1])


def tuples(w: Writer) -> None:
    """Unpack, compare and concatenate tuples."""
    w.paragraph()
    kind = w.between(0, 4)
    if kind == 0:
        name, x, y = w.pick(
            (
                ("point", "x", "y"),
                ("position", "row", "column"),
                ("size", "width", "height"),
                ("person", "name", "age"),
                ("pair", "left", "right"),
            )
        )
        if {name, x, y} & w.taken:
            return summarise(w)
        first = w.pick(("Ada", "Ben", "Kim")) if name == "person" else w.number(-9, 30)
        second = w.number(1, 60)
        w.assign(name, w.literal((first, second)), (first, second))
        w.lines(f"{x}, {y} = {w.read(name)}")
        w.holds(x, first)
        w.holds(y, second)
        if type(first) is int and w.chance(0.6):
            moved = w.fresh("moved", "other", "shifted")
            k = w.between(1, 9)
            w.assign(moved, f"({w.read(x)} + {k}, {w.read(y)} - {k})", (first + k, second - k))
    elif kind == 1:
        name = w.number_list(3, 6)
        items = w.values[name]
        first, rest = w.fresh("first", "head"), w.fresh("rest", "others", "tail")
        if w.chance(0.6):
            w.lines(f"{first}, *{rest} = {name}")
            w.holds(first, items[0])
            w.holds(rest, items[1:])
        else:
            w.lines(f"*{rest}, {first} = {name}")
            w.holds(first, items[-1])
            w.holds(rest, items[:-1])
    elif kind == 2:
        count = w.length(2, 4)
        names, numbers = w.word_list(count, count), w.numbers(1, 60, count)
        other = w.assign_literal(w.fresh("amounts", "numbers", "counts"), numbers)
        words = w.values[names]
        a, b = w.item_name(names), w.loop_name("amount")
        w.lines(
            f"for {a}, {b} in zip({names}, {w.read(other)}):",
            f"    print({a}, {b})",
            events=1 + 2 * min(len(words), count),
        )
        w.prints = True
        if w.chance(0.5):
            w.assign(w.fresh("pairs", "table"), f"list(zip({names}, {other}))", list(zip(words, numbers, strict=False)))
    elif kind == 3:
        name = w.fresh("pairs", "points", "edges")
        value = [(w.between(0, 9), w.between(0, 9)) for _ in range(w.length(2, 4))]
        w.assign_literal(name, value)
        total = w.any_fresh("total", "result", "length")
        x, y = w.loop_name("x"), w.loop_name("y")
        if x == y:
            return None
        symbol, result = w.pick(
            (
                ("{} * {}", sum(a * b for a, b in value)),
                ("abs({} - {})", sum(abs(a - b) for a, b in value)),
                ("max({}, {})", sum(map(max, value))),
            )
        )
        w.lines(
            f"{total} = 0",
            f"for {x}, {y} in {w.read(name)}:",
            f"    {w.updated(total, '+', symbol.format(x, y))}",
            events=2 + 2 * len(value),
        )
        w.holds(total, result)
    else:
        name = w.fresh("version", "date", "code", "key")
        triple, bound = tuple(w.numbers(1, 12, 3)), tuple(w.numbers(1, 12, w.between(2, 3)))
        w.assign(name, w.literal(triple), triple)
        w.assign(w.fresh("is_newer", "is_later", "comes_after"), f"{w.read(name)} > {w.literal(bound)}", triple > bound)
    return None


def matrix(w: Writer) -> None:
    """Use a list of lists."""
    w.paragraph()
    name = w.any_fresh("matrix", "grid", "table", "rows", "board")
    columns = w.length(2, 3)
    value = [w.numbers(0, 9, columns) for _ in range(w.length(2, 3))]
    if w.style.long_literals and w.limit > 100:
        w.lines(f"{name} = [", *(f"    {row}," for row in value), "]")
        w.holds(name, value)
    else:
        w.assign(name, w.literal(value), value)
    w.read(name)
    row = w.loop_name(w.pick(("row", "line", "r")))
    cells = sum(map(len, value))
    kind = w.between(0, 4)
    if kind == 0:
        w.lines(
            f"for {row} in {name}:",
            f"    print({w.pick((row, f'sum({row})', f'*{row}', f'max({row}), {row}'))})",
            events=1 + 2 * len(value),
        )
        w.prints = True
    elif kind == 1:
        total, cell = w.any_fresh("total", "count", "result"), w.loop_name("cell")
        test = number_test(w, [item for line in value for item in line])
        w.lines(
            f"{total} = 0",
            f"for {row} in {name}:",
            f"    for {cell} in {row}:",
            f"        if {on(test.text, cell)}:",
            f"            {w.updated(total, '+', cell)}",
            events=2 + 2 * len(value) + 3 * cells,
        )
        w.holds(total, sum(item for line in value for item in line if test.holds(item)))
    elif kind == 2:
        i, total = w.loop_name("i"), w.any_fresh("trace", "diagonal", "total")
        size = min(len(value), columns)
        w.lines(
            f"{total} = 0",
            f"for {i} in range({size}):",
            f"    {w.updated(total, '+', f'{name}[{i}][{i}]')}",
            events=2 + 2 * size,
        )
        w.holds(total, sum(value[k][k] for k in range(size)))
    elif kind == 3:
        flat = w.any_fresh("flat", "cells", "all_values")
        body = f"    {flat}.extend({row})" if w.chance(0.5) else f"    {flat} += {row}"
        w.lines(f"{flat} = []", f"for {row} in {name}:", body, events=2 + 2 * len(value))
        w.holds(flat, [item for line in value for item in line])
    else:
        x, y, new = w.between(0, len(value) - 1), w.between(0, columns - 1), w.between(10, 40)
        w.lines(f"{name}[{x}][{y}] = {new}")
        value[x][y] = new
        w.holds(name, value)
        w.assign(w.fresh("corner", "cell", "value"), f"{w.read(name)}[-1][0]", value[-1][0])
        if w.chance(0.5):
            w.show(name)


def decimals(w: Writer) -> None:
    """Use a list of floats."""
    w.paragraph()
    name, item = w.pick((("prices", "price"), ("weights", "weight"), ("lengths", "length"), ("rates", "rate")))
    name, item = w.fresh(name, "amounts", "measures"), w.loop_name(item)
    items = [w.between(1, 120) / 4 for _ in range(w.length(2, 5))]
    w.assign_literal(name, items)
    total, k, size = w.any_fresh("total", "result", "sum_of_all"), w.between(2, 4), len(items)
    w.read(name)
    kind = w.between(0, 3)
    if kind == 0:
        w.lines(f"{total} = 0", f"for {item} in {name}:", "    " + w.updated(total, "+", item), events=2 + 2 * size)
        w.holds(total, sum(items))
    elif kind == 1:
        bound = w.pick(items)
        body = [f"    if {item} >= {bound}:", "        " + w.updated(total, "+", f"{item} * {k}")]
        w.lines(f"{total} = 0.0", f"for {item} in {name}:", *body, events=2 + 3 * size)
        w.holds(total, sum((x * k for x in items if x >= bound), 0.0))
    elif kind == 2:
        new = w.any_fresh("halves", "scaled", "changed")
        body = [f"    {new}.append({item} / 2)"]
        w.lines(f"{new} = []", f"for {item} in {name}:", *body, events=2 + 2 * size)
        w.holds(new, [x / 2 for x in items])
    else:
        w.assign(w.fresh("cheapest" if name == "prices" else "smallest", "lowest"), f"min({name})", min(items))
        w.assign(w.fresh("gap", "spread"), f"max({name}) - min({name})", max(items) - min(items))


def alias(w: Writer) -> None:
    """Change a list that two names refer to, or a copy."""
    w.paragraph("two names for one list" if w.chance(0.5) else "")
    name = w.number_list(2, 5)
    items = w.values[name]
    other = w.any_fresh("other", "backup", "same", "copy", "second")
    is_copy = w.chance(0.5)
    new = w.number(1, 50)
    text = w.pick((f"{name}[:]", f"list({name})", f"{name}.copy()")) if is_copy else name
    w.lines(f"{other} = {text}", f"{other}.append({new})")
    changed = [*items, new]
    if is_copy:
        w.holds(other, changed)
        w.holds(name, items)
    else:
        w.holds(other, changed)
        w.holds(name, changed)
    if w.chance(0.3):
        w.assign(w.fresh("identical", "same_object"), f"{name} is {w.read(other)}", not is_copy)
        w.read(name)
    w.show(name, other)


def empty(w: Writer) -> None:
    """Use a list as a stack or a queue until it is empty."""
    name = w.any_fresh("stack", "queue", "todo", "pending")
    last = name == "stack" or w.chance(0.3)
    items = w.numbers(1, 30, w.length(2, 5))
    item = w.any_fresh("item", "task", "current", "top")
    total = w.any_fresh("total", "done", "result")
    w.paragraph()
    pushes = w.chance(0.4)
    if pushes:
        w.lines(f"{name} = []", *(f"{name}.append({value})" for value in items))
    else:
        w.lines(f"{name} = {items}")
    collects = w.chance(0.5)
    condition = name if w.chance(0.6) else f"len({name}) > 0"
    w.lines(
        f"{total} = {'[]' if collects else 0}",
        f"while {condition}:",
        f"    {item} = {name}.pop({'' if last else '0'})",
        f"    {total}.append({item})" if collects else "    " + w.updated(total, "+", item),
        events=2 + 3 * len(items),
    )
    w.values[name] = []
    w.holds(total, (items[::-1] if last else items) if collects else sum(items))
    if w.chance(0.2):
        w.show(name)


PARTS = (index, index, change, change, summarise, build, build, walk, walk, tuples, matrix, alias, empty, decimals)
