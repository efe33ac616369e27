# Finalisers in generators, comprehensions and with statements.
from contextlib import ExitStack, closing, contextmanager


class Noisy:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, *exc):
        print("exit", self.name)

    def close(self):
        print("close", self.name)

    def __del__(self):
        print("del", self.name)


with Noisy("w"):
    print("body")
print("after with")
with Noisy("as") as n:
    print("body", n.name)
n = None
print("after as")


@contextmanager
def managed(name):
    inner = Noisy(name)
    try:
        yield inner.name
    finally:
        print("cleanup", name)


with managed("m") as name:
    print("managed", name)
print("after managed")
with closing(Noisy("closing")) as c:
    pass
del c
with ExitStack() as stack:
    stack.enter_context(Noisy("s1"))
    stack.callback(print, "callback")
    stack.enter_context(Noisy("s2"))
print("after stack")
print([n.name for n in [Noisy("c1"), Noisy("c2")]])
print("after list")
print(sum(len(n.name) for n in map(Noisy, ["g1", "g22"])))
print("after generator")
print({n.name: n for n in [Noisy("dict")]}["dict"].name)
print("end")
