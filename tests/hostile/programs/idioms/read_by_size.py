# must: ok
# stdin: 3\n1 2 3\n
# stdout: 6
# runs: trusted
import os

n, *numbers = map(int, os.read(0, os.fstat(0).st_size).split())
print(sum(numbers))
