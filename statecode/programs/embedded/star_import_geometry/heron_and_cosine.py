from math import *
from sys import stdin

for line in stdin:
    a, b, c = sorted(map(float, line.split()))
    if a + b <= c:
        print("none")
        continue
    s = (a + b + c) / 2
    area = sqrt(s * (s - a) * (s - b) * (s - c))
    angle = degrees(acos((a * a + b * b - c * c) / (2 * a * b)))
    print(f"{area:.2f} {angle:.2f}")
