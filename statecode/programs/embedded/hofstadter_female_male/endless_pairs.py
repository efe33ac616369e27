from itertools import islice


def pairs():
    fs = {0: 1}
    ms = {0: 0}
    n = 0
    while True:
        yield fs[n], ms[n]
        n += 1
        ms[n] = n - fs[ms[n - 1]]
        fs[n] = n - ms[fs[n - 1]]


for row in zip(*islice(pairs(), int(input()) + 1)):
    print(*row)
