# must: ok
# stdout: def f():\n    return 1
# runs: trusted
import inspect


def f():
    return 1


print(inspect.getsource(f))
