# Values that only a generator holds are released at its end, at the time that python chooses.
import weakref


class Value:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def produce():
    first = Value("first")
    yield 1
    first = None
    print("after first")
    second = Value("second")
    yield 2
    yield 3


g = produce()
print(next(g))
print(next(g))
print("before close")
g.close()
print("after close")


def passing(value):
    reference = weakref.ref(value)
    yield reference() is not None
    del value
    yield reference() is None


print(list(passing(Value("argument"))))


def consuming(items):
    for item in items:
        yield item.name


for name in consuming([Value("x"), Value("y")]):
    print("name", name)
print("loop done")
print([v.name for v in (Value(n) for n in "pq")])
print("end")
