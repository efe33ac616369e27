# must: memory
# runs: trusted
x = [0]
while True:
    x = x + x
