import sys

columns = []
for line in sys.stdin.read().splitlines():
    name, k = line.split()
    columns.append([f"{name} {i}" for i in range(int(k), 0, -1)] + [f"{name} done"])
rounds = max(map(len, columns))
for r in range(rounds):
    for column in columns:
        if r < len(column):
            print(column[r])
print(sum(len(column) for column in columns))
