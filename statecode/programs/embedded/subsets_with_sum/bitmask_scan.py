a = list(map(int, input().split()))
t = int(input())
n = len(a)
out = []
for mask in range(1, 1 << n):
    picked = [i for i in range(n) if mask >> i & 1]
    if sum(a[i] for i in picked) == t:
        out.append((len(picked), picked))
for _, picked in sorted(out): print(*[a[i] for i in picked])
if not out: print('none')
