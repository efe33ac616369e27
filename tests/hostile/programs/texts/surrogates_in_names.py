# must: ok | exception
# runs: trusted
def f():
    return 1


f.__name__ = f.__qualname__ = "\ud800"
x = type("\ud800", (), {}) if f() == 2 else f
