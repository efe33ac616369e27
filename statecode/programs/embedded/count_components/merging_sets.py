n, m, *ends = [int(t) for t in open(0).read().split()]
circle = {p: {p} for p in range(1, n + 1)}
for a, b in zip(ends[::2], ends[1::2]):
    if circle[a] is not circle[b]:
        small, big = sorted((circle[a], circle[b]), key=len)
        big |= small
        for p in small: circle[p] = big
print(len({min(c) for c in circle.values()}), max(map(len, circle.values())))
