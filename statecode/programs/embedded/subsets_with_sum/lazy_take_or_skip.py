import sys


def subsets(items):
    """Yield every subset as a list; take or skip the first item."""
    if not items:
        yield []
        return
    head, *tail = items
    for rest in subsets(tail):
        yield rest
        yield [head] + rest


def order(subset, numbers):
    return len(subset), [numbers.index(x) for x in subset]


lines = sys.stdin.read().splitlines()
numbers = [int(x) for x in lines[0].split()]
matching = filter(lambda s: sum(s) == int(lines[1]), subsets(numbers))
ranked = sorted(matching, key=lambda s: order(s, numbers))
if ranked:
    for s in ranked:
        print(" ".join(str(x) for x in s))
else:
    print("none")
