from collections import Counter
import sys

steps, *rows = sys.stdin.read().split()
alive = {(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell == "#"}
height, width = len(rows), len(rows[0])
for _ in range(int(steps)):
    near = Counter(
        (r + dr, c + dc)
        for r, c in alive
        for dr in (-1, 0, 1)
        for dc in (-1, 0, 1)
        if dr or dc
    )
    alive = {
        cell for cell, n in near.items()
        if (n == 3 or n == 2 and cell in alive) and 0 <= cell[0] < height and 0 <= cell[1] < width
    }
for r in range(height):
    print("".join("#" if (r, c) in alive else "." for c in range(width)))
