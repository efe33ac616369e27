# Lambdas, default arguments and nested scopes with names that collide.
x = "global"


def outer(x):
    inner = lambda y=x: (x, y)
    x = "changed"

    def middle():
        x = "middle"
        return (lambda: x)(), [(lambda: x)() for _ in range(1)], inner()

    def writer():
        global x
        x = "written"
        return x

    return middle(), writer(), x, inner(), sorted(locals())


print(outer("argument"), x)
makers = {name: (lambda n: lambda: n)(name) for name in "ab"}
print([make() for make in makers.values()])


def counter():
    def step():
        step.count += 1
        return step.count

    step.count = 0
    return step


step = counter()
print(step(), step(), vars(step))


def deleted():
    x = 1

    def inner():
        return x

    del x
    try:
        return inner()
    except NameError as error:
        return type(error).__name__, str(error)


print(deleted())


def conditional(flag):
    if flag:
        import math as x
    try:
        return x.__name__
    except UnboundLocalError as error:
        return str(error)


print(conditional(True), conditional(False))
