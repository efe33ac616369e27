# must: event_limit events
# runs: trusted
squares = [i * i for i in range(10**7)]
