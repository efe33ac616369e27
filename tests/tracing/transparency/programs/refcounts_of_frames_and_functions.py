# Reference counts of functions, classes, bound methods, generators and frames' values.
import sys


def function():
    return 1


class Klass:
    def method(self):
        return sys.getrefcount(self)


print(sys.getrefcount(function))
function()
alias = function
print(sys.getrefcount(function))
k = Klass()
print(k.method(), sys.getrefcount(k))
bound = k.method
print(bound(), sys.getrefcount(k))
del bound
print(sys.getrefcount(k))


def generator(value):
    yield sys.getrefcount(value)
    local = value
    yield sys.getrefcount(value)
    del local
    yield sys.getrefcount(value)


held = []
g = generator(held)
print(sys.getrefcount(g), sys.getrefcount(held))
print(next(g), next(g), sys.getrefcount(held), next(g))
g.close()
print(sys.getrefcount(held), sys.getrefcount(g))


def local_class():
    class Inner:
        pass

    first = sys.getrefcount(Inner)
    one = Inner()
    second = sys.getrefcount(Inner)
    del one
    return second - first, sys.getrefcount(Inner) - first


print(local_class())
try:
    raise ValueError("x")
except ValueError as error:
    print(sys.getrefcount(error))
    saved = error
print(sys.getrefcount(saved))
data = [held] * 3
print(sys.getrefcount(held), sys.getrefcount(data))
data.clear()
print(sys.getrefcount(held))
