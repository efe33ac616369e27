# must: event_limit events
# runs: trusted


def count():
    n = 0
    while True:
        yield n
        n += 1


for n in count():
    pass
