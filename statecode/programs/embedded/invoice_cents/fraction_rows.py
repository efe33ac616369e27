from fractions import Fraction
from math import floor
import sys

rows = [line.split() for line in sys.stdin]
amounts = {}
for i, (name, n, price) in enumerate(rows):
    amounts[i, name] = floor(Fraction(price) * Fraction(n) * 100 + Fraction(1, 2))
amounts[len(rows), "total"] = sum(amounts.values())
for (_, name), cents in sorted(amounts.items()):
    text = str(cents).zfill(3)
    print("{:8}{:>9}".format(name, text[:-2] + "." + text[-2:]))
