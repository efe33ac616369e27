"""Tower of Hanoi as a recursive generator: the caller decides what to do with each move."""
from collections import namedtuple

Move = namedtuple("Move", "disk source target")


def moves(disk, source, target):
    if disk:
        other = ({"A", "B", "C"} - {source, target}).pop()
        yield from moves(disk - 1, source, other)
        yield Move(disk, source, target)
        yield from moves(disk - 1, other, target)


total = 0
for total, move in enumerate(moves(int(input()), "A", "C"), start=1):
    print("{0.disk}: {0.source} -> {0.target}".format(move))
print(total)
