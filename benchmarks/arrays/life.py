import numpy as np

grid = np.zeros((24, 24), dtype=int)
grid[3:6, 4] = 1
grid[10, 10:14] = 1
steps = 0
while steps < 4:
    neighbours = np.zeros((24, 24), dtype=int)
    for row in range(1, 11):
        for column in range(1, 11):
            total = 0
            block = grid[row - 1:row + 2, column - 1:column + 2]
            total = int(block.sum()) - int(grid[row, column])
            neighbours[row, column] = total
    grid = ((neighbours == 3) | ((grid == 1) & (neighbours == 2))).astype(int)
    steps += 1
print(grid.sum())
