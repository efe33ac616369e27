from collections import deque
import sys

first, *picture = sys.stdin.read().splitlines()
r, c, colour = first.split()
cells = {(i, j): letter for i, line in enumerate(picture) for j, letter in enumerate(line)}
start = int(r), int(c)
old = cells[start]
changed = 0
queue = deque([start] if old != colour else [])
while queue:
    here = queue.popleft()
    if cells.get(here) != old:
        continue
    cells[here] = colour
    changed += 1
    i, j = here
    queue.extend([(i - 1, j), (i, j - 1), (i, j + 1), (i + 1, j)])
for i, line in enumerate(picture):
    print(*(cells[i, j] for j in range(len(line))), sep="")
print(changed)
