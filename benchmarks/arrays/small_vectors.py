import numpy as np


def nearest(point, centres):
    distances = [int(((point - centre) ** 2).sum()) for centre in centres]
    return int(np.argmin(distances))


points = np.random.default_rng(2).integers(0, 50, size=(60, 2))
centres = [points[0], points[1], points[2]]
for step in range(4):
    groups = {k: [] for k in range(3)}
    for point in points:
        groups[nearest(point, centres)].append(point)
    for k, group in groups.items():
        if group:
            centres[k] = np.array(group).sum(axis=0) // len(group)
print([centre.tolist() for centre in centres])
