# must: event_limit events
# runs: trusted
ordered = sorted(range(10**6), key=lambda n: -n)
