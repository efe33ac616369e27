# must: any
# runs: trusted


def f():
    return 1


f.__code__ = f.__code__.replace(co_firstlineno=2**31 - 5)
f()
