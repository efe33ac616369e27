"""Level 11: small algorithms in several spellings, as functions or among the statements of the module."""

from __future__ import annotations

import inspect
import re
from typing import Any

from statecode.programs.generated.algorithms.base import Algorithm
from statecode.programs.generated.algorithms.lists import LISTS
from statecode.programs.generated.algorithms.numbers import NUMBERS
from statecode.programs.generated.algorithms.sorting import SORTING
from statecode.programs.generated.algorithms.texts import TEXTS
from statecode.programs.generated.writer import Writer

ALGORITHMS = tuple(
    one._replace(bodies=tuple(map(inspect.cleandoc, one.bodies))) for one in (*SORTING, *NUMBERS, *TEXTS, *LISTS)
)


def algorithm(w: Writer) -> None:
    """Write an algorithm, and run it on one or two inputs."""
    one = w.pick(ALGORITHMS)
    body, parameters = w.pick(one.bodies), one.parameters
    changed = {names[0]: w.pick(names) for names in one.renames}
    if (
        changed
        and len(set(changed.values())) == len(changed)
        and not set(changed.values()) & (set(re.findall(r"\w+", body + parameters)) - set(changed))
    ):
        pattern = re.compile(r"\b(" + "|".join(changed) + r")\b")
        body, parameters = (pattern.sub(lambda found: changed[found[0]], text) for text in (body, parameters))
    if w.style.quote == '"':
        body = body.replace("'", '"')
    if not w.style.augments:
        body = re.sub(r"(\w+) ([+-]|//)= (\w+(?: % \w+)?)$", r"\1 = \1 \2 \3", body, flags=re.MULTILINE)
    lines = body.split("\n")
    arguments = one.arguments(w)
    w.events += one.steps(*arguments) + 3
    if w.chance(0.3) and _inline(w, one, lines, parameters, arguments):
        return
    name = w.fresh(*one.names, f"my_{one.names[0]}")
    w.define(
        f"def {name}({parameters}):",
        *(line.replace("{f}", name) for line in lines),
        doc=f"{one.comment[:1].upper()}{one.comment[1:]}." if one.comment else "",
    )
    w.paragraph(one.comment)
    _run(w, one, name, parameters, arguments)
    if w.limit >= 100 and w.chance(0.3):
        other = one.arguments(w)
        w.events += one.steps(*other) + 3
        w.show(f"{name}({', '.join(map(w.literal, other))})")


def _run(w: Writer, one: Algorithm, name: str, parameters: str, arguments: tuple[Any, ...]) -> None:
    """Call the function with literals, or with a variable for the first argument."""
    texts = list(map(w.literal, arguments))
    if w.chance(0.5) and isinstance(arguments[0], (list, dict)):
        variable = w.fresh(parameters.split(", ")[0], "sample", "given", "example")
        w.assign_literal(variable, arguments[0])
        w.read(variable)
        w.values[variable] = None  # the function may change it
        texts[0] = variable
    call = f"{name}({', '.join(texts)})"
    if one.compute and w.chance(0.4):
        w.assign(w.any_fresh("result", "answer", "output"), call, one.compute(*arguments))
    else:
        w.show(call)


def _inline(w: Writer, one: Algorithm, lines: list[str], parameters: str, arguments: tuple[Any, ...]) -> bool:
    """Write the body among the statements of the module, if its last line is its only return."""
    text = "\n".join(lines)
    if (
        text.count("return ") != 1
        or not lines[-1].startswith("return ")
        or "{f}" in text
        or set(re.findall(r"[a-z_]\w*", text)) & (w.taken - _BUILT_IN)
    ):
        return False
    w.paragraph(one.comment)
    for name, value in zip(parameters.split(", "), arguments, strict=True):
        w.assign_literal(name, value)
        w.read(name)
        w.values[name] = None
    w.taken.update(re.findall(r"[a-z_]\w*", text))
    result = lines[-1].removeprefix("return ")
    w.lines(*lines[:-1], events=0)
    if result.isidentifier() or w.chance(0.5):
        w.show(result)
    else:
        w.lines(f"print({result})")
        w.prints = True
    return True


_BUILT_IN = frozenset({"max", "min", "sum", "len", "sorted", "range", "str", "int", "set", "list", "dict"})

PARTS = (algorithm,)
