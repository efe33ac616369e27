# must: memory
# runs: trusted
numbers = list(range(10**10))
