# must: ok
# stdout: [[...], {1: {...}}]
# runs: trusted
x = []
y = {}
y[1] = y
x += [x, y]
print(x)
