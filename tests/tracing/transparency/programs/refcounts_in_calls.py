# Reference counts of arguments, return values, closures and globals during calls.
import sys


def argument(value):
    first = sys.getrefcount(value)
    copy = value
    second = sys.getrefcount(value)
    del copy
    third = sys.getrefcount(value)
    return first, second, third


kept = []
print(argument([]), argument(kept), argument(value=kept), argument(*[kept]))


def passing(value):
    return argument(value), sys.getrefcount(value)


print(passing([]), passing(kept))


def returned():
    made = [1]
    return made


print(sys.getrefcount(returned()))
result = returned()
print(sys.getrefcount(result))


def closure():
    cell = []

    def inner():
        return sys.getrefcount(cell)

    first = inner()
    other = cell
    return first, inner(), sys.getrefcount(cell)


print(closure())


def rest(*args, **kwargs):
    return sys.getrefcount(args), sys.getrefcount(kwargs), sys.getrefcount(args[0])


print(rest([], a=1), rest(kept))


class Chain:
    def __init__(self):
        self.counts = []

    def step(self):
        self.counts.append(sys.getrefcount(self))
        return self


print(Chain().step().step().counts)
chain = Chain()
print(chain.step().step().counts, sys.getrefcount(chain))


def recursive(value, n):
    return [sys.getrefcount(value)] + (recursive(value, n - 1) if n else [])


print(recursive([], 3))
