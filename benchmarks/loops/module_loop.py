s = 0
for i in range(4500):
    s += i
