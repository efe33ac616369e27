# Reference counts of lists and instances in variables: after binding, rebinding, and del.
import sys

z = []
print(sys.getrefcount(z))
y = z
print(sys.getrefcount(z))
del y
print(sys.getrefcount(z))
y = [z]
print(sys.getrefcount(z))
y = None
print(sys.getrefcount(z))


class Thing:
    pass


def local():
    a = Thing()
    counts = [sys.getrefcount(a)]
    b = a
    counts.append(sys.getrefcount(a))
    b = None
    counts.append(sys.getrefcount(a))
    c = [a, a]
    counts.append(sys.getrefcount(a))
    c.pop()
    counts.append(sys.getrefcount(a))
    del c
    counts.append(sys.getrefcount(a))
    for d in [a]:
        counts.append(sys.getrefcount(a))
    counts.append(sys.getrefcount(a))
    del d
    counts.append(sys.getrefcount(a))
    return counts


print(local())
print([sys.getrefcount(value) for value in ([], {}, Thing())])
w = {"key": z}
v, u = z, z
print(sys.getrefcount(z), sys.getrefcount(w))
v = u = 1
print(sys.getrefcount(z))
