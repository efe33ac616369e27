import numpy as np

matrix = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]])
vector = np.ones(3)
value = 0.0
for step in range(300):
    vector = matrix @ vector
    norm = np.sqrt(vector @ vector)
    vector = vector / norm
    value = vector @ matrix @ vector
    vector[step % 3] += 0.1 / (step + 1)
print(round(float(value), 3))
