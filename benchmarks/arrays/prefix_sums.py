import numpy as np

values = np.random.default_rng(1).integers(0, 100, size=600)
sums = np.zeros(len(values) + 1, dtype=np.int64)
longest = best = 0
for i, value in enumerate(values):
    sums[i + 1] = sums[i] + value
    if value > 50:
        longest += 1
        best = max(best, longest)
    else:
        longest = 0
print(sums[-1], best)
