import sys

def make():
 total = n = 0
 def add(x):
  nonlocal total, n
  total += x; n += 1
  return total / n
 return add

add = make()
for w in sys.stdin.read().split():
 if w == 'reset': add = make(); print(w)
 else: print(format(add(int(w)), '.2f'))
