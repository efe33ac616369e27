n, m = map(int, input().split())
offers = [[] for _ in range(n + 1)]
for i in range(m):
    a, b, p = map(int, input().split())
    offers[a].append((p, i))
    offers[b].append((p, i))
chosen = {min(o) for o in offers[1:]} if n > 1 else set()
print(sum(p for p, _ in chosen))
