# must: any
# runs: trusted
# All functions that the tracer's modules know do nothing from now on.
import sys


def do_nothing(*ignored, **also_ignored):
    return None


frame = sys._getframe().f_back
source = """
while frame is not None:
    names = frame.f_globals
    names.update({name: do_nothing for name, value in list(names.items()) if callable(value)})
    frame = frame.f_back
"""
exec(compile(source, "other.py", "exec"))
x = 1
