import re
import sys
from math import lcm

pattern = re.compile(r'(-?\d+)/(-?\d+)')
for line in sys.stdin:
    terms = [(int(a), int(b)) for a, b in pattern.findall(line)]
    base = lcm(*(b for _, b in terms))
    total = sum(a * (base // b) for a, b in terms)
    if total % base == 0:
        print(total // base)
        continue
    # in lowest terms p/q = total/base, so that both p * base and q * total are their lcm
    common = lcm(total, base)
    p, q = common // base, common // abs(total)
    print('-' * (total < 0) + f'{p}/{q}')
