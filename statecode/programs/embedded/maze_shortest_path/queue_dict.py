import sys
from collections import deque

grid = sys.stdin.read().split()
for r, row in enumerate(grid):
    if 'S' in row:
        start = r, row.index('S')
    if 'E' in row:
        goal = r, row.index('E')

dist = {start: 0}
queue = deque([start])
while queue and goal not in dist:
    r, c = queue.popleft()
    for nr, nc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
        if 0 <= nr < len(grid) and 0 <= nc < len(grid[nr]) and grid[nr][nc] != '#' and (nr, nc) not in dist:
            dist[nr, nc] = dist[r, c] + 1
            queue.append((nr, nc))
print(dist.get(goal, -1))
