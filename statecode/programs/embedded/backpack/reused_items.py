import sys
read = lambda: map(int, sys.stdin.readline().split())

count, size = read()
row = [0] * (size + 1)
for weight, value in (read() for _ in range(count)):
    for w in range(weight, size + 1):
        row[w] = max(row[w], row[w - weight] + value)
print(row[-1])
