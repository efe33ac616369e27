# Unpacking, star expressions, iterators that fail, and the order in which python evaluates.
log = []


def f(name, value=None):
    log.append(name)
    return value if value is not None else name


a, (b, *c), d = f("list", [1, (2, 3, 4), 5])
print(a, b, c, d)
x = {f("k1"): f("v1"), f("k2"): f("v2")}
f("target", [0, 0])[f("index", 0)] = f("value")
y = f("left", 1) + f("right", 2) * f("last", 3)
z = f("a", 0) or f("b", 5) and f("c", 6)
print(log)


class Once:
    def __init__(self):
        self.used = 0

    def __iter__(self):
        self.used += 1
        yield from (1, 2)


once = Once()
p, q = once
print([*once, *once], once.used, {**dict.fromkeys(once)}, once.used)
try:
    m, n = (1, 2, 3)
except ValueError as error:
    print(error, "m" in globals())


class Failing:
    def __iter__(self):
        return self

    def __next__(self):
        raise LookupError("failing")


try:
    i, j = Failing()
except LookupError as error:
    print(error)


def swap(values):
    i, values[i] = 1, "set"
    return values


print(swap([0, 0]) if False else "skipped")
i = 0
values = [0, 1]
i, values[i] = 1, "set"
print(i, values)
