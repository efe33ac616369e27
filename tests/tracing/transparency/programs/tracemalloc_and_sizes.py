# sys.getsizeof of values that grow, and dictionaries of instances that are shared.
import sys

sizes = []
values = []
for n in range(10):
    values.append(n)
    sizes.append(sys.getsizeof(values))
print(sizes)


class Thing:
    def __init__(self):
        self.a = 1
        self.b = 2


one, two = Thing(), Thing()
print(sys.getsizeof(one.__dict__) == sys.getsizeof(two.__dict__), sys.getsizeof(Thing) > 0)
two.c = 3
print(sorted(vars(two)))
text = "é" * 10
print(sys.getsizeof(text))
copy = text.encode()
print(sys.getsizeof(text))
table = {}
growth = []
for n in range(12):
    table[n] = n
    growth.append(sys.getsizeof(table))
print(growth)


def generator():
    local = [0] * 3
    yield sys.getsizeof(local)
    local.append(1)
    yield sys.getsizeof(local)


print(list(generator()))
