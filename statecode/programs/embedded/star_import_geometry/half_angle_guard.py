from cmath import *
from sys import stdin

def f(t):
 match sorted(float(x) for x in t.split()):
  case a, b, c if a + b > c:
   w = 2 * asin(sqrt((c - a + b) * (c + a - b) / (4 * a * b))).real
   return '%.2f %.2f' % (a * b * sin(w).real / 2, w * 180 / pi)
 return 'none'

print(*map(f, stdin.read().splitlines()), sep='\n')
