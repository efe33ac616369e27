# A function iterates over locals() itself while it binds new names.
def names():
    first = 1
    second = [2]
    found = []
    try:
        for name in locals():
            found.append(name)
            third = 3
    except RuntimeError as error:
        print("RuntimeError", error)
    return found


def items(a, b=2, *rest, **more):
    try:
        for name, value in locals().items():
            print(name, value)
    except RuntimeError as error:
        print("RuntimeError", error)


def values():
    x = y = 0
    view = locals().values()
    z = 3
    return len(view), len(locals()), len(view)


print(names())
items(1, 3, 4, c=5)
print(values())
