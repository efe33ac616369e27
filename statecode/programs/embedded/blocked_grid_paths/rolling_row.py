h, w = map(int, input().split())
ways = [0] * w
ways[0] = 1
for _ in range(h):
    row = input()
    if set(row) - set(".#"):
        raise ValueError(row)
    for c in range(w):
        if row[c] == "#":
            ways[c] = 0
        elif c:
            ways[c] += ways[c - 1]
print(ways[-1])
