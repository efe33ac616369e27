# must: memory
# recorded: x = 1
# runs: trusted
x = 1
x = bytearray(10**12)
