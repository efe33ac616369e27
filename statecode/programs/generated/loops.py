"""Level 3: loops with `for` and `while` over numbers."""

from __future__ import annotations

import math

from statecode.programs.generated.expressions import number_mapping, number_test, on
from statecode.programs.generated.writer import Writer

COUNTERS = ("i", "k", "n", "j", "step", "number")


def _range(w: Writer, rounds: int) -> tuple[str, range]:
    """Return the text and the value of a range with this many items."""
    kind = w.between(0, 7)
    if kind <= 2:
        return f"range({rounds})", range(rounds)
    if kind <= 4:
        return f"range(1, {rounds + 1})", range(1, rounds + 1)
    start = w.between(2, 20)
    if kind == 5:
        return f"range({start}, {start + rounds})", range(start, start + rounds)
    step = w.between(2, 5)
    if kind == 6:
        stop = start + step * rounds
        return f"range({start}, {stop}, {step})", range(start, stop, step)
    stop = w.between(0, 2)
    return f"range({stop + rounds}, {stop}, -1)", range(stop + rounds, stop, -1)


def accumulate(w: Writer) -> None:
    """Add up, multiply or count in a for loop, perhaps under a condition."""
    text, items = _range(w, w.length(2, 9))
    counter, total = w.loop_name(w.pick(COUNTERS)), w.any_fresh("total", "result", "acc", "sum_of_all", "s")
    mapping = number_mapping(w)
    test = number_test(w, list(items)) if w.chance(0.55) else None
    w.paragraph(f"only {test.comment}" if test and test.comment else "")
    used = [item for item in items if test is None or test.holds(item)]
    body, indent = [], "    "
    if test:
        body.append(f"    if {on(test.text, counter)}:")
        indent = "        "
    kind = w.between(0, 5)
    start = 0
    if kind == 0 and len(items) < 7 and 0 not in items:
        start = 1
        body.append(indent + w.updated(total, "*", counter))
        value = math.prod(used)
    elif kind == 1 and test:
        body.append(indent + w.updated(total, "+", "1"))
        value = len(used)
    elif kind <= 3:
        body.append(indent + w.updated(total, "+", counter))
        value = sum(used)
    else:
        body.append(indent + w.updated(total, "+", on(mapping.text, counter)))
        value = sum(map(mapping.apply, used))
    w.lines(f"{total} = {start}")
    if test and w.chance(0.3):
        other = w.any_fresh("others", "skipped", "rest", "misses")
        w.lines(f"{other} = 0")
        body += ["    else:", indent + w.updated(other, "+", "1")]
        w.holds(other, len(items) - len(used))
    shown_each_time = w.chance(0.25)
    if shown_each_time:
        w.prints = True
        body.append(f"    print({counter}, {total})")
    w.lines(f"for {counter} in {text}:", *body, events=1 + len(items) * (1 + len(body)))
    w.holds(total, value)


def sequence(w: Writer) -> None:
    """Compute a sequence such as Fibonacci's with variables that change together."""
    rounds = w.length(3, 9)
    a, b = w.pick((("a", "b"), ("x", "y"), ("previous", "current"), ("first", "second"), ("low", "high")))
    if a in w.taken or b in w.taken:
        return accumulate(w)
    first, second = (0, 1) if w.chance(0.4) else (w.between(0, 5), w.between(1, 9))
    w.paragraph("every number is the sum of the two before" if w.chance(0.5) else "")
    if w.chance(0.6):
        w.lines(f"{a}, {b} = {first}, {second}")
    else:
        w.lines(f"{a} = {first}", f"{b} = {second}")
    kind = w.pick(("sum", "sum", "double", "difference"))
    text, step = {
        "sum": (f"{a} + {b}", lambda x, y: (y, x + y)),
        "double": (f"{a} + 2 * {b}", lambda x, y: (y, x + 2 * y)),
        "difference": (f"{b} - {a}", lambda x, y: (y, y - x)),
    }[kind]
    counter = w.loop_name(w.pick(("i", "_", "i")))
    body = [f"    {a}, {b} = {b}, {text}"]
    if w.chance(0.2):
        temporary = w.fresh("following", "new", "c")
        body = [f"    {temporary} = {text}", f"    {a} = {b}", f"    {b} = {temporary}"]
    if w.chance(0.35):
        w.prints = True
        body.append(f"    print({a})")
    if w.chance(0.3):
        limit = w.pick((10, 20, 50, 100))
        x, y, count = first, second, 0
        while y < limit and count < rounds:
            x, y, count = *step(x, y), count + 1
        if kind == "sum" and count < rounds and second > 0:
            w.lines(f"while {b} < {limit}:", *body, events=1 + count * (1 + len(body)))
            w.holds(a, x)
            w.holds(b, y)
            return None
    x, y = first, second
    for _ in range(rounds):
        x, y = step(x, y)
    w.lines(f"for {counter} in range({rounds}):", *body, events=1 + rounds * (1 + len(body)))
    w.holds(a, x)
    w.holds(b, y)
    return None


def digits(w: Writer) -> None:
    """Take a number apart with a while loop."""
    n = w.any_fresh("n", "number", "num", "value")
    value = w.between(12, 10 ** w.between(2, max(2, min(6, w.limit // 30))))
    base = 10 if w.chance(0.8) else w.pick((2, 8, 16, 5))
    while base < 10 and value > 600 and w.limit < 120:
        value //= 7
    w.paragraph(w.pick(("", "take the last digit again and again", "loop over the digits")))
    w.lines(f"{n} = {value}")
    rest, found = value, []
    while rest > 0:
        found.append(rest % base)
        rest //= base
    kind = w.between(0, 4)
    digit = w.loop_name(w.pick(("digit", "d", "last")))
    if kind == 0:
        name, lines, result = w.any_fresh("total", "digit_sum", "s"), ["{t} += {d}"], sum(found)
    elif kind == 1:
        name, lines, result = w.any_fresh("reversed_number", "result", "rev"), [f"{{t}} = {{t}} * {base} + {{d}}"], 0
        for item in found:
            result = result * base + item
    elif kind == 2:
        name, lines, result = w.any_fresh("count", "digits", "length"), ["{t} += 1"], len(found)
    elif kind == 3:
        name, lines, result = w.any_fresh("largest", "biggest"), ["if {d} > {t}:", "    {t} = {d}"], max(found)
    else:
        test = number_test(w, found)
        name, result = w.any_fresh("matching", "count", "hits"), sum(map(test.holds, found))
        lines = [f"if {on(test.text, '{d}')}:", "    {t} += 1"]
    use_name = kind != 2 and w.chance(0.6) or kind in (3, 4)
    part = digit if use_name else f"{n} % {base}"
    body = [line.replace("{t}", name).replace("{d}", part) for line in lines]
    if use_name:
        body.insert(0, f"{digit} = {n} % {base}")
    shorten = w.updated(n, "//", str(base))
    condition = n if w.chance(0.15) else f"{n} != 0" if w.chance(0.1) else f"{n} > 0"
    w.lines(
        f"{name} = 0",
        f"while {condition}:",
        *(f"    {line}" for line in (*body, shorten)),
        events=2 + len(found) * (2 + len(body)),
    )
    w.values[n] = 0
    w.holds(name, result)


def until(w: Writer) -> None:
    """Repeat a change until a limit is reached, and count the rounds."""
    most = max(2, min(12, w.limit // 12))
    name, count, start, limit, symbol, operand, comment = w.pick(
        (
            ("balance", "years", w.between(50, 900), w.between(900, 3000), "+", "{n} // 10", "ten per cent interest"),
            ("population", "days", w.between(2, 50), w.between(100, 2000), "*", "2", "doubles every day"),
            (
                "savings",
                "months",
                w.between(0, 50),
                w.between(200, 900),
                "+",
                str(w.between(30, 120)),
                "save every month",
            ),
            ("height", "jumps", w.between(60, 900), w.between(2, 30), "//", "2", "half as high each time"),
            ("water", "minutes", w.between(40, 100), w.between(0, 15), "-", str(w.between(6, 15)), "leak"),
            (
                "power",
                "exponent",
                1,
                w.between(20, 3000),
                "*",
                str(w.between(2, 5)),
                "smallest power that is large enough",
            ),
            (
                "fuel",
                "trips",
                w.between(50, 120),
                w.between(5, 20),
                "-",
                str(w.between(9, 25)),
                "drive until the tank is low",
            ),
        )
    )
    if name in w.taken or count in w.taken:
        return accumulate(w)
    value, rounds = start, 0
    falling = symbol in "-//"
    change = {
        "+": lambda x: x + (x // 10 if "{n}" in operand else int(operand)),
        "*": lambda x: x * int(operand),
        "//": lambda x: x // 2,
        "-": lambda x: x - int(operand),
    }[symbol]
    while (value > limit if falling else value < limit) and rounds < most:
        value, rounds = change(value), rounds + 1
    bound = limit
    if rounds == most:  # too many rounds: stop earlier
        bound = value
    w.paragraph(comment)
    w.lines(f"{name} = {start}", f"{count} = 0")
    body = ["    " + w.updated(name, symbol, operand.replace("{n}", name)), "    " + w.updated(count, "+", "1")]
    if w.chance(0.25):
        w.prints = True
        body.append(f"    print({count}, {name})")
    if w.chance(0.15):
        w.lines(
            "while True:",
            f"    if {name} {'<=' if falling else '>='} {bound}:",
            "        break",
            *body,
            events=3 + rounds * (2 + len(body)),
        )
    else:
        w.lines(f"while {name} {'>' if falling else '<'} {bound}:", *body, events=1 + rounds * (1 + len(body)))
    w.holds(name, value)
    w.holds(count, rounds)
    return None


def collatz(w: Writer) -> None:
    """Follow a sequence whose next number depends on a condition."""
    n = w.any_fresh("n", "number", "x")
    most = max(3, min(16, w.limit // 10))
    start = w.between(3, 40)
    value, rounds, seen = start, 0, [start]
    while value != 1 and rounds <= most:
        value = value // 2 if value % 2 == 0 else 3 * value + 1
        rounds += 1
        seen.append(value)
    while rounds > most:  # too long: start later in the sequence
        start = seen[len(seen) - 3] if len(seen) > 3 else 4
        value, rounds, seen = start, 0, [start]
        while value != 1 and rounds <= most:
            value = value // 2 if value % 2 == 0 else 3 * value + 1
            rounds += 1
            seen.append(value)
        if rounds > most:
            start, rounds, value, seen = 4, 2, 1, [4, 2, 1]
    w.paragraph(w.pick(("", "halve even numbers", "the Collatz sequence")))
    steps, top = w.any_fresh("steps", "count", "rounds"), w.any_fresh("highest", "peak", "largest")
    w.lines(f"{n} = {start}", f"{steps} = 0")
    body = [
        f"    if {n} % 2 == 0:",
        "        " + w.updated(n, "//", "2"),
        "    else:",
        f"        {n} = 3 * {n} + 1",
        "    " + w.updated(steps, "+", "1"),
    ]
    if w.chance(0.4):
        w.lines(f"{top} = {n}")
        body += [f"    if {n} > {top}:", f"        {top} = {n}"]
        w.holds(top, max(seen))
    elif w.chance(0.4):
        w.prints = True
        body.append(f"    print({n})")
    w.lines(f"while {n} != 1:" if w.chance(0.5) else f"while {n} > 1:", *body, events=1 + rounds * 6)
    w.values[n] = 1
    w.holds(steps, rounds)


def nested(w: Writer) -> None:
    """Write a loop in a loop."""
    rows, columns = w.length(2, 4), w.length(2, 4)
    i, j = w.pick((("i", "j"), ("row", "col"), ("x", "y"), ("a", "b")))
    i, j = w.loop_name(i), w.loop_name(j)
    if i == j:
        return accumulate(w)
    total = w.any_fresh("total", "pairs", "count", "result")
    triangle = w.chance(0.3)
    inner = (
        f"range({i}, {columns + 1})"
        if triangle
        else f"range({columns})" if w.chance(0.5) else f"range(1, {columns + 1})"
    )
    first = 0 if inner == f"range({columns})" else 1
    cells = [
        (x, y)
        for x in range(1, rows + 1)
        for y in (range(x, columns + 1) if triangle else range(first, columns + first))
    ]
    w.paragraph()
    kind = w.between(0, 3)
    if kind == 0:
        w.lines(
            f"for {i} in range(1, {rows + 1}):",
            f"    for {j} in {inner}:",
            f"        print({i}, {j}, {i} * {j})",
            events=1 + 2 * rows + 2 * len(cells),
        )
        w.prints = True
        return None
    if kind == 1:
        body, value = [f"        {w.updated(total, '+', f'{i} * {j}')}"], sum(x * y for x, y in cells)
    elif kind == 2:
        divisor = w.between(2, 4)
        body = [f"        if ({i} + {j}) % {divisor} == 0:", f"            {w.updated(total, '+', '1')}"]
        value = sum((x + y) % divisor == 0 for x, y in cells)
    else:
        body = [f"        if {i} < {j}:", f"            {w.updated(total, '+', f'{j} - {i}')}"]
        value = sum(y - x for x, y in cells if x < y)
    w.lines(
        f"{total} = 0",
        f"for {i} in range(1, {rows + 1}):",
        f"    for {j} in {inner}:",
        *body,
        events=2 + 2 * rows + 3 * len(cells),
    )
    w.holds(total, value)
    return None


def search(w: Writer) -> None:
    """Leave a loop with break, skip rounds with continue, or use its else."""
    start, stop = w.between(1, 30), w.length(3, 9)
    items = list(range(start, start + stop))
    test = number_test(w, items)
    i = w.loop_name(w.pick(("i", "n", "candidate", "k")))
    condition = on(test.text, i)
    kind = w.between(0, 2)
    w.paragraph()
    if kind == 0:
        found = w.any_fresh("found", "first", "answer", "match")
        hit = next((item for item in items if test.holds(item)), None)
        w.lines(
            f"{found} = None",
            f"for {i} in range({start}, {start + stop}):",
            f"    if {condition}:",
            f"        {found} = {i}",
            "        break",
            events=4 + 2 * stop,
        )
        w.holds(found, hit)
        w.show(found)
    elif kind == 1:
        value = w.between(12, 60)
        name = w.any_fresh("n", "number", "candidate")
        if name == i:
            return accumulate(w)
        w.lines(f"{name} = {value}")
        divisor = next((d for d in range(2, value) if value % d == 0), None)
        rounds = divisor - 1 if divisor else value - 2
        if rounds * 2 > w.limit // 2:
            value, rounds = value // 2 * 2, 1
            w.paragraphs[-1][-1] = w.code[-1] = f"{name} = {value}"
        d = w.loop_name(w.pick(("d", "i", "divisor")))
        w.lines(
            f"for {d} in range(2, {name}):",
            f"    if {name} % {d} == 0:",
            f"        print({w.literal('divisible by')}, {d})",
            "        break",
            "else:",
            f"    print({name}, {w.literal('is prime')})",
            events=4 + 2 * rounds,
        )
        w.prints = True
        w.holds(name, value)
        w.read(name)
    else:
        total = w.any_fresh("total", "kept", "result")
        mapping = number_mapping(w)
        w.lines(
            f"{total} = 0",
            f"for {i} in range({start}, {start + stop}):",
            f"    if {condition}:",
            "        continue",
            "    " + w.updated(total, "+", on(mapping.text, i)),
            events=2 + 3 * stop,
        )
        w.holds(total, sum(mapping.apply(item) for item in items if not test.holds(item)))
    return None


PARTS = (accumulate, accumulate, sequence, digits, until, collatz, nested, search)
