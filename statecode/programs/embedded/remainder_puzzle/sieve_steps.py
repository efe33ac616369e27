import sys
from math import lcm

x, step = 0, 1
for line in sys.stdin:
    r, m = map(int, line.split())
    tried = 0
    while (x - r) % m:
        x += step
        tried += 1
        if tried > m:
            raise RuntimeError("the remainders contradict each other")
    step = lcm(step, m)
print(x % step, step)
