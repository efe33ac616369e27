n, W = map(int, input().split())
L = [tuple(map(int, input().split())) for _ in range(n)]
print(max(
  sum(v for k, (w, v) in enumerate(L) if s >> k & 1)
  for s in range(2 ** n)
  if sum(w for k, (w, v) in enumerate(L) if s >> k & 1) <= W
))
