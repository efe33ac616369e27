# must: timeout
# recorded: x = 1
# runs: trusted
x = 1
x = sum(range(10**12))
