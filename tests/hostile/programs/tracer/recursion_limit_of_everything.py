# must: ok
# runs: trusted
import sys

sys.setrecursionlimit(2**31 - 1)
x = 1
