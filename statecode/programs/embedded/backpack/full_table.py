n, capacity = map(int, input().split())
best = [[0] * (capacity + 1) for _ in range(n + 1)]
for i in range(1, n + 1):
    weight, value = map(int, input().split())
    for w in range(capacity + 1):
        best[i][w] = best[i - 1][w]
        if w >= weight and best[i - 1][w - weight] + value > best[i][w]:
            best[i][w] = best[i - 1][w - weight] + value
print(best[n][capacity])
