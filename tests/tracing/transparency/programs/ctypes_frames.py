# Variables are read through C: ctypes reads a reference count, and objects keep their addresses.
import ctypes
import sys


def count(value):
    return ctypes.c_ssize_t.from_address(id(value)).value


held = []
print(count(held))
other = held
print(count(held))
del other
print(count(held))


def local():
    a = [1]
    before = count(a)
    b = a
    during = count(a)
    b = None
    return before, during, count(a)


print(local())


def identity():
    a = [1]
    first = id(a)
    a.append(2)
    a += [3]
    return first == id(a)


print(identity(), sys.getrefcount(held) - count(held))


def reuse():
    first = object()
    number = id(first)
    del first
    second = object()
    return number == id(second)


print(reuse())
