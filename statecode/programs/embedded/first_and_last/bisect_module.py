from bisect import bisect_left, bisect_right
import sys

data, queries = (list(map(int, s.split())) for s in sys.stdin.read().splitlines()[:2])
for q in queries:
    i, j = bisect_left(data, q), bisect_right(data, q)
    print(f"{i} {j - 1}" if i < j else "-")
