# must: ok | tracer_error
# stdout: 2
# runs: trusted


def f():
    return 1


f.__code__ = f.__code__.replace(co_consts=(None, 2), co_name="\n\x00\ud800", co_qualname="x" * 10_000)
print(f())
