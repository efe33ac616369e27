# Cells: nonlocal, cell_contents read and written, empty cells, cells in loops.
def counter(start):
    total = start

    def add(n):
        nonlocal total
        total += n
        return total

    def peek():
        return add.__closure__[-1].cell_contents

    add(1)
    print(total, [type(c.cell_contents).__name__ for c in peek.__closure__], locals().get("total"))
    return add, peek


add, peek = counter(10)
print(add(5), add.__code__.co_freevars, peek.__code__.co_freevars)
cell = add.__closure__[add.__code__.co_freevars.index("total")]
cell.cell_contents = 100
print(add(1), cell.cell_contents)


def loop():
    made = []
    for i in range(3):
        made.append(lambda: i)
    same = {id(f.__closure__[0]) for f in made}
    first = [f() for f in made]
    i = "changed"
    return len(same), first, [f() for f in made]


print(loop())


def empty():
    def inner():
        return late

    try:
        inner.__closure__[0].cell_contents
    except ValueError as error:
        print("ValueError", error)
    try:
        inner()
    except NameError as error:
        print(error)
    late = 1
    found = inner()
    del late
    try:
        inner()
    except NameError as error:
        print(error)
    late = 2
    return found, inner()


print(empty())
