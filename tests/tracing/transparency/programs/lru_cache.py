# lru_cache and cached_property: calls, hits, and values that the cache holds.
import functools
import weakref


class Value:
    def __init__(self, n):
        self.n = n

    @functools.cached_property
    def square(self):
        print("computing", self.n)
        return self.n**2


@functools.lru_cache(maxsize=2)
def make(n):
    print("making", n)
    return Value(n)


reference = weakref.ref(make(1))
print(reference() is None, make(1).square, make(1).square)
make(2)
make(3)
print(reference() is None, make.cache_info())
make.cache_clear()
print(make.cache_info().currsize)


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(50), fib.cache_info())


@functools.singledispatch
def show(value):
    return "object"


@show.register
def _(value: int):
    return "int"


@show.register(list)
def _(value):
    return [show(each) for each in value]


print(show(1), show([1, "a"]), show({}))
print(functools.reduce(lambda a, b: a * b, range(1, 6)), functools.partial(pow, 2)(5))
