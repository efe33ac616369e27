# A weak reference is dead on the line after rebinding, del, and return.
import weakref


class Thing:
    pass


x = Thing()
r = weakref.ref(x)
print(r() is None)
x = None
print(r() is None)
x = Thing()
r = weakref.ref(x)
del x
print(r() is None)


def local():
    a = Thing()
    reference = weakref.ref(a)
    a = 1
    dead = reference() is None
    b = Thing()
    reference = weakref.ref(b)
    return dead, reference


dead, reference = local()
print(dead, reference() is None)


def argument(value):
    reference = weakref.ref(value)
    value = None
    return reference() is None


print(argument(Thing()))
held = Thing()
print(argument(held))
print(weakref.ref(Thing())() is None)


def loop():
    found = []
    previous = None
    for _ in range(3):
        item = Thing()
        if previous is not None:
            found.append(previous() is None)
        previous = weakref.ref(item)
    item = None
    found.append(previous() is None)
    return found


print(loop())
one, two = Thing(), Thing()
first, second = weakref.ref(one), weakref.ref(two)
one, two = two, one
print(first() is two, second() is one)
one = two
print(first() is one, second() is None)
things = {n: Thing() for n in range(3)}
references = [weakref.ref(t) for t in things.values()]
things.pop(1)
print([each() is None for each in references])
things[0] = 0
print([each() is None for each in references])
things = None
print([each() is None for each in references])
