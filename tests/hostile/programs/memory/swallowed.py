# must: ok
# stdout: swallowed
# runs: trusted
kept = []
try:
    while True:
        kept.append(bytearray(10**7))
except MemoryError:
    del kept
    print("swallowed")
