import sys
input = sys.stdin.readline

def find(x):
    if parent[x] != x:
        parent[x] = find(parent[x])
    return parent[x]

n, m = map(int, input().split())
cables = []
for _ in range(m):
    a, b, price = map(int, input().split())
    cables.append((price, a, b))
parent = list(range(n + 1))
total, used = 0, 0
for price, a, b in sorted(cables):
    a, b = find(a), find(b)
    if a != b:
        parent[a] = b
        total += price
        used += 1
if used != n - 1:
    raise Exception("not connected")
print(total)
