import numpy as np

image = np.zeros((32, 32, 3), dtype=np.uint8)
weights = np.array([0.25, 0.5, 0.25])
for row in range(32):
    for column in range(32):
        image[row, column] = (8 * row, 8 * column, (row * column) % 256)
grey = np.zeros((32, 32))
for row in range(32):
    line = image[row].astype(float)
    for column in range(32):
        grey[row, column] = line[column] @ weights
print(grey.mean().round(3))
