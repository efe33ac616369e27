# must: any
# stdout: 3
# runs: trusted
import sys

print(3)
sys.setrecursionlimit(20)
x = [1, [2, [3]]]
