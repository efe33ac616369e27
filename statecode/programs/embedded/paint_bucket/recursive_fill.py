import sys


def fill(grid, r, c, old, new):
    if not (0 <= r < len(grid) and 0 <= c < len(grid[r])) or grid[r][c] != old or old == new:
        return 0
    grid[r][c] = new
    return 1 + sum(fill(grid, r + dr, c + dc, old, new) for dr, dc in ((1, 0), (-1, 0), (0, 1), (0, -1)))


row, column, colour = input().split()
grid = [list(line.rstrip("\n")) for line in sys.stdin]
row, column = int(row), int(column)
changed = fill(grid, row, column, grid[row][column], colour)
for line in grid:
    print("".join(line))
print(changed)
