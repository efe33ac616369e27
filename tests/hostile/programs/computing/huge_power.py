# must: timeout | memory
# recorded: n = 9
# runs: trusted
n = 9
x = n ** n ** n
