# The recursion limit is reached at the same depth, at every limit that the program sets.
import sys


def depth(n=1):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


first = depth()
print(first, depth() == first)


def measured():
    count = 0

    def down():
        nonlocal count
        count += 1
        down()

    try:
        down()
    except RecursionError as error:
        return count, str(error)


print(measured())
for limit in (200, 500, 1200):
    sys.setrecursionlimit(limit)
    print(limit, depth(), measured())
sys.setrecursionlimit(1000)


try:
    sys.setrecursionlimit(1)
    print("set")
except RecursionError as error:
    print(type(error).__name__)
