from itertools import groupby
ws = input().split()
assert all(w.islower() for w in ws)
key = lambda w: sorted(set(w))
groups = [list(g) for _, g in groupby(sorted(ws, key=key), key)]
groups.sort(key=lambda g: (-len(g), ws.index(g[0])))
for g in groups:
  print(*g)
