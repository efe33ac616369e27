from itertools import groupby

numbers = sorted({int(w) for w in input().split()})
parts = []
for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
    run = [n for _, n in run]
    parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run)
print(",".join(parts) or "empty")
