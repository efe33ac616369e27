# Callbacks from C: sort keys, map, filter, re.sub, functools.cmp_to_key, and lists changed while they are sorted.
import bisect
import functools
import heapq
import re

values = [3, 1, 2]


def key(n):
    inside = list(values)
    return -n, len(inside)


values.sort(key=key)
print(values)


def bad(n):
    values.append(n)
    return n


try:
    values.sort(key=bad)
except ValueError as error:
    print(error, len(values))
print(re.sub(r"\d", lambda match: str(int(match[0]) * 2), "a1b2"))
print(sorted("bca", key=functools.cmp_to_key(lambda a, b: (a > b) - (a < b))))
print(list(filter(lambda n: n % 2, map(lambda n: n + 1, range(4)))))
print(max([1, 5, 2], key=lambda n: -n), heapq.nsmallest(2, [3, 1, 2], key=lambda n: n))
print(bisect.bisect([1, 3, 5], 4))
table = {"a": 1}
try:
    for name in table:
        table[name * 2] = 2
except RuntimeError as error:
    print(error)
items = [1, 2, 3]
for item in items:
    if item == 1:
        items.remove(item)
print(items)


class Key:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n


print([k.n for k in sorted(map(Key, [2, 3, 1]))])
