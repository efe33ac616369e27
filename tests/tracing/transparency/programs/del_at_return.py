# The variables of a function are released at its return, in their order, before the caller continues.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def simple():
    a = Noisy("a")
    b = Noisy("b")
    print("in simple")


simple()
print("after simple")


def returning():
    a = Noisy("ra")
    b = Noisy("rb")
    return b


kept = returning()
print("after returning", kept.name)
print(returning().name)
print("after the temporary")


def argument(value, other=None):
    print("argument", value.name)
    value = None
    print("argument released")


argument(Noisy("given"))
print("after argument")
mine = Noisy("mine")
argument(mine)
print("after mine")


def nested():
    def inner():
        c = Noisy("c")
        return 1

    d = Noisy("d")
    e = inner()
    print("in nested", e)
    return e


nested()
print("after nested")


def order():
    third = Noisy("1")
    first = Noisy("2")
    second = Noisy("3")
    first = first
    return None


order()
print("after order")


def recursion(n):
    local = Noisy(f"level {n}")
    if n:
        recursion(n - 1)
    print("leaving", n)


recursion(2)
print(len([order() for _ in range(1)]))


def closed():
    shared = Noisy("shared")

    def use():
        return shared.name

    return use


use = closed()
print(use())
use = None
print("end")
kept = None
