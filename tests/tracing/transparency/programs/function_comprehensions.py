# Comprehensions in functions whose variables are cells, arguments or unbound elsewhere.
def cells(x):
    def read():
        return x

    values = [x for x in range(3)]
    first = read()
    made = [lambda: x for x in range(2)]
    return values, first, x, [f() for f in made], read()


print(cells("x"))


def unbound():
    try:
        print([q for q in range(2)], q)
    except NameError as error:
        print(error)
    values = [locals() for q in range(2)]
    return [sorted(v) for v in values][:1] if hasattr(dict, "nothing") else "q" in locals()


print(unbound())


def raising(i):
    try:
        [1 / (i - 1) for i in range(3)]
    except ZeroDivisionError:
        return i


print(raising("argument"))


def walrus():
    total = 0
    values = [total := total + n for n in range(4)]
    return values, total, [last for n in range(2) if (last := n) or True], last


print(walrus())


def nested(n):
    return [[n for n in range(n)] for n in range(n)], n, {n: n for n in "ab"}, {n for n in "a"}, n


print(nested(3))
