# must: ok
# stdin: 3\n1 2 3\n
# stdout: 6
# runs: trusted
n, numbers = open(0)
print(sum(map(int, numbers.split())))
