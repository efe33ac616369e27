# must: ok | tracer_error
# runs: trusted
import weakref


class Thing:
    pass


thing = Thing()
x = weakref.proxy(thing)
del thing
y = 1
