# must: any
# runs: trusted
# All modules of the tracer that have a frame on the stack lose their names, the warm process's among them.
import sys

frame = sys._getframe().f_back
while frame is not None:
    frame, names = frame.f_back, frame.f_globals
    names.clear()
x = 1
