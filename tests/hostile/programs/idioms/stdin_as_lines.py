# must: ok
# stdin: 1 2\n3 4\n
# stdout: 3\n7
# runs: trusted
import sys

for line in sys.stdin:
    a, b = map(int, line.split())
    print(a + b)
