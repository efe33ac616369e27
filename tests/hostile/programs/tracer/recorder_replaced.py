# must: any
# runs: trusted
# Falsifying its own record is all that it can do.
import sys

recorder = sys._getframe().f_back.f_globals["SnoopTracer"].__init__.__globals__["Recorder"]
recorder.format = lambda self, event: ""
x = 1
