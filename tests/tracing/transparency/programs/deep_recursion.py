# Recursion far below the usual limit, with values in each frame, and its way back.
import sys

sys.setrecursionlimit(5000)


def deep(n, path):
    local = [n]
    if n == 0:
        return len(path)
    found = deep(n - 1, path + (n,) if n % 500 == 0 else path)
    return found + len(local)


print(deep(1200, ()))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(even(1101), odd(1101))


def generators(n):
    if n:
        yield from generators(n - 1)
    yield n


print(sum(generators(100)))
nested = []
for _ in range(300):
    nested = [nested]
print(str(nested).count("["))


def fails(n):
    if n == 0:
        raise ValueError("bottom")
    fails(n - 1)


try:
    fails(1100)
except ValueError as error:
    count, tb = 0, error.__traceback__
    while tb:
        count, tb = count + 1, tb.tb_next
    print(count)
