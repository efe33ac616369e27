from fractions import Fraction
import sys

for line in sys.stdin:
    left, right = (Fraction(*map(int, part.split("/"))) for part in line.split())
    print(left + right)
