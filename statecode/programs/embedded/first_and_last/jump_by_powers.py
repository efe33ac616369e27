import sys
input = sys.stdin.readline
a = [*map(int, input().split())]
step0 = 1
while step0 * 2 < len(a):
 step0 *= 2
out = []
for q in map(int, input().split()):
 # walk with halving steps: `before` stops on the last item below q, `upto` on the last item not above it
 before = upto = -1
 step = step0
 while step:
  while before + step < len(a) and a[before + step] < q:
   before += step
  while upto + step < len(a) and a[upto + step] <= q:
   upto += step
  step //= 2
 out.append('-' if before == upto else '%d %d' % (before + 1, upto))
print('\n'.join(out))
