s = set(map(int, input().split()))
out = []
for first in sorted(s):
  if first - 1 in s: continue
  last = first
  while last + 1 in s: last += 1
  if last - first > 1: out.append(str(first) + '-' + str(last))
  else: out.extend(str(x) for x in range(first, last + 1))
print(','.join(out) if out else 'empty')
