# must: any
# runs: trusted
# What is left must do for the end record, or the run counts as killed.
kept = []
size = 2**26
while size:
    try:
        kept.append(bytearray(size))
    except MemoryError:
        size //= 2
