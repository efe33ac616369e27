# Callbacks of weak references run at once, in order, between the lines around them.
import weakref


class Thing:
    def __init__(self, name):
        self.name = name


def callback(label):
    return lambda reference: print("callback", label, type(reference).__name__)


a = Thing("a")
first = weakref.ref(a, callback("first"))
second = weakref.ref(a, callback("second"))
proxy = weakref.proxy(a, callback("proxy"))
print(weakref.getweakrefcount(a), proxy.name)
a = None
print("after a")
try:
    proxy.name
except ReferenceError as error:
    print("ReferenceError", error)


def local():
    b = Thing("b")
    reference = weakref.ref(b, callback("local"))
    print("leaving")
    return reference


kept = local()
print("left", kept() is None)


def raising():
    c = Thing("c")
    reference = weakref.ref(c, callback("raising"))
    c.nothing


try:
    raising()
except AttributeError:
    print("except")
print("after except")
things = [Thing(n) for n in "xyz"]
references = [weakref.ref(t, callback(t.name)) for t in things]
del things[1]
print("deleted one")
things.clear()
print("cleared")
