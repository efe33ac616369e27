# many robots start together; Counter tells how many stand on each cell after every step
from collections import Counter
h, w = map(int, input().split())
g = [input() for _ in range(h)]
for row in g:
    for ch in row: assert ch in '.#', ch
robots = Counter()
if g[0][0] == '.':
    robots[0, 0] = 1
for _ in range(h + w - 2):
    moved = Counter()
    for (r, c), k in robots.items():
        if r + 1 < h and g[r + 1][c] == '.': moved[r + 1, c] += k
        if c + 1 < w and g[r][c + 1] == '.': moved[r, c + 1] += k
    robots = moved
print(sum(robots.values()))
