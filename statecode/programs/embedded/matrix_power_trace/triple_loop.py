n, e = map(int, input().split())
a = []
for i in range(n):
    a.append([int(x) for x in input().split()])
if e < 0:
    exit('negative exponent')
p = [[0] * n for i in range(n)]
for i in range(n):
    p[i][i] = 1
for step in range(e):
    q = [[0] * n for i in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                q[i][j] += p[i][k] * a[k][j]
    p = q
trace = 0
for i in range(n):
    print(*p[i])
    trace += p[i][i]
print(trace)
