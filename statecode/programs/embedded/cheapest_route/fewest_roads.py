from collections import deque
n, m = map(int, input().split())
adj = {u: {} for u in range(n)}
for _ in range(m):
    u, v, w = map(int, input().split())
    if w < 0: raise ValueError(w)
    adj[u][v] = min(w, adj[u].get(v, w))
s, t = map(int, input().split())
q, seen = deque([(s, 0, [s])]), {s}
while q:
    u, cost, path = q.popleft()
    if u == t:
        print(cost, *path)
        break
    for v, w in adj[u].items():
        if v not in seen:
            seen.add(v)
            q.append((v, cost + w, path + [v]))
else:
    print("no route")
