# must: event_limit events | memory | tracer_error | timeout
# runs: trusted
kept = []
while True:
    try:
        kept.append(bytearray(10**6))
    except MemoryError:
        pass
