# Star imports and imports in functions: the names they bind.
from collections import *
from string import *

print(sorted(n for n in globals() if n in ("Counter", "digits", "deque")))


def importing():
    import math as m
    from os import path, sep as separator
    import xml.dom

    scope = locals()
    extra = 1
    return sorted(scope), m.floor(1.5), separator, xml.dom.__name__


print(importing())


class Body:
    import itertools
    from math import pi, e as euler

    names = sorted(n for n in locals() if not n.startswith("__"))


print(Body.names, next(Body.itertools.count(3)))
try:
    from math import nothing
except ImportError as error:
    print(str(error)[:20])
try:
    import no_such_module
except ModuleNotFoundError as error:
    print(error)
for n in range(2):
    import json

    value = json.loads("[1]")
print(value)
