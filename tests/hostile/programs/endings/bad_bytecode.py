# must: killed | exception | timeout
# runs: trusted


def f():
    return 1


f.__code__ = f.__code__.replace(co_code=bytes([124, 255] * 8), co_stacksize=1)
f()
