n, m = map(int, input().split())
roads = [tuple(map(int, input().split())) for i in range(m)]
assert all(w >= 0 for _, _, w in roads)
s, t = map(int, input().split())
best = {s: (0, (s,))}
for _ in range(n):
    news = 0
    for u, v, w in roads:
        if u in best:
            cost, way = best[u]
            if v not in best or cost + w < best[v][0]:
                best[v] = cost + w, way + (v,)
                news += 1
    if not news:
        break
if t in best:
    total, way = best[t]
    print(total, ' '.join(map(str, way)))
else:
    print("no route")
