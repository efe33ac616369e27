# Weak references to functions, generators, classes, bound methods and sets; getweakrefcount.
import gc
import weakref


class Thing:
    def method(self):
        return 1


def function():
    def inner():
        return 1

    reference = weakref.ref(inner)
    alive = reference() is not None
    inner = None
    return alive, reference() is None


print(function())
f = lambda: 1
r = weakref.ref(f)
f = lambda: 2
print(r() is None)


def numbers():
    yield 1
    yield 2


g = numbers()
r = weakref.ref(g)
next(g)
g = None
print(r() is None)
s = {1, 2}
r = weakref.ref(s)
s = {3}
print(r() is None)
t = Thing()
m = weakref.ref(t.method)
w = weakref.WeakMethod(t.method)
print(m() is None, w() is None, w()())
t = None
print(w() is None)


class Local:
    pass


r = weakref.ref(Local)
print(weakref.getweakrefcount(Thing()), weakref.getweakrefcount(Local) >= 1)
del Local
gc.collect()
print(r() is None)
x = Thing()
one, two = weakref.ref(x), weakref.ref(x)
print(weakref.getweakrefcount(x), one is two, len(weakref.getweakrefs(x)))


def count():
    y = Thing()
    before = weakref.getweakrefcount(y)
    reference = weakref.ref(y)
    print(before, weakref.getweakrefcount(y))
    return weakref.getweakrefcount(function), reference


count()
