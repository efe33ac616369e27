import sys

def A(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return A(m - 1, 1)
    return A(m - 1, A(m, n - 1))

for line in sys.stdin:
    print(A(*map(int, line.split())))
