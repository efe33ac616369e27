# must: ok
# stdin: 3\n1 2 3\n
# stdout: 3 6
# runs: trusted
import sys

input = sys.stdin.readline
n = int(input())
print(n, sum(map(int, input().split())))
