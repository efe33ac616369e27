from functools import reduce


def curry(op):
    return lambda n: lambda x: op(x, n)


CURRIED = {"add": curry(lambda x, n: x + n), "mul": curry(lambda x, n: x * n)}


def step(text):
    name, *args = text.split()
    return (lambda x: -x) if name == "neg" else CURRIED[name](int(args[0]))


def compose(f, g):
    return lambda x: g(f(x))


pipeline = reduce(compose, map(step, input().split(",")), lambda x: x)
print(*map(pipeline, map(int, input().split())))
