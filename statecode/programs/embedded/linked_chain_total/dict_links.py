n = int(input())
link = {i: i + 1 for i in range(1, n)}
value = {i: i * i % 10 for i in range(1, n + 1)}
total = 0
best = times = None
at = 1
while at is not None:
  v = value[at]
  total += v
  if best is None or v > best: best, times = v, 1
  elif v == best: times += 1
  at = link.get(at)
print(total, best, times)
