import sys

lines = [list(map(int, line.split())) for line in sys.stdin]
(n, m), *roads, (start, goal) = lines
INF = 10 ** 9
cost = [[INF] * n for _ in range(n)]
step = [[None] * n for _ in range(n)]
for i in range(n):
    cost[i][i] = 0
for a, b, c in roads:
    if c < 0:
        raise ArithmeticError(f"road {a} -> {b} pays {-c}")
    if c < cost[a][b]:
        cost[a][b], step[a][b] = c, b

for k in range(n):
    for i in range(n):
        if cost[i][k] == INF:
            continue
        for j in range(n):
            via = cost[i][k] + cost[k][j]
            if via < cost[i][j]:
                cost[i][j] = via
                step[i][j] = step[i][k]

if cost[start][goal] == INF:
    print("no route")
else:
    print(cost[start][goal], start, end="")
    while start != goal:
        start = step[start][goal]
        print("", start, end="")
    print()
