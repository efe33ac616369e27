import sys
from bisect import bisect_left

def lis(seq):
    tails = []      # tails[k]: least last member of a rising subsequence of length k + 1
    for x in seq:
        k = bisect_left(tails, x)
        tails[k:k + 1] = [x]
    return len(tails)

next(sys.stdin)
for line in sys.stdin:
    print(lis(map(int, line.split())))
