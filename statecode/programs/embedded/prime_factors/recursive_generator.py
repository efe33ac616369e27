from itertools import groupby
from math import isqrt

def factors(n, start=2):
    for p in range(start, isqrt(n) + 1):
        if n % p == 0:
            yield p
            yield from factors(n // p, p)
            return
    yield n

def show(p, times):
    return str(p) + ("^" + str(times)) * (times > 1)

try:
    while n := int(input()):
        groups = [(p, len([*run])) for p, run in groupby(factors(n))]
        print(f"{n} = " + " * ".join(show(*g) for g in groups))
    raise RuntimeError("zero has no factors")
except EOFError:
    pass
