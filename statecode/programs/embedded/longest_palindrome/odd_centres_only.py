import sys
for w in sys.stdin.read().splitlines():
    if not w:
        break
    best = (0, 0)
    for c in range(len(w)):
        r = 0
        while c - r > 0 and c + r + 1 < len(w) and w[c - r - 1] == w[c + r + 1]:
            r += 1
        best = max(best, (r, -c))
    r, c = best[0], -best[1]
    print(w[c - r:c + r + 1])
