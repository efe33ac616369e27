n, m = map(int, input().split())
reach = [1 << v for v in range(n)]
for _ in range(m):
    a, b = map(int, input().split())
    reach[a - 1] |= 1 << (b - 1)
for k in range(n):
    for v in range(n):
        if reach[v] >> k & 1: reach[v] |= reach[k]
by_mask = {}
for v, mask in enumerate(reach):
    # stations of one group reach exactly the same stations
    by_mask.setdefault(mask, []).append(v + 1)
print(len(by_mask))
for group in by_mask.values():
    print(*group)
