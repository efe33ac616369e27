import sys
for line in sys.stdin:
    a, b = map(int, line.split())
    if a > b: sys.exit(1)
    ps = [n for n in range(max(a, 3), b + 1) if pow(2, n - 1, n) == 1]
    print(*ps if ps else '-')
