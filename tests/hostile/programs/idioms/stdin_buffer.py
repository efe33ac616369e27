# must: ok
# stdin: 3\n1 2 3\n
# stdout: 6
# runs: trusted
import sys

n, *numbers = map(int, sys.stdin.buffer.read().split())
print(sum(numbers))
