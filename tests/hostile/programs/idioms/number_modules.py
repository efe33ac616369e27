# must: ok
# stdout: 0.333 1/2 1.414 True
# runs: trusted
import math
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 3
print(Decimal(1) / 3, Fraction(2, 4), round(math.sqrt(2), 3), math.isclose(0.1 + 0.2, 0.3))
