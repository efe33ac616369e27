import sys


def merge(left, right):
    """Yield the items of two sorted iterators in order."""
    done = object()
    x, y = next(left, done), next(right, done)
    while x is not done and y is not done:
        if y < x:
            yield y
            y = next(right, done)
        else:
            yield x
            x = next(left, done)
    if x is not done:
        yield x
        yield from left
    if y is not done:
        yield y
        yield from right


def sorted_stream(items):
    if len(items) < 2:
        yield from items
        return
    middle = len(items) // 2
    yield from merge(sorted_stream(items[:middle]), sorted_stream(items[middle:]))


tokens = sys.stdin.read().split()
numbers = [int(t) for t in tokens[1:]]
print(" ".join(map(str, sorted_stream(numbers))))
