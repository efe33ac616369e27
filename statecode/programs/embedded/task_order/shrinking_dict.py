# needs: task -> the set of tasks that are still to be done before it
needs = {}
for line in open(0):
  a, b = line.split()
  needs.setdefault(a, set())
  needs.setdefault(b, set()).add(a)

plan = []
while needs:
  nxt = min(t for t in needs if not needs[t])   # min() of nothing: a circle
  del needs[nxt]
  for s in needs.values():
    s.discard(nxt)
  plan.append(nxt)
for t in plan: print(t)
