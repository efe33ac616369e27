from operator import mul
import sys

def times(a, b):
    return [[sum(map(mul, row, col)) for col in zip(*b)] for row in a]

def power(a, e):
    """a to the e by halving e."""
    assert e >= 0, "exponent below zero"
    if e == 0:
        return [[i == j for j, _ in enumerate(a)] for i, _ in enumerate(a)]
    half = power(a, e // 2)
    return times(times(half, half), a) if e % 2 else times(half, half)

(_, e), *a = [[int(x) for x in line.split()] for line in sys.stdin.read().splitlines()]
result = power(a, e)
for row in result:
    print(" ".join(str(int(x)) for x in row))
print(sum(int(row[i]) for i, row in enumerate(result)))
