steps, *lines = open(0).read().split()
grid = [list(line) for line in lines]
h, w = len(grid), len(grid[0])

for _ in range(int(steps)):
    for r in range(h):
        for c in range(w):
            near = [grid[i][j] for i in range(max(0, r - 1), min(h, r + 2))
                    for j in range(max(0, c - 1), min(w, c + 2)) if (i, j) != (r, c)]
            n = near.count('#')
            grid[r][c] = '#' if n == 3 or n == 2 and grid[r][c] == '#' else '.'

for row in grid:
    print(*row, sep='')
