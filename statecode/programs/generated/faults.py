"""Statements that raise an exception, as mistakes of programmers do."""

from __future__ import annotations

import builtins
import keyword

from statecode.programs.generated.words import WORD_LISTS
from statecode.programs.generated.writer import Writer


def write(w: Writer, level: int) -> None:
    """Write a mistake that uses only what programs of the level use."""
    w.feature("fault")
    for fault in w.sample([fault for least, fault in FAULTS if least <= level], 4):
        if fault(w):
            return
    _division(w)


def _division(w: Writer) -> bool:
    count = w.find(lambda value: type(value) is int and value == 0)
    if count is None:
        count = w.any_fresh("count", "divisor", "people", "parts", "hours")
        w.assign(count, "0", 0)
    total = w.find(lambda value: type(value) is int and value != 0) or str(w.number(10, 90))
    if total == count:
        return False
    name, symbol = w.pick(
        (("average", "/"), ("mean", "/"), ("share", "//"), ("per_head", "//"), ("rest", "%"), ("ratio", "/"))
    )
    name = w.fresh(name, "quotient")
    w.read(total)
    w.lines(f"{name} = {total} {symbol} {w.read(count)}")
    w.show(name)
    return True


def _misspelled(w: Writer) -> bool:
    name = w.find(lambda value: True)
    if name is None or len(name) < 4:
        return False
    at = w.between(1, len(name) - 2)
    wrong = w.pick((name[:at] + name[at + 1 :], name + "s", name[:at] + name[at + 1] + name[at] + name[at + 2 :]))
    if wrong in w.taken or wrong == name or keyword.iskeyword(wrong) or hasattr(builtins, wrong):
        return False
    w.lines(f"print({w.shown([wrong], label=name)})")
    return True


def _mixed_types(w: Writer) -> bool:
    name = w.find(lambda value: type(value) is int)
    if name is None:
        return False
    text = w.literal(w.pick((name.replace("_", " ") + ": ", "result: ", "Total: ", "")))
    w.lines(f"print({text} + {w.read(name)})" if w.chance(0.7) else f"print({w.read(name)} + {text})")
    return True


def _index(w: Writer) -> bool:
    name = w.find(lambda value: type(value) in (list, tuple, str) and len(value) > 0)
    if name is None:
        entry = w.pick(WORD_LISTS)
        name = w.assign_literal(w.fresh(entry.plural, "things"), w.sample(entry.words, w.length(2, 5)))
    size = len(w.values[w.read(name)])
    kind = w.between(0, 2)
    if kind == 0:
        w.lines(f"print({name}[{size + w.pick((0, 0, 1, 3))}])")
    elif kind == 1:
        last = w.fresh("last", "final", "end")
        w.lines(f"{last} = {name}[len({name})]", f"print({last})")
    else:
        i = w.loop_name("i")
        w.lines(f"for {i} in range(len({name}) + 1):", f"    print({i}, {name}[{i}])", events=3 + 2 * size)
    return True


def _number_text(w: Writer) -> bool:
    name = w.fresh("text", "answer", "entry", "raw")
    text = w.pick(("12a", "", "three", "4.5", "1,000", "0x1f", "five", "--3", "7 apples"))
    result = w.fresh("number", "parsed", "age")
    w.assign(name, w.literal(text), text)
    w.lines(f"{result} = int({w.read(name)})", f"print({result} + 1)")
    return True


def _missing_key(w: Writer) -> bool:
    name = w.find(lambda value: type(value) is dict)
    key = w.pick(("missing", "total", "Zoe", "lychee", "x", "id", "", "Peter"))
    if name is None:
        name = w.mapping()
    if key in w.values[w.read(name)]:
        return False
    w.lines(
        w.pick(
            (
                f"print({name}[{w.literal(key)}])",
                f"del {name}[{w.literal(key)}]",
                f"{name}[{w.literal(key)}] += 1",
                f"{name}.pop({w.literal(key)})",
            )
        )
    )
    return True


def _list_method(w: Writer) -> bool:
    name = w.find(lambda value: type(value) is list and 0 < len(value) < 9 and 777 not in value)
    if name is None:
        name = w.number_list()
    name = w.read(name)
    missing = "777" if w.chance(0.5) else w.literal("nothing")
    w.lines(
        w.pick(
            (
                f"{name}.remove({missing})",
                f"print({name}.index({missing}))",
                f"{name}.pop({len(w.values[name]) + 2})",
                f"first, second = {name}[:1]",
            )
        )
    )
    return True


def _attribute(w: Writer) -> bool:
    name = w.find(lambda value: type(value) in (str, list, int))
    if name is None:
        return False
    method = {
        str: ("append(1)", "reverse()", "upcase()"),
        list: ("push(1)", "add(2)", "length()"),
        int: ("upper()", "append(0)"),
    }[type(w.values[name])]
    w.lines(f"{w.read(name)}.{w.pick(method)}")
    return True


def _none_result(w: Writer) -> bool:
    name = w.find(lambda value: type(value) is list and len(value) > 1 and all(type(item) is int for item in value))
    if name is None:
        return False
    ordered = w.fresh("ordered", "in_order", "arranged")
    w.note("sort returns None")
    w.lines(f"{ordered} = {w.read(name)}.sort()", f"print({ordered}[0])")
    return True


def _check(w: Writer) -> bool:
    name = w.find(lambda value: type(value) is int)
    if name is None:
        return False
    value = w.values[w.read(name)]
    bound = value + w.between(1, 9)
    kind = w.pick(("ValueError", "RuntimeError", "TypeError", "ArithmeticError"))
    message = w.literal(w.pick((f"{name.replace('_', ' ')} too small", "invalid value", "out of range", f"bad {name}")))
    if w.chance(0.4):
        w.lines(f"assert {name} >= {bound}, {message}")
    else:
        w.lines(f"if {name} < {bound}:", f"    raise {kind}({message})")
    w.lines(f"print({name} - {bound})", events=0)
    return True


def _exhausted(w: Writer) -> bool:
    name = w.fresh("it", "iterator", "source")
    count = w.between(1, 2)
    items = w.number_list(2, 3) if w.chance(0.5) else None
    if items is None:
        w.lines(f"{name} = iter({w.literal(w.numbers(1, 9, count))})")
    else:
        count = len(w.values[items])
        w.lines(f"{name} = iter({items})")
    w.lines(*[f"print(next({name}))"] * (count + 1))
    return True


FAULTS = (
    (1, _division),
    (1, _misspelled),
    (4, _index),
    (5, _mixed_types),
    (5, _number_text),
    (6, _missing_key),
    (4, _list_method),
    (4, _attribute),
    (4, _none_result),
    (9, _check),
    (9, _exhausted),
    (9, _check),
)
"""The lowest level at which a mistake is used, and the function that writes it; it returns False if it does not fit."""
