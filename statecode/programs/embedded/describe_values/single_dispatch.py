from ast import literal_eval
from functools import singledispatch
import sys


@singledispatch
def describe(value):
    return "other"


@describe.register
def _(value: bool):
    return "bool yes" if value else "bool no"


@describe.register
def _(value: int):
    return "int odd" if value & 1 else "int even"


@describe.register
def _(value: str):
    return f"str of {len(value)}"


@describe.register(list)
@describe.register(tuple)
def _(value):
    return f"{type(value).__name__}: ({'; '.join(map(describe, value))})"


for line in sys.stdin:
    print(describe(literal_eval(line.strip())))
