# Annotations of modules, classes and functions, and their evaluation order.
order = []


def note(value):
    order.append(value)
    return value


first: note(int) = note(1)
second: "text"


class Body:
    a: note(str)
    b: note(float) = note(2.5)
    if True:
        c: int = 3

    def method(self, x: note("x"), y: note("y") = note("default")) -> note("return"):
        local: note("never") = 1
        other: undefined_name
        return sorted(locals())


print(order, Body().method(1))
print(sorted(Body.__annotations__), sorted(Body.method.__annotations__.items()))
print(__annotations__ if "__annotations__" in globals() else "none")
