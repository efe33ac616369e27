def f(n): return 1 if n == 0 else n - m(f(n-1))
def m(n): return 1 if n <= 1 else n - f(m(n-1))
n = int(input())
if n > 6: n = 6
for g in (f, m):
    print(*[g(i) for i in range(n+1)])
