"""Level 7: functions with several returns, default arguments and several results."""

from __future__ import annotations

from statecode.programs.generated.arithmetic import STORIES
from statecode.programs.generated.conditions import LADDERS
from statecode.programs.generated.expressions import COMPARISONS, number_mapping, number_test, on
from statecode.programs.generated.writer import Writer


def rule(w: Writer) -> None:
    """Define a function that computes a quantity, and call it once or twice."""
    told = w.pick(STORIES)
    rules = [
        one for one in told.rules if not one.operator and one.needs and all(need in told.given for need in one.needs)
    ]
    if not rules:
        return defaults(w)
    one = w.pick(rules)
    name = w.fresh(
        w.pick((f"compute_{one.name}", f"get_{one.name}", f"{one.name}_of", f"calculate_{one.name}")),
        f"find_{one.name}",
    )
    arguments = [w.number(*told.given[need]) for need in one.needs]
    has_default = len(one.needs) > 1 and w.chance(0.4)
    parameters = ", ".join([*one.needs[:-1], f"{one.needs[-1]}={arguments[-1]}" if has_default else one.needs[-1]])
    steps = (
        [f"{one.name} = {one.text}", f"return {one.name}"]
        if w.chance(0.4) and one.name not in one.needs
        else [f"return {one.text}"]
    )
    w.define(
        f"def {name}({parameters}):",
        *steps,
        doc=f"Return the {one.name.replace('_', ' ')}.",
        hints=("int",) * len(one.needs),
        returns="float" if "/ " in one.text.replace("//", "") else "int",
    )
    w.paragraph()
    for call in range(w.between(1, 3)):
        shown = list(map(str, arguments))
        if has_default and not call:
            shown.pop()
        elif has_default and w.chance(0.5) or len(shown) == 2 and w.chance(0.15):
            shown[-1] = f"{one.needs[-1]}={shown[-1]}"
        _call(w, f"{name}({', '.join(shown)})", one.compute(*arguments), one.name, 2 + len(steps))
        place = w.between(0, len(arguments) - 1)
        arguments[place] = w.number(*told.given[one.needs[place]])
    return None


def _call(w: Writer, text: str, value: object, name: str, events: int) -> None:
    """Print a call, or assign its result."""
    w.events += events
    if w.chance(0.4):
        w.show(text)
    else:
        w.assign(w.fresh(name, "result", f"new_{name}", f"other_{name}", f"last_{name}"), text, value)


def grade(w: Writer) -> None:
    """Define a function with several returns, and call it for one or several values."""
    parameter, low, high, result, steps, rest = w.pick(LADDERS)
    name = w.fresh(f"{result}_of", f"get_{result}", f"{result}_for", f"find_{result}")
    chosen = sorted(w.sample(steps, w.between(1, len(steps))), reverse=True)
    symbol = ">=" if w.chance(0.8) else ">"
    keyword = "elif" if w.chance(0.3) else "if"
    body = []
    for number, (bound, label) in enumerate(chosen):
        body += [f"{keyword if number else 'if'} {parameter} {symbol} {bound}:", f"    return {w.literal(label)}"]
    body += (
        ["else:", f"    return {w.literal(rest)}"]
        if keyword == "elif" or w.chance(0.2)
        else [f"return {w.literal(rest)}"]
    )
    w.define(
        f"def {name}({parameter}):",
        *body,
        doc=f"Return the {result}.",
        hints=("int",),
        returns="str" if isinstance(rest, str) else "int",
    )
    w.paragraph()
    per_call = 3 + len(chosen)

    def apply(value: int) -> object:
        return next((label for bound, label in chosen if COMPARISONS[symbol](value, bound)), rest)

    if w.chance(0.4):
        values = [w.number(low, high) for _ in range(w.length(2, 4))]
        item = w.loop_name(parameter if parameter not in w.values else "value")
        w.lines(
            f"for {item} in {values}:", f"    print({item}, {name}({item}))", events=1 + len(values) * (2 + per_call)
        )
        w.prints = True
    else:
        for _ in range(w.between(1, 2)):
            value = w.number(low, high)
            _call(w, f"{name}({value})", apply(value), result, per_call)


def over_list(w: Writer) -> None:
    """Define a function that loops over a list, and pass a list to it."""
    w.paragraph()
    values = w.number_list(3, 6)
    items = w.values[values]
    test, mapping = number_test(w, items), number_mapping(w)
    parameter = w.pick(("values", "numbers", "items", "nums", "data"))
    item = w.pick(
        {
            "values": ("value", "v"),
            "numbers": ("number", "n"),
            "items": ("item", "x"),
            "nums": ("num", "n"),
            "data": ("x", "entry"),
        }[parameter]
    )
    kind, size = w.between(0, 6), len(items)
    result: object
    condition = on(test.text, item)
    if kind == 0:
        name, body, result = (
            "count_matching",
            [
                "count = 0",
                f"for {item} in {parameter}:",
                f"    if {condition}:",
                "        " + w.updated("count", "+", "1"),
                "return count",
            ],
            sum(map(test.holds, items)),
        )
    elif kind == 1:
        name, body = "find_first", [
            f"for {item} in {parameter}:",
            f"    if {condition}:",
            f"        return {item}",
            "return None",
        ]
        result = next((x for x in items if test.holds(x)), None)
    elif kind == 2:
        name, body = "all_match", [
            f"for {item} in {parameter}:",
            f"    if not ({condition}):",
            "        return False",
            "return True",
        ]
        result = all(map(test.holds, items))
    elif kind == 3:
        name, body = "transform", [
            "result = []",
            f"for {item} in {parameter}:",
            f"    result.append({on(mapping.text, item)})",
            "return result",
        ]
        result = [mapping.apply(x) for x in items]
    elif kind == 4:
        name, body = "any_match", [
            f"for {item} in {parameter}:",
            f"    if {condition}:",
            "        return True",
            "return False",
        ]
        result = any(map(test.holds, items))
    elif kind == 5:
        name, body = "select", [
            "chosen = []",
            f"for {item} in {parameter}:",
            f"    if {condition}:",
            f"        chosen.append({item})",
            "return chosen",
        ]
        result = [x for x in items if test.holds(x)]
    else:
        name, body = "add_up", [
            "total = 0",
            f"for {item} in {parameter}:",
            f"    if {condition}:",
            "        continue",
            "    " + w.updated("total", "+", item),
            "return total",
        ]
        result = sum(x for x in items if not test.holds(x))
    name = w.fresh(
        {
            "even numbers": {"count_matching": "count_even", "select": "only_even"},
            "odd numbers": {"count_matching": "count_odd", "select": "only_odd"},
            "negative numbers": {"count_matching": "count_negative"},
        }
        .get(test.comment, {})
        .get(name, name),
        name,
        "process",
        "check_all",
    )
    w.define(f"def {name}({parameter}):", *body, hints=("list",), doc="Go through all items.")
    _call(w, f"{name}({values})", result, w.pick(("result", "answer", "found")), 5 + 4 * size)
    if result is None and w.values.get("found", 0) is None:
        w.show_unread()


def several(w: Writer) -> None:
    """Define a function that returns a tuple, and unpack its result."""
    w.paragraph()
    kind = w.between(0, 3)
    a, b = w.number(10, 90), w.number(2, 9)
    if kind == 0:
        name = w.fresh("divide", "split_evenly")
        w.define(
            f"def {name}(a, b):",
            "return a // b, a % b",
            hints=("int", "int"),
            returns="tuple",
            doc="Return quotient and remainder.",
        )
        names, values, text, events = ("quotient", "rest"), (a // b, a % b), f"{name}({a}, {b})", 3
    elif kind == 1:
        listed = w.number_list(3, 6)
        items = w.values[listed]
        name = w.fresh("min_max", "extremes", "bounds_of")
        w.define(
            f"def {name}(values):",
            "low = high = values[0]",
            "for value in values:",
            "    if value < low:",
            "        low = value",
            "    elif value > high:",
            "        high = value",
            "return low, high",
            hints=("list",),
            doc="Return the smallest and the largest value.",
        )
        names, values, text, events = ("low", "high"), (min(items), max(items)), f"{name}({listed})", 5 + 4 * len(items)
    elif kind == 2:
        name = w.fresh("order", "sort_two", "in_order")
        w.define(
            f"def {name}(a, b):",
            "if a > b:",
            "    return b, a",
            "return a, b",
            hints=("int", "int"),
            doc="Return both, the smaller one first.",
        )
        names, values, text, events = ("small", "large"), (min(a, b), max(a, b)), f"{name}({a}, {b})", 4
    else:
        name = w.fresh("to_minutes", "split_time", "convert")
        total = w.number(60, 5000)
        w.define(
            f"def {name}(seconds):",
            "minutes = seconds // 60",
            "return minutes, seconds - minutes * 60",
            hints=("int",),
            doc="Return minutes and seconds.",
        )
        names, values, text, events = ("minutes", "seconds"), (total // 60, total % 60), f"{name}({total})", 4
    w.events += events
    if w.chance(0.25):
        w.assign(w.any_fresh("pair", "result", "both"), text, values)
        return
    targets = [w.fresh(one, f"new_{one}") for one in names]
    w.lines(f"{', '.join(targets)} = {text}")
    for target, value in zip(targets, values, strict=True):
        w.holds(target, value)


def defaults(w: Writer) -> None:
    """Define a function with default arguments, and call it with and without them."""
    w.paragraph()
    k = w.between(2, 9)
    kind = w.between(0, 4)
    if kind == 0:
        name = w.fresh("greet", "welcome", "hello")
        greeting, mark = w.pick(("Hello", "Hi", "Good morning", "Hey")), w.pick(("!", ".", "?", ""))
        first, second, third = (
            w.pick(("Ada", "Ben", "Tom")),
            w.pick(("Zoe", "Kim", "world")),
            w.pick(("Bye", "Ciao", "Welcome")),
        )
        w.define(
            f"def {name}(name, greeting={w.literal(greeting)}):",
            f"return greeting + {w.literal(', ')} + name + {w.literal(mark)}",
            hints=("str", "str"),
            returns="str",
            doc="Return a greeting.",
        )
        w.show(f"{name}({w.literal(first)})")
        w.show(
            w.pick(
                (
                    f"{name}({w.literal(second)}, {w.literal(third)})",
                    f"{name}({w.literal(second)}, greeting={w.literal(third)})",
                    f"{name}(greeting={w.literal(third)}, name={w.literal(second)})",
                )
            )
        )
        w.events += 6
    elif kind == 1:
        name = w.fresh("power", "raise_to")
        base = w.between(2, 9)
        w.define(
            f"def {name}(base, exponent=2):",
            "result = 1",
            "for _ in range(exponent):",
            "    result *= base",
            "return result",
            hints=("int", "int"),
            returns="int",
            doc="Return a power.",
        )
        w.assign(w.fresh("square", "squared"), f"{name}({base})", base * base)
        exponent = w.between(0, 4)
        w.assign(
            w.fresh("other", "larger", "second_power"),
            f"{name}({base}, {exponent})" if w.chance(0.5) else f"{name}({base}, exponent={exponent})",
            base**exponent,
        )
        w.events += 12 + 2 * (2 + exponent)
    elif kind == 2:
        name = w.fresh("clamp", "limit", "restrict")
        high = w.pick((10, 20, 50, 100))
        w.define(
            f"def {name}(value, low=0, high={high}):",
            "if value < low:",
            "    return low",
            "if value > high:",
            "    return high",
            "return value",
            hints=("int",) * 3,
            returns="int",
            doc="Return the value, or the nearest bound.",
        )
        for text, value in w.sample(
            (
                (f"{name}({-k})", 0),
                (f"{name}({high + k})", high),
                (f"{name}({k})", k),
                (f"{name}({k}, low={k + 3})", k + 3),
                (f"{name}(40, {k}, 30)", 30),
            ),
            w.between(2, 3),
        ):
            _call(w, text, min(value, high) if "low" not in text and "40" not in text else value, "limited", 6)
    elif kind == 3:
        name = w.fresh("repeat", "line_of", "fill")
        mark = w.pick(("-", "=", "ab", "*", "~"))
        w.define(
            f"def {name}(text={w.literal(mark)}, times={k}):",
            "return text * times",
            hints=("str", "int"),
            returns="str",
            doc="Repeat a text.",
        )
        w.show(f"{name}()")
        w.show(f"{name}({w.literal(w.pick(('x', '#', '<>')))}, {w.between(1, 5)})")
        w.events += 6
    else:
        name = w.fresh("total_of", "add_all", "sum_up")
        values = w.numbers(1, 40, w.between(2, 4))
        w.define(
            f"def {name}(*numbers):",
            "total = 0",
            "for number in numbers:",
            "    total += number",
            "return total",
            hints=("int",),
            returns="int",
            doc="Add any count of numbers.",
        )
        _call(w, f"{name}({', '.join(map(str, values))})", sum(values), "total", 5 + 2 * len(values))
        if w.chance(0.5):
            _call(w, f"{name}()", 0, "nothing", 5)


def procedure(w: Writer) -> None:
    """Define a function without a result: it prints, changes a list or uses a global variable."""
    w.paragraph()
    kind = w.between(0, 3)
    if kind == 0:
        values = w.number_list(2, 5)
        items = w.values[values]
        test = number_test(w, items)
        name = w.fresh("show_all", "print_items", "report")
        condition, size = on(test.text, "item"), len(items)
        w.define(
            f"def {name}(items):",
            "for item in items:",
            f"    if {condition}:",
            "        print(item)",
            hints=("list",),
            doc="Print some of the items.",
        )
        w.lines(f"{name}({values})", events=5 + 3 * size)
        w.prints |= any(map(test.holds, items))
    elif kind == 1:
        values = w.number_list(2, 5)
        items = w.values[values]
        k, name = w.between(2, 9), w.fresh("scale", "change_all", "multiply_items")
        w.define(
            f"def {name}(items, factor={k}):",
            "for i in range(len(items)):",
            "    items[i] *= factor",
            hints=("list", "int"),
            doc="Change the list itself.",
        )
        w.lines(f"{name}({values})", events=4 + 2 * len(items))
        w.holds(values, [x * k for x in items])
    elif kind == 2:
        counter, name = w.fresh("counter", "calls", "clicks"), w.fresh("count_up", "tick", "click")
        times, step = w.between(2, 4), w.between(1, 5)
        if w.style.has_main:
            return defaults(w)
        w.define(f"def {name}():", f"global {counter}", "    "[:0] + w.updated(counter, "+", str(step)))
        w.lines(f"{counter} = 0", *[f"{name}()"] * times, events=1 + 4 * times)
        w.holds(counter, step * times)
    else:
        name, variable = w.fresh("update", "compute", "shift"), w.any_fresh("x", "value", "n")
        start, change = w.between(1, 20), w.between(2, 9)
        w.note("the parameter is another variable")
        w.define(
            f"def {name}({variable}):",
            w.updated(variable, "+", str(change)),
            f"return {variable} * 2",
            hints=("int",),
            returns="int",
        )
        w.assign(variable, str(start), start)
        w.events += 4
        w.assign(w.fresh("result", "changed", "answer"), f"{name}({w.read(variable)})", (start + change) * 2)
        w.show(variable)
    return None


PARTS = (rule, rule, rule, grade, grade, over_list, over_list, several, defaults, procedure)
