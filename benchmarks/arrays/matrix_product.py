import numpy as np

left = np.arange(144).reshape(12, 12) % 7
right = np.arange(144).reshape(12, 12) % 5
product = np.zeros((12, 12), dtype=int)
for row in range(12):
    for column in range(12):
        total = 0
        for k in range(12):
            total += left[row, k] * right[k, column]
        product[row, column] = total
print(product.sum(), (product == left @ right).all())
