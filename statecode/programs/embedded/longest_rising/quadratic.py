t = int(input())
for _ in range(t):
    a = list(map(int, input().split()))
    best = [1] * len(a)
    for i in range(len(a)):
        for j in range(i):
            if a[j] < a[i]:
                best[i] = max(best[i], best[j] + 1)
    print(max(best))
