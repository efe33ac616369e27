import sys
from math import prod
pairs = [[int(t) for t in line.split()] for line in sys.stdin]
M = prod(m for _, m in pairs)
x = 0
for r, m in pairs:
    part = M // m
    x += r * part * pow(part, -1, m)
print(x % M, M)
