from functools import cmp_to_key
from itertools import groupby

def compare(p, q):
    if p[1] != q[1]: return q[1] - p[1]
    if p[2] != q[2]: return p[2] - q[2]
    return -1 if p[0] < q[0] else 1

rows = [input().split() for _ in range(int(input()))]
rows = [(r[0], int(r[1]), int(r[2])) for r in rows]
place = 1
for _, group in groupby(sorted(rows, key=cmp_to_key(compare)), key=lambda r: r[1:]):
    names = [g[0] for g in group]
    for name in names:
        print(place, name)
    place += len(names)
