"""Level 9, second part: exceptions that programs raise and catch."""

from __future__ import annotations

from statecode.programs.generated.writer import Writer


def convert(w: Writer) -> None:
    """Convert texts to integers, and skip those that are none."""
    w.paragraph("skip what is no number")
    name, item = w.pick(
        (("entries", "entry"), ("parts", "part"), ("rows", "row"), ("answers", "answer"), ("fields", "field"))
    )
    name, item = w.fresh(name, "raw_values"), w.loop_name(item)
    texts = [str(w.number(-9, 60)) for _ in range(w.length(2, 4))]
    texts.insert(w.between(0, len(texts)), w.pick(("abc", "", "4.5", "n/a", "x7", "-", "one")))
    w.assign(name, w.literal(texts), texts)
    w.read(name)
    good = [int(text) for text in texts if text.lstrip("-").isdigit()]
    total, wrong = w.any_fresh("total", "parsed_sum", "result"), w.any_fresh("errors", "skipped", "bad")
    collects, counts_wrong = w.chance(0.4), w.chance(0.6)
    body = [f"    {total}.append(int({item}))" if collects else "    " + w.updated(total, "+", f"int({item})")]
    if w.chance(0.3):
        number = w.loop_name("number")
        body = [f"    {number} = int({item})"]
        body_else = ["else:", f"    {total}.append({number})" if collects else "    " + w.updated(total, "+", number)]
    else:
        body_else = []
    handler = (
        ["    " + w.updated(wrong, "+", "1")] if counts_wrong else [f"    print({w.literal('not a number:')}, {item})"]
    )
    lines = ["try:", *body, "except ValueError:", *handler, *body_else]
    w.lines(
        f"{total} = {'[]' if collects else '0'}",
        *([f"{wrong} = 0"] if counts_wrong else []),
        f"for {item} in {name}:",
        *(f"    {line}" for line in lines),
        events=4 + 7 * len(texts),
    )
    w.holds(total, good if collects else sum(good))
    if counts_wrong:
        w.holds(wrong, len(texts) - len(good))
    else:
        w.prints = True


def safe(w: Writer) -> None:
    """Define a function that catches an exception and returns something else."""
    fallback = w.pick(("None", "0", "-1"))
    names, parameters, action, error, calls = w.pick(
        (
            (
                ("safe_divide", "divide", "ratio"),
                "a, b",
                "a // b",
                "ZeroDivisionError",
                ((f"{w.number(5, 60)}, {w.number(2, 9)}"), f"{w.number(5, 60)}, 0"),
            ),
            (
                ("to_int", "parse", "read_number"),
                "text",
                "int(text)",
                "ValueError",
                (w.literal(str(w.number(0, 99))), w.literal(w.pick(("abc", "", "1.5")))),
            ),
            (
                ("item_at", "get_item", "fetch"),
                "items, index",
                "items[index]",
                "IndexError",
                (f"{(one := w.numbers(0, 30, 3))}, {w.between(0, 2)}", f"{one}, {w.between(3, 9)}"),
            ),
            (
                ("lookup", "find", "value_of"),
                "table, key",
                "table[key]",
                "KeyError",
                (
                    f"{{{w.literal('a')}: {w.number(1, 30)}}}, {w.literal('a')}",
                    f"{{}}, {w.literal(w.pick(('x', 'b')))}",
                ),
            ),
        )
    )
    name = w.fresh(*names)
    handler = w.pick(
        (
            [f"except {error}:", f"    return {fallback}"],
            [f"except {error} as error:", f"    print({w.literal('error:')}, error)", f"    return {fallback}"],
        )
    )
    tail = ["finally:", f"    print({w.literal(w.pick(('done', 'checked', 'end')))})"] if w.chance(0.2) else []
    body = ["try:", f"    return {action}", *handler, *tail]
    if w.chance(0.3):
        body = [
            "try:",
            f"    result = {action}",
            *handler,
            *(["else:", "    return result"] if w.chance(0.6) else []),
            *tail,
        ]
        if "else:" not in body:
            body.append("return result")
    w.define(f"def {name}({parameters}):", *body, doc="Return a value even after a mistake.")
    w.paragraph()
    for call in w.sample(calls, w.between(1, 2)):
        w.events += 12
        w.show(f"{name}({call})")


def check(w: Writer) -> None:
    """Define a function that raises an exception, and catch it."""
    name, parameter, condition, error, message, result, bad, good = w.pick_unused(
        (
            ("withdraw", "amount", "amount > 100", "ValueError", "not enough money", "100 - amount", 140, 60),
            ("set_age", "age", "age < 0", "ValueError", "age must not be negative", "age", -w.number(1, 30), 41),
            ("months", "years", "years < 0", "ValueError", "negative years", "years * 12", -w.number(1, 9), 3),
            ("share", "people", "people == 0", "ZeroDivisionError", "nobody is here", "60 // people", 0, 7),
            ("reserve", "seats", "seats > 8", "RuntimeError", "sold out", "8 - seats", w.number(9, 40), w.number(1, 8)),
            ("points_of", "level", "not 1 <= level <= 9", "ValueError", "unknown level", "level * 10", 12, 4),
            ("percent", "part", "part > 80", "ArithmeticError", "too large", "part * 100 // 80", w.number(81, 99), 20),
        )
    )
    if bad > 0:
        bad += w.between(0, 40)
    if good > 2:
        good -= w.between(0, 2)
    own = w.chance(0.25)
    if own:
        error = w.fresh(w.pick(("InvalidInput", "RuleError", "LimitError")), "OwnError")
        w.define(f"class {error}(Exception):", "pass")
        w.events += 3
    name = w.fresh(name, f"{name}_checked")
    text = w.literal(message) if w.chance(0.6) else f"f{w.style.quoted(message + ': {' + parameter + '}')}"
    w.define(
        f"def {name}({parameter}):",
        f"if {condition}:",
        f"    raise {error}({text})",
        f"return {result}",
        hints=("int",),
        returns="int",
        doc=f"Raise {error} if the argument is not valid.",
    )
    w.paragraph()
    item = w.loop_name(w.pick((parameter, "value")))
    calls = w.sample((bad, good), 2) if w.chance(0.6) else [bad]
    ending = w.pick(
        ([], [], ["else:", f"    print({w.literal('fine')})"], ["finally:", f"    print({w.literal('next')})"])
    )
    caught = f"except {error} as {w.pick(('error', 'e', 'problem'))}:"
    variable = caught.split()[-1][:-1]
    printed = w.pick(
        (
            f"print({w.literal('error:')}, {variable})",
            f"print({variable})",
            f"print(type({variable}).__name__, {variable})",
        )
    )
    if len(calls) > 1:
        lines = ["try:", f"    print({name}({item}))", caught, f"    {printed}", *ending]
        w.lines(
            f"for {item} in {calls}:" if w.chance(0.5) else f"for {item} in ({calls[0]}, {calls[1]}):",
            *(f"    {line}" for line in lines),
            events=2 + 14 * len(calls),
        )
    else:
        w.lines("try:", f"    print({name}({bad}))", caught, f"    {printed}", *ending, events=14)
    w.prints = True


def nested(w: Writer) -> None:
    """Catch exceptions of several types, or use finally."""
    w.paragraph()
    actions = w.sample(
        (
            ("10 // 0", "ZeroDivisionError"),
            ("int('x')", "ValueError"),
            ("[1, 2][5]", "IndexError"),
            ("{}['key']", "KeyError"),
            ("'a' + 1", "TypeError"),
            ("None.upper()", "AttributeError"),
        ),
        3,
    )
    action, error = actions[0]
    action = action.replace("'", w.style.quote)
    value, k = w.any_fresh("value", "result", "answer"), w.number(1, 20)
    kind = w.between(0, 2)
    if kind == 0:
        other = actions[1][1]
        handlers = [
            f"except {other}:",
            f"    {value} = {k}",
            f"except {error} as error:",
            "    print(type(error).__name__)",
            f"    {value} = {k + 1}",
        ]
        w.lines("try:", f"    {value} = {action}", *handlers, events=8)
        w.holds(value, k + 1)
    elif kind == 1:
        w.lines(
            "try:",
            f"    {value} = {action}",
            f"except ({error}, {actions[1][1]}):",
            f"    {value} = {k}",
            "finally:",
            f"    print({w.literal(w.pick(('finished', 'always', 'cleanup')))})",
            events=8,
        )
        w.holds(value, k)
    else:
        w.lines(
            "try:",
            "    try:",
            f"        print({action})",
            f"    except {actions[1][1]}:",
            f"        print({w.literal('inner')})",
            f"except {error}:",
            f"    print({w.literal('outer')})",
            events=10,
        )
    w.prints = True


PARTS = (convert, safe, safe, check, check, nested)
