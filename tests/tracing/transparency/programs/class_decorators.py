# Decorators of functions, methods and classes that replace, wrap and inspect.
import functools
import inspect


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        print(function.__name__, dict((k, v) for k, v in bound.arguments.items() if k != "self"))
        return function(*args, **kwargs)

    return wrapper


def registered(cls):
    registry.append(cls.__name__)
    cls.extra = lambda self: sorted(vars(self))
    return cls


registry = []


@registered
class Thing:
    @logged
    def __init__(self, a, b=2):
        self.a, self.b = a, b

    @staticmethod
    @logged
    def double(n):
        return n * 2

    @classmethod
    @logged
    def build(cls, a):
        return cls(a)

    @property
    @logged
    def total(self):
        return self.a + self.b


thing = Thing.build(5)
print(Thing.double(4), thing.total, thing.extra(), registry)


@functools.total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


print(Version(1) >= Version(0), max(Version(3), Version(7)).n)


def outer(n):
    def decorator(function):
        scope = locals()
        return lambda: (n, sorted(scope), function())

    return decorator


@outer(1)
@outer(2)
def decorated():
    return "inner"


print(decorated())
