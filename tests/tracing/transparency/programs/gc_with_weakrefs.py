# Cycles with weak references and finalisers: their order during gc.collect.
import gc
import weakref

gc.disable()


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, r1() is None, r2() is None)


a, b = Node("a"), Node("b")
a.other, b.other = b, a
r1 = weakref.ref(a, lambda r: print("callback a"))
r2 = weakref.ref(b)
a = b = None
print(r1() is None, r2() is None)
gc.collect()
print(r1() is None, r2() is None)


def frames():
    def inner():
        return inner

    return weakref.ref(inner)


reference = frames()
print(reference() is None)
gc.collect()
print(reference() is None)


def generator():
    me = yield
    yield me


g = generator()
next(g)
g.send(g)
reference = weakref.ref(g)
g = None
print(reference() is None)
gc.collect()
print(reference() is None)
