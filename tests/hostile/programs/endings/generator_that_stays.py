# must: ok | event_limit | timeout
# runs: trusted


def stay():
    while True:
        try:
            yield 1
        except GeneratorExit:
            pass


generator = stay()
next(generator)
del generator
