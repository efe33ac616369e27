import sys
from functools import lru_cache

(n, room), *items = [tuple(map(int, l.split())) for l in sys.stdin]

@lru_cache(maxsize=None)
def gain(i, room):
    """Best value from items[i:] in a backpack with that much room."""
    if i == n:
        return 0
    weight, value = items[i]
    without = gain(i + 1, room)
    if weight > room:
        return without
    return max(without, value + gain(i + 1, room - weight))

print(gain(0, room))
