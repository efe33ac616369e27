from functools import partial
from operator import mul

scale = [partial(mul, int(word)) for word in input().split()]


def row(n):
    return " ".join(str(s(n)) for s in scale)


print("\n".join(row(int(word)) for word in input().split()))
