# must: event_limit events
# recorded: n = 40
# runs: trusted


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


fibonacci(40)
