def count_neighbours(grid, r, c):
    n = 0
    for i in range(max(r - 1, 0), min(r + 2, len(grid))):
        n += grid[i][max(c - 1, 0):c + 2].count("#")
    if grid[r][c] == "#":
        n -= 1
    return n


def step(grid):
    new = []
    for r in range(len(grid)):
        row = ""
        for c in range(len(grid[r])):
            n = count_neighbours(grid, r, c)
            if n == 3 or (n == 2 and grid[r][c] == "#"):
                row += "#"
            else:
                row += "."
        new.append(row)
    return new


steps = int(input())
grid = []
while True:
    try:
        grid.append(input())
    except EOFError:
        break
for i in range(steps):
    grid = step(grid)
print("\n".join(grid))
