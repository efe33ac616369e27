# A new object takes the place of the one that was just released, as without a tracer.
def free_list():
    a = [1, 2]
    number = id(a)
    a = None
    b = [3, 4]
    return number == id(b)


def dicts():
    a = {"x": 1}
    number = id(a)
    del a
    b = {"y": 2}
    return number == id(b)


class Thing:
    __slots__ = ("value",)


def things():
    t = Thing()
    number = id(t)
    t = None
    u = Thing()
    return number == id(u)


def argument(value):
    number = id(value)
    value = None
    return number


print(free_list(), dicts(), things())
print(argument(Thing()) == argument(Thing()))
print(id([1]) == id([2]))
